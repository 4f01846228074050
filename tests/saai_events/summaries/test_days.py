"""Which days are counted anew, what is read for it, and what is written."""

from collections.abc import Sequence

import pytest
from saai_domain.testing.aws import Call
from saai_events.summaries.day import DaySummary
from saai_events.summaries.days import stock_flags

from tests.saai_events.summaries.sales_history import NOON, TENANT, SalesHistory, at, day, sale_row


def _written(calls: Sequence[Call]) -> list[str]:
    return [call.params["Item"]["entity_id"]["S"] for call in calls if call.operation == "put_item"]


def _sales_read(calls: Sequence[Call]) -> int:
    return sum(
        len(call.params["RequestItems"]["ventas"]["Keys"])
        for call in calls
        if call.operation == "batch_get_item" and "ventas" in call.params["RequestItems"]
    )


def test_counting_writes_nothing(history: SalesHistory) -> None:
    """It may be part of a decision that is overtaken; what it changed is saved afterwards."""
    history.sells(day(1))
    history.sells(day(0))
    counted = history.days.recent(TENANT, days=2, moment=NOON)
    assert history.rows() == {}
    assert history.days.save(TENANT, counted) == 2
    assert history.days.save(TENANT, history.days.recent(TENANT, days=2, moment=NOON)) == 0


def test_the_first_time_every_day_is_counted_from_its_sales(history: SalesHistory) -> None:
    """Days without sales are there as well, and days before the range aren't."""
    for back, count in ((6, 1), (3, 2), (0, 3)):
        for _ in range(count):
            history.sells(day(back))
    counted = history.saved(history.days.recent(TENANT, days=5, moment=NOON))
    assert [(fecha, summary.ventas) for fecha, summary in counted.days.items()] == [
        (day(4), 0),
        (day(3), 2),
        (day(2), 0),
        (day(1), 0),
        (day(0), 3),
    ]
    assert sorted(history.rows()) == [fecha.isoformat() for fecha in counted.days]


def test_afterwards_only_todays_sales_are_read(history: SalesHistory) -> None:
    """Whatever the days before sold."""
    history.sell_all(sale_row(number, day(9 - number // 100)) for number in range(1, 901))
    history.saved(history.days.recent(TENANT, days=30, moment=NOON))
    for _ in range(7):
        history.sells(day(0))
    calls = history.client.aws.record()
    counted = history.saved(history.days.recent(TENANT, days=30, moment=NOON))
    assert (counted.days[day(0)].ventas, counted.days[day(1)].ventas) == (8, 100)
    assert (_sales_read(calls), counted.sales_read) == (8, 8)
    assert _written(calls) == [day(0).isoformat()]


def test_a_store_that_sells_nothing_for_long_reads_nothing(history: SalesHistory) -> None:
    """The rows of its empty days say how far the numbers went."""
    history.sells(day(60))
    history.saved(history.days.recent(TENANT, days=30, moment=NOON))
    calls = history.client.aws.record()
    assert history.saved(history.days.recent(TENANT, days=30, moment=NOON)).sales_read == 0
    assert _written(calls) == []


def test_a_day_counted_before_it_was_over_is_counted_again(history: SalesHistory) -> None:
    """The sales after its last count, and those that were under way at midnight."""
    history.sells(day(1))
    history.saved(history.days.recent(TENANT, days=3, moment=at(day(1), 23, 58)))
    history.sells(day(1))
    history.saved(history.days.recent(TENANT, days=3, moment=at(day(0), 0, 1)))
    history.sells(day(0))
    history.sells(day(1))
    counted = history.saved(history.days.recent(TENANT, days=3, moment=at(day(0), 0, 6)))
    assert (counted.days[day(1)].ventas, counted.days[day(0)].ventas) == (3, 1)
    assert history.rows()[day(1).isoformat()]["cerrado"]


def test_todays_sale_below_yesterdays_last_is_not_lost(history: SalesHistory) -> None:
    """Around midnight the clocks of two cashiers' functions differ, and numbers don't follow the days."""
    history.sells(day(1))
    history.sells(day(0))
    history.sells(day(1))
    for _ in range(2):
        counted = history.saved(history.days.recent(TENANT, days=2, moment=NOON))
        assert (counted.days[day(1)].ventas, counted.days[day(0)].ventas) == (2, 1)


def test_the_night_recounts_a_week_and_writes_what_changed(history: SalesHistory) -> None:
    """A sale that was annulled two days later, and one that an import dated back."""
    annulled = history.sells(day(5))
    for back in range(8, -1, -1):
        history.sells(day(back))
    history.saved(history.days.history(TENANT, moment=NOON))
    history.annuls(annulled)
    history.sells(day(3))
    calls = history.client.aws.record()
    counted = history.saved(history.days.close(TENANT, moment=NOON))
    assert len(counted.days) == 90
    assert [counted.days[day(back)].ventas for back in (8, 5, 4, 3, 1)] == [1, 1, 1, 2, 1]
    assert {day(5).isoformat(), day(3).isoformat()} <= set(_written(calls))
    assert day(8).isoformat() not in _written(calls)
    again = history.client.aws.record()
    assert history.saved(history.days.close(TENANT, moment=NOON)).changed == []
    assert _written(again) == []


def test_a_late_change_older_than_a_week_waits_for_a_rebuild(history: SalesHistory) -> None:
    """The command counts any range anew."""
    annulled = history.sells(day(20))
    history.sells(day(0))
    history.saved(history.days.history(TENANT, moment=NOON))
    history.annuls(annulled)
    assert history.saved(history.days.close(TENANT, moment=NOON)).days[day(20)].ventas == 1
    rebuilt = history.saved(history.days.rebuild(TENANT, day(25), day(15), moment=NOON))
    assert rebuilt.days[day(20)].ventas == 0
    assert history.saved(history.days.close(TENANT, moment=NOON)).days[day(20)].ventas == 0


def test_the_history_reads_no_sale_where_all_days_are_closed(history: SalesHistory) -> None:
    """One query, and today isn't part of it."""
    history.sells(day(1))
    history.sells(day(0))
    history.saved(history.days.history(TENANT, days=10, moment=NOON))
    calls = history.client.aws.record()
    counted = history.saved(history.days.history(TENANT, days=10, moment=NOON))
    assert list(counted.days) == [day(back) for back in range(10, 0, -1)]
    assert [call.operation for call in calls] == ["query"]


def test_todays_sales_are_read_consistently_and_the_nights_at_half_the_price(history: SalesHistory) -> None:
    """What was sold a moment ago must be on the dashboard; yesterday's sales have been there for hours."""
    history.sells(day(1))
    history.sells(day(0))
    calls = history.client.aws.record()
    history.saved(history.days.recent(TENANT, days=2, moment=NOON))
    history.saved(history.days.close(TENANT, moment=NOON))
    reads = [call.params["RequestItems"] for call in calls if call.operation == "batch_get_item"]
    assert [read["ventas"]["ConsistentRead"] for read in reads if "ventas" in read] == [True, False]
    assert all(read["counters"]["ConsistentRead"] for read in reads if "counters" in read)


def test_all_pages_of_the_days_are_read(history: SalesHistory) -> None:
    """A page of DynamoDB holds 1 MB, and a day with many products is large."""
    for back in range(12, 0, -1):
        history.sells(day(back))
    history.saved(history.days.history(TENANT, days=30, moment=NOON))
    history.client.aws.dynamodb.page_size = 7
    calls = history.client.aws.record()
    counted = history.saved(history.days.history(TENANT, days=30, moment=NOON))
    assert sum(summary.ventas for summary in counted.days.values()) == 12
    assert [call.operation for call in calls].count("query") > 1


def test_a_count_never_replaces_a_later_one(history: SalesHistory) -> None:
    """A worker that was slow would put an open day over a closed one."""
    late = DaySummary(fecha=day(1), ventas=9, cerrado=True)
    assert history.summaries.put(TENANT, late, counted_at=at(day(0), 2))
    assert not history.summaries.put(TENANT, DaySummary(fecha=day(1), ventas=8), counted_at=at(day(1), 23))
    assert history.summaries.between(TENANT, day(1), day(1))[day(1)] == late


def test_a_row_that_says_no_time_is_replaced(history: SalesHistory) -> None:
    """Whoever wrote it, it can't be the later count."""
    history.write({"tenant_id": TENANT, "entity_id": day(1).isoformat(), "data": {}}, "resumenes")
    assert history.summaries.put(TENANT, DaySummary(fecha=day(1)), counted_at=NOON)


def test_a_row_keeps_when_it_was_created(history: SalesHistory) -> None:
    """And says when it was counted last."""
    history.sells(day(0))
    history.saved(history.days.recent(TENANT, days=1, moment=at(day(0), 9)))
    history.sells(day(0))
    history.saved(history.days.recent(TENANT, days=1, moment=at(day(0), 10)))
    row = history.rows()[day(0).isoformat()]
    assert (row["created_at"], row["updated_at"]) == ("2025-12-31T09:00:00-05:00", "2025-12-31T10:00:00-05:00")


def test_unreadable_sales_are_reported_and_left_out(history: SalesHistory) -> None:
    """The rest of the day stands."""
    history.sells(day(0))
    history.sells(day(0))
    history.write({"tenant_id": TENANT, "entity_id": "T001V001", "data": {"estado": "COMPLETADA", "total": "?"}})
    counted = history.saved(history.days.recent(TENANT, days=1, moment=NOON))
    assert counted.days[day(0)].ventas == 1
    assert [problem.entity_id for problem in counted.unreadable] == ["T001V001"]


EMPTY = {"T001P001"}


@pytest.mark.parametrize(
    ("summary", "row", "flags"),
    [
        (DaySummary(fecha=day(0), ventas=1), None, EMPTY),
        (DaySummary(fecha=day(0), ventas=0), None, set()),
        (DaySummary(fecha=day(1), ventas=0), None, EMPTY),
        (DaySummary(fecha=day(1)), DaySummary(fecha=day(1), sin_stock=frozenset({"T001P002"})), {*EMPTY, "T001P002"}),
        (DaySummary(fecha=day(1)), DaySummary(fecha=day(1), cerrado=True), set()),
        (DaySummary(fecha=day(2)), None, set()),
        (DaySummary(fecha=day(2)), DaySummary(fecha=day(2), sin_stock=frozenset(EMPTY), cerrado=True), EMPTY),
    ],
    ids=[
        "today, once it sells",
        "today, before the store opened",
        "yesterday, at its close",
        "yesterday, beside what was seen before",
        "yesterday, after its close",
        "an older day says nothing",
        "an older day keeps its flags",
    ],
)
def test_when_a_product_is_flagged_as_out_of_stock(
    summary: DaySummary, row: DaySummary | None, flags: set[str]
) -> None:
    """What has no stock now was missing today while the store sold, or in the end of the day being closed."""
    assert stock_flags(summary, row, today=day(0), out_of_stock=EMPTY) == flags


def test_flags_last_through_the_day(history: SalesHistory) -> None:
    """A product that was restocked at noon was missing in the morning."""
    history.sells(day(0))
    history.saved(history.days.recent(TENANT, days=1, moment=at(day(0), 9), out_of_stock=EMPTY))
    history.sells(day(0))
    history.saved(history.days.recent(TENANT, days=1, moment=at(day(0), 15)))
    assert history.rows()[day(0).isoformat()]["sin_stock"] == ["T001P001"]


def test_a_closed_day_is_flagged_with_what_its_shelf_lacked_in_the_end(history: SalesHistory) -> None:
    """The nightly close looks at the stock two hours after the day's end."""
    history.sells(day(1))
    counted = history.saved(history.days.close(TENANT, moment=at(day(0), 2), out_of_stock=EMPTY))
    assert counted.days[day(1)].sin_stock == EMPTY
    assert counted.days[day(2)].sin_stock == set()
