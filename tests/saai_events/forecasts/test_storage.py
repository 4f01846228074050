"""Predictions written."""

from typing import Any

import pytest
from saai_events.forecasts.storage import Predictions, WriteThrottled

from tests.domain import fakes
from tests.saai_events.forecasts.forecast_store import predicted
from tests.saai_events.summaries.sales_history import NOON, TENANT


class Reluctant:
    """Takes at most so many rows of a batch and leaves the others, as DynamoDB does when it throttles."""

    def __init__(self, takes: int) -> None:
        self.takes = takes
        self.sizes: list[int] = []
        self.written: list[str] = []

    def batch_write_item(self, *, RequestItems: dict[str, list[Any]]) -> dict[str, Any]:  # noqa: N803 - boto3's name
        ((table, rows),) = RequestItems.items()
        self.sizes.append(len(rows))
        self.written += [row["PutRequest"]["Item"]["entity_id"]["S"] for row in rows[: self.takes]]
        left = rows[self.takes :]
        return {"UnprocessedItems": {table: left} if left else {}}


def items(count: int) -> list[dict[str, Any]]:
    return [predicted(number, stock=1).item(TENANT, NOON) for number in range(1, count + 1)]


def test_predictions_are_written_in_batches_of_25() -> None:
    """As many as BatchWriteItem takes."""
    client: Any = Reluctant(takes=25)
    Predictions(client=client, table="predicciones").write_all(items(60))
    assert client.sizes == [25, 25, 10]


def test_what_dynamodb_leaves_is_written_again() -> None:
    """Until everything is written, and nothing twice."""
    client: Any = Reluctant(takes=10)
    Predictions(client=client, table="predicciones", backoff=fakes.backoff()).write_all(items(30))
    assert client.sizes == [25, 15, 5, 5]
    assert client.written == [item["entity_id"] for item in items(30)]


def test_a_table_that_takes_nothing_fails_in_the_end() -> None:
    """With how many rows are missing of the batch."""
    client: Any = Reluctant(takes=0)
    with pytest.raises(WriteThrottled, match="25 rows"):
        Predictions(client=client, table="predicciones", backoff=fakes.backoff(total=1.0)).write_all(items(30))
