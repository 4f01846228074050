"""What must arrive, and the verdict over what did."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from local_aws.demo.ledger import Delivery, Expected, expected_deliveries, judge, missing_deliveries
from local_aws.demo.scenario import Screen

from tests.local_aws.demo.examples import (
    KEVIN,
    LUZ,
    ROSA,
    SCREENS,
    dashboard,
    delivered,
    forecast,
    foreseen,
    order,
    refused,
    sold,
)

SOLD = sold("T001V001", order())
EVERYTHING = (delivered("T001V001", ROSA), delivered("T001V001", LUZ), dashboard(ROSA, 1))
"""What one sale in T001 has arrive."""


def expected_of(screen: Screen, event_type: str, subject: str) -> Expected:
    return Expected(screen=screen, event_type=event_type, subject=subject)


def test_a_sale_must_reach_every_screen_of_its_store_and_its_owners_dashboard() -> None:
    """The cashier who sold, the owner, but not the other store's people."""
    assert set(expected_deliveries(SCREENS, [SOLD])) == {
        expected_of(ROSA, "venta_registrada", "T001V001"),
        expected_of(LUZ, "venta_registrada", "T001V001"),
        expected_of(ROSA, "analitica_actualizada", "1 sales today"),
    }


def test_a_refused_sale_must_reach_nobody() -> None:
    """There is no event without a sale."""
    assert list(expected_deliveries(SCREENS, [refused(order(in_stock=False))])) == []


def test_a_forecast_must_reach_the_owner_who_asked() -> None:
    """And nobody where it was refused."""
    assert list(expected_deliveries(SCREENS, [], [forecast()])) == [
        expected_of(ROSA, "prediccion_generada", "forecast of T001P001")
    ]
    assert list(expected_deliveries(SCREENS, [], [forecast(None)])) == []


def test_what_has_not_come_is_missing() -> None:
    """A dashboard that counts fewer sales is not yet the one."""
    expected = list(expected_deliveries(SCREENS, [SOLD, sold("T001V002", order(2))]))
    deliveries = [delivered("T001V001", ROSA), delivered("T001V002", ROSA), delivered("T001V001", LUZ)]
    assert set(missing_deliveries(expected, [*deliveries, dashboard(ROSA, 1)])) == {
        expected_of(LUZ, "venta_registrada", "T001V002"),
        expected_of(ROSA, "analitica_actualizada", "2 sales today"),
    }


def test_all_is_well_when_everything_arrived() -> None:
    """The verdict counts sales, refusals and deliveries, and passes."""
    answers = [SOLD, sold("T002V001", order(2, KEVIN)), refused(order(3, in_stock=False))]
    deliveries = [*EVERYTHING, delivered("T002V001", KEVIN), dashboard(ROSA, 0), foreseen(ROSA)]

    verdict = judge(SCREENS, answers, deliveries, [forecast()])

    assert verdict.passed
    assert (verdict.sales, verdict.refused, verdict.events) == (2, 1, 5)
    assert (verdict.expected, verdict.received, verdict.recovered) == (5, 5, 0)


def test_a_frame_that_never_came_fails_the_demo() -> None:
    """Who missed what is told."""
    verdict = judge(SCREENS, [SOLD], [EVERYTHING[0], EVERYTHING[2]])

    assert not verdict.passed
    assert verdict.missing == (expected_of(LUZ, "venta_registrada", "T001V001"),)


def test_what_a_screen_had_to_ask_for_counts_as_recovered() -> None:
    """And not for the delays: the screen was away."""
    late = attrs.evolve(EVERYTHING[1], recovered=True, at=99.0)

    verdict = judge(SCREENS, [SOLD], [EVERYTHING[0], late, EVERYTHING[2]])

    assert verdict.passed
    assert (verdict.received, verdict.recovered, len(verdict.delays)) == (3, 1, 1)


@pytest.mark.parametrize(
    "stray", [delivered("T001V001", KEVIN, tenant="T001"), dashboard(LUZ, 1), foreseen(LUZ)], ids=lambda _: ""
)
def test_a_frame_that_a_screen_may_not_see_fails_the_demo(stray: Delivery) -> None:
    """Another store's, or the owner's on a cashier's screen; even when everything expected arrived as well."""
    verdict = judge(SCREENS, [SOLD], [*EVERYTHING, stray])

    assert not verdict.passed
    assert verdict.crossed == (stray,)


def test_a_frame_that_nothing_explains_fails_the_demo() -> None:
    """Its sale was never answered."""
    stranger = delivered("T001V009", LUZ)

    verdict = judge(SCREENS, [SOLD], [*EVERYTHING, stranger])

    assert not verdict.passed
    assert verdict.unexplained == (stranger,)


def test_a_repeated_frame_is_counted_and_forgiven() -> None:
    """Delivery is at least once; the client drops repeats."""
    verdict = judge(SCREENS, [SOLD], [*EVERYTHING, EVERYTHING[1]])

    assert verdict.passed
    assert (verdict.received, verdict.repeated) == (3, 1)


def test_an_answer_that_the_stock_does_not_allow_fails_the_demo() -> None:
    """A refusal of what is there, or a sale of what is not."""
    wrong = [refused(order(1)), sold("T001V001", order(2, in_stock=False))]

    verdict = judge(SCREENS, wrong, EVERYTHING)

    assert not verdict.passed
    assert verdict.wrong_answers == tuple(wrong)


def test_a_forecast_that_was_refused_fails_the_demo() -> None:
    """The product sells every day."""
    verdict = judge(SCREENS, [SOLD], EVERYTHING, [forecast(None)])

    assert not verdict.passed
    assert verdict.forecasts_refused == (forecast(None),)


def test_a_demo_without_sales_fails() -> None:
    """Nothing was shown."""
    assert not judge(SCREENS, [], []).passed


@given(st.lists(st.sampled_from([*EVERYTHING, delivered("T001V001", KEVIN, tenant="T001"), dashboard(LUZ, 1)])))
def test_only_a_demo_in_which_all_arrived_and_nothing_strayed_passes(deliveries: list[Delivery]) -> None:
    """Whatever comes in whatever order, and however often."""
    verdict = judge(SCREENS, [SOLD], deliveries)

    strayed = any(each not in EVERYTHING for each in deliveries)
    assert verdict.passed == (all(each in deliveries for each in EVERYTHING) and not strayed)
