"""Walking a store's sales down from the counter."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import attrs
import pytest
from saai_domain.component import replace
from saai_domain.errors import ReadThrottled
from saai_domain.testing.aws import Call
from saai_events.summaries.walk import SalesWalk

from tests.saai_events.summaries.sales_history import TENANT, SalesHistory, day, sale_row


def _numbers_read(calls: Sequence[Call]) -> list[int]:
    keys = [
        key["entity_id"]["S"]
        for call in calls
        if call.operation == "batch_get_item"
        for key in call.params["RequestItems"].get("ventas", {"Keys": ()})["Keys"]
    ]
    return [int(code.removeprefix("T001V")) for code in keys]


def test_sales_are_read_newest_first_a_hundred_at_a_time(history: SalesHistory) -> None:
    """999 is followed by 1000; reads are consistent, since today's sale may be a moment old."""
    history.sell_all(sale_row(number, day(0)) for number in range(801, 1_031))
    history.counter_stands_at(1_030)
    calls = history.client.aws.record()
    walked = history.walk.back_to(TENANT, day(0), floor=801)
    assert [sale.numero for sale in walked.sales] == list(range(1_030, 800, -1))
    batches = [call.params["RequestItems"]["ventas"] for call in calls if "ventas" in call.params["RequestItems"]]
    assert [len(batch["Keys"]) for batch in batches] == [100, 100, 30]
    assert all(batch["ConsistentRead"] for batch in batches)


def test_the_walk_ends_at_the_floor(history: SalesHistory) -> None:
    """No sale below it is read."""
    history.sell_all(sale_row(number, day(0 if number > 130 else 1)) for number in range(1, 151))
    calls = history.client.aws.record()
    walked = history.walk.back_to(TENANT, day(0), floor=131)
    assert len(walked.sales) == 20
    assert min(_numbers_read(calls)) == 131


def test_without_a_floor_the_walk_ends_in_the_first_batch_that_is_older(history: SalesHistory) -> None:
    """A single sale out of order doesn't end it."""
    rows = [sale_row(number, day(5)) for number in range(1, 401)]
    rows += [sale_row(number, day(0)) for number in range(401, 500)]
    history.sell_all(rows)
    history.write(sale_row(450, day(5)))
    calls = history.client.aws.record()
    walked = history.walk.back_to(TENANT, day(1))
    assert sum(sale.fecha == day(0) for sale in walked.sales) == 98
    assert min(_numbers_read(calls)) == 300


def test_numbers_without_a_sale_are_passed_over(history: SalesHistory) -> None:
    """A gap wider than a batch, as a taken-over table may have, doesn't end the walk."""
    history.sell_all(sale_row(number, day(0)) for number in (1, 2, 350))
    history.counter_stands_at(400)
    assert [sale.numero for sale in history.walk.back_to(TENANT, day(0)).sales] == [350, 2, 1]


def test_a_gap_of_a_million_codes_costs_a_few_reads(history: SalesHistory) -> None:
    """Every refresh of the day walks over it: 10,000 batches would take longer than the function may."""
    history.sell_all(sale_row(number, day(0)) for number in (1, 2, 1_000_150, 1_000_200))
    history.counter_stands_at(1_000_200)
    calls = history.client.aws.record()
    walked = history.walk.back_to(TENANT, day(0))
    assert [sale.numero for sale in walked.sales] == [1_000_200, 1_000_150, 2, 1]
    # The counter; 200 to 101, 100 to 1, the codes of six and more digits, of which none is left, then 2 and 1.
    assert Counter(call.operation for call in calls) == {"batch_get_item": 4, "query": 5}


def test_a_gap_ends_at_the_floor(history: SalesHistory) -> None:
    """What lies below it is not asked for."""
    history.sell_all(sale_row(number, day(0)) for number in (1, 5_000))
    history.counter_stands_at(5_000)
    calls = history.client.aws.record()
    assert [sale.numero for sale in history.walk.back_to(TENANT, day(0), floor=4_000).sales] == [5_000]
    assert min(_numbers_read(calls)) > 4_000


def test_sales_that_break_the_contract_are_told_apart(history: SalesHistory) -> None:
    """One of them keeps no other from being read, and rows without data neither."""
    history.sells(day(0))
    history.write(sale_row(2, day(0)) | {"data": {"estado": "COMPLETADA"}})
    history.write({"tenant_id": TENANT, "entity_id": "T001V003"})
    history.counter_stands_at(3)
    walked = history.walk.back_to(TENANT, day(0))
    assert [sale.numero for sale in walked.sales] == [1]
    assert [problem.entity_id for problem in walked.unreadable] == ["T001V003", "T001V002"]


def test_a_store_that_never_sold_reads_its_counter_only(history: SalesHistory) -> None:
    """It has no row yet."""
    calls = history.client.aws.record()
    assert history.walk.back_to(TENANT, day(0)).sales == []
    assert len(calls) == 1


@attrs.frozen
class Stingy:
    """A client that leaves all but a few keys of each call unprocessed."""

    client: Any
    keys_a_call: int

    def batch_get_item(self, *, RequestItems: Any) -> Any:  # noqa: N803 - boto3's name
        ((table, request),) = RequestItems.items()
        taken, left = request["Keys"][: self.keys_a_call], request["Keys"][self.keys_a_call :]
        answer = self.client.batch_get_item(RequestItems={table: request | {"Keys": taken}}) if taken else {}
        return {
            "Responses": answer.get("Responses", {}),
            "UnprocessedKeys": {table: request | {"Keys": left}} if left else {},
        }


def _stingy_walk(history: SalesHistory, *, keys_a_call: int) -> SalesWalk:
    client: Any = Stingy(history.client, keys_a_call)
    return replace(history.walk, client=client)


def test_keys_that_dynamodb_left_are_asked_for_again(history: SalesHistory) -> None:
    """And every sale is there in the end, once."""
    history.sell_all(sale_row(number, day(0)) for number in range(1, 121))
    assert [sale.numero for sale in _stingy_walk(history, keys_a_call=60).back_to(TENANT, day(0)).sales] == list(
        range(120, 0, -1)
    )


def test_keys_that_stay_unprocessed_fail_the_walk(history: SalesHistory) -> None:
    """Half a day must not be taken for a day."""
    history.sells(day(0))
    with pytest.raises(ReadThrottled):
        _stingy_walk(history, keys_a_call=0).back_to(TENANT, day(0))
