"""What must arrive, and the verdict over what did."""

import attrs
from hypothesis import given
from hypothesis import strategies as st
from local_aws.demo.ledger import judge, missing_deliveries
from local_aws.demo.scenario import Screen

from tests.local_aws.demo.examples import KEVIN, LUZ, ROSA, SCREENS, delivered, order, refused, sold


def test_a_sale_must_reach_every_screen_of_its_store_and_no_other() -> None:
    """The cashier who sold, the owner, but not the other store's people."""
    missing = missing_deliveries(SCREENS, [sold("T001V001", order())], [])

    assert [expected.screen for expected in missing] == [ROSA, LUZ]


def test_a_refused_sale_must_reach_nobody() -> None:
    """There is no event without a sale."""
    assert missing_deliveries(SCREENS, [refused(order(in_stock=False))], []) == ()


def test_all_is_well_when_everything_arrived() -> None:
    """The verdict counts sales, refusals and deliveries, and passes."""
    answers = [sold("T001V001", order(1)), sold("T002V001", order(2, KEVIN)), refused(order(3, in_stock=False))]
    deliveries = [delivered("T001V001", ROSA), delivered("T001V001", LUZ), delivered("T002V001", KEVIN)]

    verdict = judge(SCREENS, answers, deliveries)

    assert verdict.passed
    assert (verdict.sales, verdict.refused, verdict.events) == (2, 1, 2)
    assert (verdict.expected, verdict.received) == (3, 3)


def test_a_frame_that_never_came_fails_the_demo() -> None:
    """Who missed what is told."""
    verdict = judge(SCREENS, [sold("T001V001", order())], [delivered("T001V001", ROSA)])

    assert not verdict.passed
    assert [(lost.screen, lost.answer.codigo_venta) for lost in verdict.missing] == [(LUZ, "T001V001")]


def test_a_frame_of_another_store_fails_the_demo() -> None:
    """Even when everything expected arrived as well."""
    deliveries = [
        delivered("T001V001", ROSA),
        delivered("T001V001", LUZ),
        delivered("T001V001", KEVIN, tenant="T001"),
    ]

    verdict = judge(SCREENS, [sold("T001V001", order())], deliveries)

    assert not verdict.passed
    assert verdict.crossed == (deliveries[2],)


def test_a_frame_that_no_sale_explains_fails_the_demo() -> None:
    """Its sale was never answered, or it is no sale at all."""
    other = delivered("T001V001", ROSA)
    stranger = attrs.evolve(other, frame=attrs.evolve(other.frame, event_type="analitica_actualizada"))
    deliveries = [delivered("T001V001", ROSA), delivered("T001V001", LUZ), delivered("T001V009", LUZ), stranger]

    verdict = judge(SCREENS, [sold("T001V001", order())], deliveries)

    assert not verdict.passed
    assert verdict.unexplained == (deliveries[2], stranger)


def test_a_repeated_frame_is_counted_and_forgiven() -> None:
    """Delivery is at least once; the client drops repeats."""
    deliveries = [delivered("T001V001", screen) for screen in (ROSA, LUZ, LUZ)]

    verdict = judge(SCREENS, [sold("T001V001", order())], deliveries)

    assert verdict.passed
    assert (verdict.received, verdict.repeated) == (2, 1)


def test_an_answer_that_the_stock_does_not_allow_fails_the_demo() -> None:
    """Refused though in stock, or sold though short."""
    wrongly_refused = refused(order(1))
    oversold = sold("T001V001", order(2, in_stock=False))
    deliveries = [delivered("T001V001", ROSA), delivered("T001V001", LUZ)]

    verdict = judge(SCREENS, [wrongly_refused, oversold], deliveries)

    assert not verdict.passed
    assert verdict.wrong_answers == (wrongly_refused, oversold)


def test_a_demo_without_a_sale_does_not_pass() -> None:
    """Nothing expected and nothing received is no success."""
    assert not judge(SCREENS, [], []).passed


def test_delays_run_from_the_requests_start_to_the_first_arrival() -> None:
    """In ascending order; a repeat doesn't count."""
    deliveries = [
        delivered("T001V001", ROSA, at=10.5),
        delivered("T001V001", LUZ, at=10.25),
        delivered("T001V001", LUZ, at=19.0),
    ]

    assert judge(SCREENS, [sold("T001V001", order(), asked_at=10.0)], deliveries).delays == (0.25, 0.5)


def test_only_a_sales_event_has_a_sales_code() -> None:
    """Another event's data may carry the same key for another purpose."""
    frame = delivered("T001V001", ROSA).frame

    assert frame.codigo_venta == "T001V001"
    assert attrs.evolve(frame, event_type="prediccion_generada").codigo_venta is None


@given(heard=st.lists(st.sampled_from([("T001V001", ROSA), ("T001V001", LUZ), ("T002V001", KEVIN)])))
def test_received_and_missing_make_up_what_was_expected(heard: list[tuple[str, Screen]]) -> None:
    """Whatever subset of the deliveries arrived, in any order and however often."""
    answers = [sold("T001V001", order(1)), sold("T002V001", order(2, KEVIN))]
    deliveries = [delivered(code, screen) for code, screen in heard]

    verdict = judge(SCREENS, answers, deliveries)

    assert verdict.received + len(verdict.missing) == verdict.expected == 3
    assert verdict.passed == (not verdict.missing)
