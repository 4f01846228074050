"""The predictions in DynamoDB: table ``predicciones``, one row a product and day."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from aws_lite.backoff import Backoff
from saai_domain.aws.dynamodb import Key, put, serialize
from saai_domain.codes import ProductCode, TenantId
from saai_domain.component import component
from saai_domain.errors import SaaiError

from saai_events.forecasts.prediction import entity_id_of

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

BATCH: Final = 25
"""Rows of a BatchWriteItem at most."""


class WriteThrottled(SaaiError):
    """DynamoDB left rows of a batch unwritten for the whole time allowed. Writing them all again does no harm."""

    def __init__(self, unwritten: int) -> None:
        super().__init__(unwritten)
        self.unwritten = unwritten

    def __str__(self) -> str:
        return f"DynamoDB left {self.unwritten} rows unwritten"


@component
class Predictions:
    """The predictions of all stores, one row a product and day."""

    client: "DynamoDBClient"
    table: str
    backoff: Backoff = Backoff()

    def key(self, tenant_id: TenantId, code: ProductCode, fecha: date) -> Key:
        """Return the key of a product's prediction of a day."""
        return Key(self.table, tenant_id, entity_id_of(code, fecha))

    def put(self, item: Mapping[str, Any]) -> Any:  # noqa: ANN401 - boto3's own nested type
        """Make the transaction's write of a prediction that none has made yet."""
        return put(self.table, item, condition="attribute_not_exists(entity_id)")

    def write_all(self, items: Iterable[Mapping[str, Any]]) -> None:
        """Write predictions, replacing those of the same product and day.

        Raises:
            WriteThrottled: Some were not written.
        """
        remaining = iter(items)
        while batch := list(islice(remaining, BATCH)):
            self._write({self.table: [{"PutRequest": {"Item": serialize(item)}} for item in batch]})

    def _write(self, request: Any) -> None:  # noqa: ANN401 - boto3's own nested type
        deadline = self.backoff.deadline()
        attempt = 0
        while request:
            request = self.client.batch_write_item(RequestItems=request).get("UnprocessedItems")
            attempt += 1
            if request and not self.backoff.pause(attempt, deadline):
                raise WriteThrottled(sum(len(rows) for rows in request.values()))
