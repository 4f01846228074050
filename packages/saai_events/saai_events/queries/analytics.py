"""``GET /analitica``: the stored result of a period, as ActualizarAnalitica left it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from saai_domain.auth import Claims
from saai_domain.aws.dynamodb import Key, batch_get
from saai_domain.component import component
from saai_domain.errors import FieldError, InvalidInput, NotFound

from saai_events.queries.page import shown
from saai_events.queries.snapshot import Snapshot, Snapshots

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

PERIODS: Final = ("dia", "semana", "mes")


class NotCalculatedYet(NotFound):
    """The store's analytics were never calculated for this period."""

    user_message = "La analítica de este periodo todavía no se ha calculado."

    def __init__(self, period: str) -> None:
        super().__init__("analysis", [period])


@component
class StoredAnalytics:
    """The stores' results."""

    client: "DynamoDBClient"
    analitica_table: str
    snapshots: Snapshots

    def read(self, claims: Claims, query: Mapping[str, str]) -> Snapshot[Mapping[str, Any]]:
        """Read the result of the period that ``periodo`` names.

        Raises:
            InvalidInput: There is no such period.
            NotCalculatedYet: Nothing is stored for it.
            ReadThrottled: DynamoDB left rows unread.
        """
        period = query.get("periodo", "")
        if period not in PERIODS:
            raise InvalidInput(FieldError("periodo", f"Se espera uno de: {', '.join(PERIODS)}."))
        key = Key(self.analitica_table, claims.tenant_id, period)

        def read() -> Mapping[str, Any]:
            row = batch_get(self.client, [key]).get(key)
            if row is None:
                raise NotCalculatedYet(period)
            return shown(row["data"])

        return self.snapshots.take(claims, read)
