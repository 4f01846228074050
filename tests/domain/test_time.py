"""Time in the stores: always America/Lima, always UTC-05:00."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from saai_domain.time import (
    LIMA,
    day_bounds,
    epoch_seconds,
    iso_timestamp,
    lima_date,
    lima_now,
    obtener_fecha_hora_peru,
)

from tests.domain.fakes import NEW_YEARS_EVE, at

MOMENTS = st.datetimes(min_value=datetime(1995, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is added


def test_now_is_told_as_other_services_store_it() -> None:
    """To the second, with Lima's offset, whatever zone the clock is in."""
    assert obtener_fecha_hora_peru(at(NEW_YEARS_EVE)) == "2025-12-31T15:30:00-05:00"
    assert obtener_fecha_hora_peru(at(datetime(2026, 1, 1, 2, 0, 59, 999_999, tzinfo=UTC))) == (
        "2025-12-31T21:00:59-05:00"
    )


@time_machine.travel("2025-12-31T20:30:00Z", tick=False)
def test_the_clock_of_production_is_the_default() -> None:
    """Other services call it without arguments."""
    assert obtener_fecha_hora_peru() == "2025-12-31T15:30:00-05:00"
    assert lima_now() == NEW_YEARS_EVE


@pytest.mark.parametrize("function", [iso_timestamp, epoch_seconds, lima_date])
def test_a_moment_without_a_zone_is_refused(function: Callable[[datetime], object]) -> None:
    """It could be any zone's; guessing would move sales between days."""
    with pytest.raises(ValueError, match="without a time zone: 2025-12-31T15:30:00"):
        function(NEW_YEARS_EVE.replace(tzinfo=None))


def test_epoch_seconds_are_whole() -> None:
    """The fraction is dropped, never rounded up into the future."""
    assert epoch_seconds(datetime(1970, 1, 1, 0, 0, 9, 999_999, tzinfo=UTC)) == 9
    assert epoch_seconds(NEW_YEARS_EVE) == 1_767_213_000


def test_the_day_changes_at_lima_midnight() -> None:
    """Not at UTC's, which is at seven in the evening."""
    assert lima_date(datetime(2026, 1, 1, 4, 59, 59, tzinfo=UTC)) == date(2025, 12, 31)
    assert lima_date(datetime(2026, 1, 1, 5, 0, 0, tzinfo=UTC)) == date(2026, 1, 1)


def test_a_days_bounds_are_its_midnight_and_the_next() -> None:
    """Half open, also where the year changes."""
    start, end = day_bounds(date(2025, 12, 31))

    assert iso_timestamp(start) == "2025-12-31T00:00:00-05:00"
    assert iso_timestamp(end) == "2026-01-01T00:00:00-05:00"


@given(moment=MOMENTS)
def test_a_moment_lies_within_the_bounds_of_its_day_only(moment: datetime) -> None:
    """Days neither overlap nor leave gaps."""
    day = lima_date(moment)
    start, end = day_bounds(day)

    assert start <= moment < end
    assert day_bounds(day + timedelta(days=1))[0] == end


@given(moment=MOMENTS)
def test_lima_is_where_the_zone_database_has_it_since_1995(moment: datetime) -> None:
    """The fixed offset stands for the zone."""
    with files("tzdata.zoneinfo.America").joinpath("Lima").open("rb") as data:
        lima = ZoneInfo.from_file(data)

    assert moment.astimezone(LIMA).isoformat() == moment.astimezone(lima).isoformat()


@given(moment=MOMENTS)
def test_a_timestamp_reads_back_as_the_same_second(moment: datetime) -> None:
    """Text and epoch seconds tell the same moment."""
    assert datetime.fromisoformat(iso_timestamp(moment)).timestamp() == epoch_seconds(moment)
