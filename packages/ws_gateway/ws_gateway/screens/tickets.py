"""One-use tickets for ``$connect``: table ``ws-tickets`` (docs/architecture.md, "The way of a connection").

A browser can't set headers on a WebSocket, and a URL ends in logs. So the token is exchanged for a ticket that is
good for one connection within a minute. The table keeps a ticket's digest only: whoever reads it can't connect.
"""

import hashlib
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from saai_domain.auth import Claims
from saai_domain.aws.dynamodb import Key, delete_if, serialize
from saai_domain.codes import TenantId, UserCode, parse_tenant_id
from saai_domain.component import component
from saai_domain.errors import InvalidCode, InvalidTicket
from saai_domain.roles import Rol
from saai_domain.rows import make_row
from saai_domain.time import Clock, epoch_seconds, iso_timestamp, lima_now

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

TICKET_SECONDS: Final = 60
_RANDOM_BYTES: Final = 32


@component
class Tickets:
    """The table in DynamoDB."""

    client: "DynamoDBClient"
    table: str
    clock: Clock = lima_now

    def issue(self, claims: Claims) -> str:
        """Make a ticket ``{tenant}.{random}`` that stands for a verified token's claims."""
        secret = secrets.token_urlsafe(_RANDOM_BYTES)
        self.client.put_item(TableName=self.table, Item=serialize(_to_item(claims, secret, self.clock())))
        return f"{claims.tenant_id}.{secret}"

    def redeem(self, ticket: str) -> Claims:
        """Use a ticket up and return the claims it stands for. Of two that try at once, one succeeds.

        Raises:
            InvalidTicket: It is unknown, was used before, or its 60 seconds have passed.
        """
        tenant, _, secret = ticket.partition(".")
        now = epoch_seconds(self.clock())
        key = Key(self.table, _tenant(tenant), _digest(secret))
        # TTL deletes within days, not at its moment.
        row = delete_if(self.client, key, condition="#ttl > :now", names={"#ttl": "ttl"}, values={":now": now})
        if row is None:
            raise InvalidTicket
        return _claims(row)


def _to_item(claims: Claims, secret: str, now: datetime) -> dict[str, Any]:
    data = {"codigo_usuario": claims.codigo_usuario, "rol": claims.rol.value, "exp": claims.exp}
    ttl = min(epoch_seconds(now) + TICKET_SECONDS, claims.exp)
    return make_row(claims.tenant_id, _digest(secret), data, moment=iso_timestamp(now), top_level={"ttl": ttl})


def _claims(item: dict[str, Any]) -> Claims:
    data = item["data"]
    return Claims(
        tenant_id=TenantId(item["tenant_id"]),
        codigo_usuario=UserCode(data["codigo_usuario"]),
        rol=Rol(data["rol"]),
        exp=int(data["exp"]),
    )


def _tenant(text: str) -> TenantId:
    try:
        return parse_tenant_id(text)
    except InvalidCode:
        raise InvalidTicket from None


def _digest(secret: str) -> str:
    # What can't be encoded is no ticket of ours, and its digest no row's key.
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
