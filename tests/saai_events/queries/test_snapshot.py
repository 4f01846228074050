"""Data and the cursor at which it is true, while events come in."""

from collections.abc import Callable
from typing import Any

import pytest
from saai_domain.auth import Claims
from saai_domain.aws.channels import Channels
from saai_domain.codes import TenantId, UserCode
from saai_domain.roles import Rol
from saai_events.queries.snapshot import Snapshots

from tests.saai_events.queries.queried_store import QueriedStore


def claims(rol: Rol) -> Claims:
    return Claims(tenant_id=TenantId("T001"), codigo_usuario=UserCode("T001U001"), rol=rol, exp=4_000_000_000)


@pytest.fixture
def take(store: QueriedStore) -> Callable[..., Any]:
    """Take a snapshot of the store."""
    snapshots = Snapshots(client=store.client, channels=Channels(counters_table="counters"))

    def call(read: Callable[[], Any], *, rol: Rol = Rol.ADMIN) -> Any:
        return snapshots.take(claims(rol), read)

    return call


def data() -> str:
    return "data"


@pytest.mark.parametrize(
    ("rol", "cursor"),
    [
        (Rol.TRABAJADOR, {"tienda": 5}),
        (Rol.ADMIN, {"tienda": 5, "administracion": 0}),
        (Rol.SAAI, {"tienda": 5, "administracion": 0}),
    ],
)
def test_the_cursor_names_every_channel_that_the_role_hears(
    store: QueriedStore, take: Any, rol: Rol, cursor: dict[str, int]
) -> None:
    """0 for a channel without a counter; no channel that the role doesn't hear."""
    store.counts("eventos#tienda", 5)
    assert take(data, rol=rol).place.cursor == cursor


def test_a_quiet_store_is_read_once(store: QueriedStore, take: Any) -> None:
    """Between two consistent looks at the counters."""
    with store.reads() as reads:
        snapshot = take(data)
    assert (snapshot.data, snapshot.tries) == ("data", 1)
    assert [read.params["RequestItems"]["counters"]["ConsistentRead"] for read in reads] == [True, True]


def test_data_is_read_again_when_an_event_came_in_between(store: QueriedStore, take: Any) -> None:
    """Data and cursor are of the second try."""
    stock = iter([40, 39])

    def read() -> int:
        store.counts("eventos#tienda", 1)
        return next(stock)

    snapshot = take(read)
    assert (snapshot.data, snapshot.place.cursor["tienda"], snapshot.tries) == (39, 1, 2)


def test_a_busy_store_gets_the_earlier_cursor(store: QueriedStore, take: Any) -> None:
    """After three tries: what came in while the data was read will come again, and nothing is missed."""
    sales = iter(range(1, 10))

    def read() -> int:
        sale = next(sales)
        store.counts("eventos#tienda", sale)
        return sale

    snapshot = take(read)
    assert (snapshot.data, snapshot.place.cursor["tienda"], snapshot.tries) == (3, 2, 3)


def test_an_event_that_the_role_doesnt_hear_repeats_nothing(store: QueriedStore, take: Any) -> None:
    """A cashier's snapshot doesn't depend on the owner's channel."""

    def read() -> None:
        store.counts("eventos#administracion", 1)

    assert take(read, rol=Rol.TRABAJADOR).tries == 1
