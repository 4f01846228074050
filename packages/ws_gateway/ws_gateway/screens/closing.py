"""Closing screens whose store or user may listen no more (docs/domain.md, "CerrarPantallas")."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import msgspec
from saai_domain.codes import ConnectionId, TenantId, UserCode, parse_store_code, parse_user_code
from saai_domain.component import component
from saai_domain.errors import FieldError, InvalidCode, InvalidInput, SaaiError
from saai_domain.time import Clock, epoch_seconds, lima_now

from ws_gateway.delivery.outcome import DeliveryOutcome
from ws_gateway.screens.connections import Connection, UnreadableConnection


class ConnectionsPort(Protocol):
    """The open connections."""

    def of_store(self, tenant_id: TenantId) -> Iterable[Connection | UnreadableConnection]:
        """Return every row of a store."""
        ...

    def expire(self, tenant_id: TenantId, connection_id: ConnectionId, now: int) -> None:
        """Let a connection get nothing from now on; no harm where its row is gone."""
        ...

    def delete(self, tenant_id: TenantId, connection_id: ConnectionId) -> None:
        """Delete a row."""
        ...


class CloserPort(Protocol):
    """API Gateway's ``@connections``."""

    def close(self, connection_id: ConnectionId) -> DeliveryOutcome:
        """Close a connection; GONE where it was closed before."""
        ...


class ScreensLeft(SaaiError):
    """Some screens could not be closed in time. They get nothing more, and the next event for the store closes them."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left

    def __str__(self) -> str:
        return f"{self.left} screens could not be closed"


class ClosingRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Whose screens to close: a user's of a store, or all of the store's."""

    tenant_id: TenantId
    codigo_usuario: UserCode | None

    @classmethod
    def read(cls, event: object) -> "ClosingRequest":
        """Read what CerrarPantallas is invoked with.

        Raises:
            InvalidInput: A field is missing or wrong; the error names it.
        """
        if not isinstance(event, Mapping):
            raise InvalidInput(FieldError("event", "Se espera un objeto JSON."))
        return cls(tenant_id=_store(event), codigo_usuario=_user(event))

    def concerns(self, row: Connection | UnreadableConnection) -> bool:
        """Tell whether a screen is to be closed; one whose row can't be read only where its whole store is."""
        return self.codigo_usuario is None or (
            isinstance(row, Connection) and row.codigo_usuario == self.codigo_usuario
        )


@component
class Closing:
    """Closes screens."""

    connections: ConnectionsPort
    closer: CloserPort
    clock: Clock = lima_now
    monotonic: Callable[[], float] = time.monotonic

    def close(self, request: ClosingRequest, *, seconds: float) -> int:
        """Close screens within ``seconds``, and return how many.

        First none of them gets anything any more, then each is closed: what API Gateway doesn't do at once keeps
        nobody else listening.

        Raises:
            ScreensLeft: Some are not closed yet.
            ClientError, BotoCoreError: The rows could not be read or changed.
        """
        deadline = self.monotonic() + seconds
        now = epoch_seconds(self.clock())
        tenant = request.tenant_id
        screens = [row.connection_id for row in self.connections.of_store(tenant) if request.concerns(row)]
        for connection_id in screens:
            self.connections.expire(tenant, connection_id, now)
        left = 0
        for connection_id in screens:
            if self.monotonic() < deadline and self.closer.close(connection_id).is_closed:
                self.connections.delete(tenant, connection_id)
            else:
                left += 1
        if left:
            raise ScreensLeft(left)
        return len(screens)


def _store(event: Mapping[str, Any]) -> TenantId:
    try:
        return parse_store_code(event.get("tenant_id"))
    except InvalidCode:
        raise InvalidInput(FieldError("tenant_id", "No es el código de una tienda, por ejemplo T001.")) from None


def _user(event: Mapping[str, Any]) -> UserCode | None:
    code = event.get("codigo_usuario")
    try:
        return None if code is None else parse_user_code(code)
    except InvalidCode:
        raise InvalidInput(
            FieldError("codigo_usuario", "No es el código de un usuario, por ejemplo T001U001.")
        ) from None
