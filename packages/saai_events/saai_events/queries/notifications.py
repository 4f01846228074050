"""``GET /notificaciones``: what a store was notified of, newest first.

Alerts and forecasts are the owner's (docs/domain.md, "Identity"). A cashier is shown what every role is told by an
event of the channel ``tienda``: the sales. A kind that no contract names is the owner's too,
whichever service it comes from.

The list is fed by SNS: an event that the cursor covers may be followed by its notification a moment later.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from saai_domain.aws.dynamodb import Item
from saai_domain.events import CONTRACTS, Canal
from saai_domain.roles import Rol
from saai_domain.rows import Estado

from saai_events.queries.rows import Filter, RowList
from saai_events.queries.snapshot import Snapshots

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

_KEPT: Final = "attribute_exists(#data.tipo) AND #data.estado <> :inactivo"
FOR_OWNERS: Final = Filter(expression=_KEPT, values={":inactivo": Estado.INACTIVO})
_EVERYONES: Final[Mapping[str, str]] = {
    f":{contract.event_type}": contract.notice_tipo
    for contract in CONTRACTS.values()
    if contract.canal is Canal.TIENDA and contract.notice_tipo
}
FOR_CASHIERS: Final = Filter(
    expression=f"{_KEPT} AND ({' OR '.join(f'#data.tipo = {name}' for name in _EVERYONES)})",
    values={":inactivo": Estado.INACTIVO, **_EVERYONES},
)


def with_id(row: Item) -> Mapping[str, Any]:
    """Return a notification as it is shown: its ``data``, and its key as ``id``."""
    return {"id": row["entity_id"], **row["data"]}


def notification_list(client: "DynamoDBClient", notificaciones_table: str, snapshots: Snapshots) -> RowList:
    """Make the list of what a role may see. A notification's key begins with its time."""
    return RowList(
        client=client,
        table=notificaciones_table,
        snapshots=snapshots,
        only=lambda rol: FOR_CASHIERS if rol is Rol.TRABAJADOR else FOR_OWNERS,
        newest_first=True,
        item=with_id,
    )
