"""Where a store's channels stand, over DynamoDB in memory."""

from collections.abc import Callable
from typing import Any

import pytest
from saai_domain.codes import TenantId
from saai_domain.errors import NotAdmitted
from saai_domain.roles import Rol
from saai_domain.testing.aws import Call, InMemoryAws
from ws_gateway.messages.cursors import ChannelCursors
from ws_gateway.screens.connections import Connections, from_item

from tests.ws_gateway.connected import NOON, TENANT, screen
from tests.ws_gateway.functions import channel_cursors, put, rows


@pytest.fixture
def connections(dynamodb: Any) -> Connections:
    return Connections(client=dynamodb, table="ws-connections")


@pytest.fixture
def cursors(dynamodb: Any) -> ChannelCursors:
    return channel_cursors(dynamodb, NOON)


@pytest.mark.parametrize(
    ("rol", "expected"),
    [
        (Rol.TRABAJADOR, {"tienda": 12}),
        (Rol.ADMIN, {"tienda": 12, "administracion": 3}),
        (Rol.SAAI, {"tienda": 12, "administracion": 3}),
    ],
)
def test_they_are_the_last_events_of_the_channels_that_the_role_hears(
    cursors: ChannelCursors, dynamodb: Any, rol: Rol, expected: dict[str, int]
) -> None:
    """A cashier doesn't even learn how many events the owner has."""
    put(dynamodb, "counters", TENANT, "eventos#tienda", value=12)
    put(dynamodb, "counters", TENANT, "eventos#administracion", value=3)
    put(dynamodb, "counters", TenantId("T002"), "eventos#tienda", value=99)
    assert cursors.of(screen("a", rol=rol)).cursor == expected


def test_a_channel_without_events_stands_at_0(cursors: ChannelCursors) -> None:
    """A store that sold nothing yet has no counter."""
    assert cursors.of(screen("a", rol=Rol.ADMIN)).cursor == {"tienda": 0, "administracion": 0}


def test_counters_and_row_are_read_consistently_in_one_call(
    cursors: ChannelCursors, connections: Connections, aws: InMemoryAws
) -> None:
    """A cursor that is behind would have a screen ask for events it has."""
    connections.put(screen("a"), NOON)
    with aws.recording() as calls:
        cursors.of(screen("a"))
    (read,) = calls
    assert read.operation == "batch_get_item"
    assert all(part["ConsistentRead"] for part in read.params["RequestItems"].values())


def test_a_row_that_is_missing_is_written_again(cursors: ChannelCursors, dynamodb: Any) -> None:
    """A 410 may have removed it before the socket was open."""
    cursors.of(screen("a"))
    (item,) = dynamodb.scan(TableName="ws-connections")["Items"]
    assert from_item(item) == screen("a")


def test_the_counters_are_read_after_the_row_stands(cursors: ChannelCursors, aws: InMemoryAws, dynamodb: Any) -> None:
    """An event between the reading and the writing would be in neither the cursor nor the fan-out."""

    def event_then_write(call: Call, make: Callable[[], Any]) -> Any:
        if call.operation == "put_item" and call.params["TableName"] == "ws-connections":
            put(dynamodb, "counters", TENANT, "eventos#tienda", value=1)
        return make()

    aws.around.append(event_then_write)
    assert cursors.of(screen("a", rol=Rol.TRABAJADOR)).cursor == {"tienda": 1}


def test_a_row_that_is_there_stays_as_it_is(cursors: ChannelCursors, connections: Connections, dynamodb: Any) -> None:
    """A keep-alive costs no write."""
    connections.put(screen("a", age=7000), NOON)
    before = rows(dynamodb, "ws-connections")
    cursors.of(screen("a"))
    assert rows(dynamodb, "ws-connections") == before


def test_the_log_is_the_first_unless_the_counter_names_another(cursors: ChannelCursors, dynamodb: Any) -> None:
    """Counters of the version before name none. Both roles see the same."""
    assert cursors.of(screen("a")).log == "1"
    put(dynamodb, "counters", TENANT, "eventos#tienda", value=12)
    assert cursors.of(screen("a")).log == "1"
    put(dynamodb, "counters", TENANT, "eventos#tienda", value=12, log="2025-12-31T12:00:00-05:00")
    for rol in (Rol.TRABAJADOR, Rol.ADMIN):
        assert cursors.of(screen("a", rol=rol)).log == "2025-12-31T12:00:00-05:00"


@pytest.mark.parametrize(
    ("table", "tenant", "entity", "estado"),
    [("tiendas", "SAAI", "T001", "SUSPENDIDA"), ("usuarios", "T001", "T001U001", "INACTIVO")],
)
def test_who_is_not_active_any_more_learns_nothing_and_gets_no_row_again(
    cursors: ChannelCursors, dynamodb: Any, table: str, tenant: str, entity: str, estado: str
) -> None:
    """A row that is missing may be one that was closed for that reason."""
    put(dynamodb, table, tenant, entity, estado=estado)
    with pytest.raises(NotAdmitted, match=estado):
        cursors.of(screen("a"))
    assert rows(dynamodb, "ws-connections") == []


def test_who_is_made_inactive_while_a_row_is_written_again_is_refused(
    cursors: ChannelCursors, aws: InMemoryAws, dynamodb: Any
) -> None:
    """CerrarPantallas may have looked for the rows just before: nobody else would close this one."""

    def end_rights_then_write(call: Call, make: Callable[[], Any]) -> Any:
        if call.operation == "put_item" and call.params["TableName"] == "ws-connections":
            put(dynamodb, "usuarios", TENANT, "T001U001", estado="INACTIVO")
        return make()

    aws.around.append(end_rights_then_write)
    with pytest.raises(NotAdmitted, match="INACTIVO"):
        cursors.of(screen("a"))
