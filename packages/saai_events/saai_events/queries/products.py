"""``GET /productos``: what a store sells, ordered by the text of the code."""

from typing import TYPE_CHECKING, Final

from saai_domain.rows import Estado

from saai_events.queries.rows import Filter, RowList
from saai_events.queries.snapshot import Snapshots

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

ACTIVE: Final = Filter(expression="#data.estado = :activo", values={":activo": Estado.ACTIVO})


def product_list(client: "DynamoDBClient", productos_table: str, snapshots: Snapshots) -> RowList:
    """Make the list of the ACTIVO products."""
    return RowList(client=client, table=productos_table, snapshots=snapshots, only=lambda _rol: ACTIVE)
