"""Time in the stores: America/Lima, UTC-05:00, no daylight saving (docs/domain.md, "Time").

A fixed offset stands for the zone: tzdata would cost a cold start more than the rest of this package,
and Lima has kept UTC-05:00 since 1994.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone

__all__ = [
    "LIMA",
    "Clock",
    "day_bounds",
    "epoch_seconds",
    "iso_timestamp",
    "lima_date",
    "lima_now",
    "obtener_fecha_hora_peru",
]

LIMA = timezone(timedelta(hours=-5), "America/Lima")

Clock = Callable[[], datetime]
"""Returns the present moment as an aware datetime."""


def lima_now() -> datetime:
    """Return the present moment in Lima. The clock of production."""
    return datetime.now(LIMA)


def obtener_fecha_hora_peru(clock: Clock = lima_now) -> str:
    """Return "now" as other SAAI services store it, for example ``2025-12-31T15:30:00-05:00``."""
    return iso_timestamp(clock())


def iso_timestamp(moment: datetime) -> str:
    """Write an aware moment as ISO 8601 in Lima time, to the second.

    Raises:
        ValueError: The moment is naive: it could be any zone's.
    """
    return _aware(moment).astimezone(LIMA).isoformat(timespec="seconds")


def epoch_seconds(moment: datetime) -> int:
    """Return an aware moment's whole seconds since 1970, as DynamoDB's TTL and JWT's ``exp`` count them.

    Raises:
        ValueError: The moment is naive: it could be any zone's.
    """
    return int(_aware(moment).timestamp())


def lima_date(moment: datetime) -> date:
    """Return the calendar day in Lima on which an aware moment falls.

    Raises:
        ValueError: The moment is naive: it could be any zone's.
    """
    return _aware(moment).astimezone(LIMA).date()


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return a Lima day's first moment and the next day's: the half-open range ``[start, end)``."""
    start = datetime.combine(day, time.min, LIMA)
    return start, start + timedelta(days=1)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        msg = f"a moment without a time zone: {moment.isoformat()}"
        raise ValueError(msg)
    return moment
