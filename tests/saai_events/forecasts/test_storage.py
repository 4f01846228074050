"""Products read, predictions written."""

from collections.abc import Iterator
from typing import Any

import pytest
from saai_events.forecasts.storage import Predictions, Products, WriteThrottled
from saai_support.aws_tables import dynamodb_with

from tests.saai_events.bodega import Stopwatch
from tests.saai_events.forecasts.almacen import TABLES, Almacen, predicted
from tests.saai_events.summaries.historia import NOON, TENANT


@pytest.fixture
def almacen() -> Iterator[Almacen]:
    with dynamodb_with(*TABLES) as client:
        yield Almacen(client)


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


def test_what_is_sold_is_read_with_its_stock(almacen: Almacen) -> None:
    """Not what is sold no more; what can't be read is told, and what has no stock named."""
    almacen.has("P001")
    almacen.has("P002", stock=0)
    almacen.has("P003", estado="INACTIVO")
    almacen.has("P004", stock="mucho")
    shelf = Products(client=almacen.client, table="productos").of_store(TENANT)
    assert [(each.codigo, each.stock) for each in shelf.products] == [("T001P001", 40), ("T001P002", 0)]
    assert [each.code for each in shelf.unreadable] == ["T001P004"]
    assert shelf.out_of_stock == {"T001P002"}


def test_predictions_are_written_in_batches_of_25() -> None:
    """As many as BatchWriteItem takes."""
    client: Any = Reluctant(takes=25)
    Predictions(client=client, table="predicciones").write_all(items(60))
    assert client.sizes == [25, 25, 10]


def test_what_dynamodb_leaves_is_written_again() -> None:
    """Until everything is written, and nothing twice."""
    client: Any = Reluctant(takes=10)
    Predictions(client=client, table="predicciones", backoff=Stopwatch().backoff()).write_all(items(30))
    assert client.sizes == [25, 15, 5, 5]
    assert client.written == [item["entity_id"] for item in items(30)]


def test_a_table_that_takes_nothing_fails_in_the_end() -> None:
    """With how many rows are missing of the batch."""
    client: Any = Reluctant(takes=0)
    with pytest.raises(WriteThrottled, match="25 rows"):
        Predictions(client=client, table="predicciones", backoff=Stopwatch().backoff(total=1.0)).write_all(items(30))
