"""Connections and fakes for the tests of the fan-out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import attrs
from saai_domain.codes import ConnectionId, TenantId, UserCode
from saai_domain.event_log import LoggedEvent, NoticeMessage, log_event
from saai_domain.events import AnaliticaActualizada, EventData, Notice, Severidad, event_of
from saai_domain.roles import Rol
from saai_domain.time import LIMA, epoch_seconds
from ws_gateway.delivery.outcome import DeliveryOutcome
from ws_gateway.screens.connections import Connection, UnreadableConnection

NOON = datetime(2025, 12, 31, 12, 0, tzinfo=LIMA)
NOW = epoch_seconds(NOON)
TENANT = TenantId("T001")


def screen(
    name: str, *, tenant_id: TenantId = TENANT, rol: Rol = Rol.ADMIN, age: int = 3600, expires_in: int = 3600
) -> Connection:
    """A connection that is ``age`` seconds old at NOW and expires so many seconds later."""
    return Connection(
        tenant_id=tenant_id,
        connection_id=ConnectionId(name),
        codigo_usuario=UserCode("T001U001"),
        rol=rol,
        connected_at=NOW - age,
        expira=NOW + expires_in,
    )


def logged(data: EventData | None = None, *, notices: int = 0) -> LoggedEvent:
    """An event of the log, by default one of the owner's channel."""
    notice = Notice(tipo="t", severidad=Severidad.INFO, titulo="t", mensaje="m", detalle={})
    return log_event(
        event_of(data or AnaliticaActualizada(mensaje="Lista")),
        tenant_id=TENANT,
        seq=7,
        moment=NOON,
        origen="prueba",
        notices=[notice] * notices,
    )


def names(connections: Iterable[Connection]) -> list[str]:
    """The names under which they were made, sorted."""
    return sorted(each.connection_id for each in connections)


@attrs.define
class FakePoster:
    """Answers each connection as told; everything else is sent."""

    outcomes: Mapping[str, DeliveryOutcome | Callable[[], DeliveryOutcome]] = attrs.field(factory=dict)
    posts: dict[str, bytes] = attrs.field(factory=dict)
    """What was sent, by connection."""
    tried: list[str] = attrs.field(factory=list)
    """Every connection that was posted to, in order."""
    closed: list[str] = attrs.field(factory=list)
    """Every connection that was to be closed, in order."""
    deadline: float | None = None
    """Until when the last event was to be posted."""
    monotonic: Callable[[], float] = lambda: 0.0

    def post(self, connection_id: ConnectionId, data: bytes) -> DeliveryOutcome:
        self.tried.append(connection_id)
        outcome = self.outcomes.get(connection_id, DeliveryOutcome.SENT)
        if callable(outcome) and not isinstance(outcome, DeliveryOutcome):
            outcome = outcome()
        if outcome is DeliveryOutcome.SENT:
            self.posts[connection_id] = data
        return outcome

    def post_all(
        self, connection_ids: Sequence[ConnectionId], data: bytes, *, deadline: float
    ) -> Mapping[ConnectionId, DeliveryOutcome]:
        self.deadline = deadline
        outcomes = {each: self.post(each, data) for each in connection_ids if self.monotonic() < deadline}
        return {each: outcome for each, outcome in outcomes.items() if outcome is not DeliveryOutcome.CUT_SHORT}

    def close(self, connection_id: ConnectionId) -> DeliveryOutcome:
        self.closed.append(connection_id)
        outcome = self.outcomes.get(connection_id, DeliveryOutcome.SENT)
        assert isinstance(outcome, DeliveryOutcome)
        return outcome


@attrs.define
class FakeConnections:
    """The rows of all stores."""

    rows: list[Connection | UnreadableConnection]
    deleted: list[str] = attrs.field(factory=list)
    error: Exception | None = None
    """Raised by every deletion."""

    def of_store(self, tenant_id: TenantId) -> Iterator[Connection | UnreadableConnection]:
        return (row for row in self.rows if isinstance(row, UnreadableConnection) or row.tenant_id == tenant_id)

    def delete(self, tenant_id: TenantId, connection_id: ConnectionId) -> None:
        if self.error:
            raise self.error
        assert tenant_id == TENANT
        self.deleted.append(connection_id)


@attrs.define
class FakeTopic:
    """Takes notices, or doesn't; each takes some time."""

    refusal: str | None = None
    published: list[NoticeMessage] = attrs.field(factory=list)
    takes_time: Callable[[], None] = lambda: None

    def publish(self, notice: NoticeMessage) -> str | None:
        self.takes_time()
        self.published.append(notice)
        return self.refusal


@attrs.define
class FakeLog:
    """Remembers what was marked."""

    delivered: list[LoggedEvent] = attrs.field(factory=list)
    error: Exception | None = None

    def mark_delivered(self, row: LoggedEvent) -> None:
        if self.error:
            raise self.error
        self.delivered.append(row)


@attrs.define
class FakeRefresh:
    """Notes what a refresh was asked for after, and how long that had waited."""

    failure: str | None = None
    asked: list[tuple[LoggedEvent, float]] = attrs.field(factory=list)

    def after(self, row: LoggedEvent, *, waited: float) -> str | None:
        self.asked.append((row, waited))
        return self.failure
