"""The open connections: table ``ws-connections`` (docs/domain.md, "Table model")."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import msgspec
from saai_domain.aws.dynamodb import Item, Key, key_of, serialize, update_if
from saai_domain.codes import ConnectionId, TenantId, UserCode
from saai_domain.component import component
from saai_domain.roles import Rol
from saai_domain.rows import make_row
from saai_domain.time import LIMA, epoch_seconds, iso_timestamp

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

TTL_SECONDS: Final = 24 * 3_600
"""After this DynamoDB may remove a row that nobody removed; nothing else depends on it."""
LIFETIME_SECONDS: Final = 2 * 3_600 + 600
"""API Gateway cuts a connection after 2 hours; ten minutes later its row can't be a live one's."""
CONNECTION_INDEX: Final = "por_conexion"
_RECOVERED_UNTIL: Final = "recuperado_hasta"


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """A screen that is connected. Times in epoch seconds; from ``expira`` on it gets nothing."""

    tenant_id: TenantId
    connection_id: ConnectionId
    codigo_usuario: UserCode
    rol: Rol
    connected_at: int
    expira: int

    @classmethod
    def opened(cls, request_context: Mapping[str, Any]) -> "Connection":
        """Read a connection from the context that API Gateway gives to ``$connect`` and to messages.

        The identity is the authorizer's: it comes from the verified token.
        """
        who = request_context["authorizer"]
        connected_at = int(request_context["connectedAt"]) // 1000
        return cls(
            tenant_id=TenantId(who["tenant_id"]),
            connection_id=ConnectionId(request_context["connectionId"]),
            codigo_usuario=UserCode(who["codigo_usuario"]),
            rol=Rol(who["rol"]),
            connected_at=connected_at,
            expira=min(int(who["exp"]), connected_at + LIFETIME_SECONDS),
        )

    def seconds_left(self, now: datetime) -> int:
        """Return for how many seconds it still gets events; 0 from its end on."""
        return max(0, self.expira - epoch_seconds(now))


class UnreadableConnection(msgspec.Struct, frozen=True, kw_only=True):
    """A row that doesn't tell who listens, or until when: its connection gets nothing."""

    connection_id: ConnectionId


def to_item(connection: Connection, now: datetime) -> dict[str, Any]:
    """Return the row as the table keeps it, in plain Python values."""
    ttl = connection.connected_at + TTL_SECONDS
    data = {
        "connection_id": connection.connection_id,
        "codigo_usuario": connection.codigo_usuario,
        "rol": connection.rol.value,
        "connected_at": iso_timestamp(datetime.fromtimestamp(connection.connected_at, LIMA)),
        "ttl": ttl,
        "expira": connection.expira,
    }
    moment = iso_timestamp(now)
    # DynamoDB sees a TTL at top level only.
    return make_row(connection.tenant_id, connection.connection_id, data, moment=moment, top_level={"ttl": ttl})


def from_item(item: Mapping[str, Any]) -> Connection | UnreadableConnection:
    """Read a row in DynamoDB's typed JSON, straight: a store's rows are read at every event.

    Rows of the earlier version may have no ``expira``, for which their ``ttl`` stands, and may not tell when the
    connection was made, which then was long ago.
    """
    connection_id = ConnectionId(item["entity_id"]["S"])
    data = item.get("data", {}).get("M", {})
    rol = Rol.from_claim(data.get("rol", {}).get("S"))
    expira = _epoch(data.get("expira") or item.get("ttl") or data.get("ttl"))
    if rol is None or expira is None:
        return UnreadableConnection(connection_id=connection_id)
    return Connection(
        tenant_id=TenantId(item["tenant_id"]["S"]),
        connection_id=connection_id,
        codigo_usuario=UserCode(data.get("codigo_usuario", {}).get("S", "")),
        rol=rol,
        connected_at=_connected_at(data.get("connected_at")),
        expira=expira,
    )


@component
class Connections:
    """The table in DynamoDB."""

    client: "DynamoDBClient"
    table: str

    def put(self, connection: Connection, now: datetime) -> None:
        """Write a connection's row; writing it again does no harm."""
        self.client.put_item(TableName=self.table, Item=serialize(to_item(connection, now)))

    def delete(self, tenant_id: TenantId, connection_id: ConnectionId) -> None:
        """Delete a row; no harm where it is gone."""
        self.client.delete_item(TableName=self.table, Key=key_of(tenant_id, connection_id))

    def expire(self, tenant_id: TenantId, connection_id: ConnectionId, now: int) -> None:
        """Let a connection get nothing from ``now`` on, in epoch seconds; no harm where its row is gone."""
        update_if(
            self.client,
            Key(self.table, tenant_id, connection_id),
            expression="SET #data.expira = :now",
            condition="attribute_exists(entity_id)",
            names={"#data": "data"},
            values={":now": now},
        )

    def count_recovery(self, connection: Connection, *, until: int, before: int | None) -> bool:
        """Note until when a connection's recoveries use its allowance up, in epoch seconds.

        Returns:
            False where it isn't what was read any more: another recovery goes on, or the row is gone.
        """
        read = "attribute_not_exists(#data.#until)" if before is None else "#data.#until = :before"
        return update_if(
            self.client,
            Key(self.table, connection.tenant_id, connection.connection_id),
            expression="SET #data.#until = :until",
            condition=f"attribute_exists(entity_id) AND {read}",
            names={"#data": "data", "#until": _RECOVERED_UNTIL},
            values={":until": until, **({} if before is None else {":before": before})},
        )

    def tenants_of(self, connection_id: ConnectionId) -> list[TenantId]:
        """Find the store of a connection through the index; empty where its row is gone."""
        response = self.client.query(
            TableName=self.table,
            IndexName=CONNECTION_INDEX,
            KeyConditionExpression="entity_id = :connection",
            ExpressionAttributeValues={":connection": {"S": connection_id}},
        )
        return [TenantId(item["tenant_id"]["S"]) for item in response["Items"]]

    def of_store(self, tenant_id: TenantId) -> Iterator[Connection | UnreadableConnection]:
        """Yield every row of a store: all pages, consistently."""
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression="tenant_id = :tenant",
            ExpressionAttributeValues={":tenant": {"S": tenant_id}},
            ConsistentRead=True,
        )
        for page in pages:
            yield from map(from_item, page["Items"])


def recovered_until(item: Item | None) -> int | None:
    """Read until when a connection's recoveries have used up its allowance; None where it had no large one."""
    until = (item or {}).get("data", {}).get(_RECOVERED_UNTIL)
    return None if until is None else int(until)


def _epoch(value: Mapping[str, str] | None) -> int | None:
    """Read a number of seconds, whose fraction is cut off; None for anything else."""
    number = value.get("N") if value else None
    return None if number is None else int(Decimal(number))


def _connected_at(value: Mapping[str, str] | None) -> int:
    """Read a moment as ISO 8601, in Lima where it has no offset, or epoch seconds; 0 for anything else."""
    text = value.get("S") if value else None
    if text is None:
        return _epoch(value) or 0
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return 0
    return epoch_seconds(moment if moment.tzinfo else moment.replace(tzinfo=LIMA))
