"""Who may open a connection, against the deployed authorizer."""

import socket
import time

import pytest
from local_aws.tokens import issue
from saai_domain.roles import Rol
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.e2e.store import Store, eventually


def _refused(store: Store, token: str) -> int:
    with pytest.raises(InvalidStatus) as refused, store.screen(token):
        pass
    return refused.value.response.status_code


def test_a_good_token_connects_and_writes_the_connections_row(store: Store) -> None:
    """The row is docs/domain.md's, with the TTL at top level too."""
    with store.screen():
        (row,) = store.rows("ws-connections")
    data = row["data"]
    assert data["connection_id"] == row["entity_id"]
    assert data["codigo_usuario"] == f"{store.tenant_id}U001"
    assert data["rol"] == "TRABAJADOR"
    assert row["ttl"] == data["ttl"]
    assert time.time() < data["expira"] <= time.time() + 2 * 3600 + 600


def test_the_authorization_header_serves_as_well(store: Store) -> None:
    """Clients that can set headers need no token in the URL."""
    with store.screen(Authorization=f"Bearer {store.token()}"):
        assert len(store.rows("ws-connections")) == 1


def test_a_token_of_a_foreign_key_is_refused(store: Store) -> None:
    """Only SAAI's login signs. What else makes a token bad, tests/domain/test_auth says."""
    foreign = issue(
        secret="otro-secreto-de-al-menos-32-bytes!",
        tenant_id=store.tenant_id,
        codigo_usuario=f"{store.tenant_id}U001",
        rol="worker",
    )
    assert _refused(store, foreign) == 403


def test_no_token_is_refused(store: Store) -> None:
    """The authorizer runs without one, and denies."""
    assert _refused(store, "") == 403


def test_a_store_that_is_not_active_is_refused(store: Store) -> None:
    """A suspended store's screens stay out."""
    store.running.clients.dynamodb.update_item(
        TableName=store.running.stack.tables["tiendas"],
        Key={"tenant_id": {"S": "SAAI"}, "entity_id": {"S": store.tenant_id}},
        UpdateExpression="SET #data.estado = :estado",
        ExpressionAttributeNames={"#data": "data"},
        ExpressionAttributeValues={":estado": {"S": "SUSPENDIDA"}},
    )
    assert _refused(store, store.token(Rol.ADMIN)) == 403


def test_closing_removes_exactly_that_row(store: Store) -> None:
    """The store's other screen stays connected."""
    with store.screen() as staying:
        with store.screen():
            assert len(store.rows("ws-connections")) == 2
        assert eventually(lambda: len(store.rows("ws-connections")) == 1)
        staying.send('{"action":"ping"}')
        assert staying.recv(timeout=20)


def test_an_abrupt_disconnect_removes_the_row_too(store: Store) -> None:
    """The socket dies without a closing handshake."""
    with store.screen() as screen:
        assert len(store.rows("ws-connections")) == 1
        screen.socket.shutdown(socket.SHUT_RDWR)
        assert eventually(lambda: store.rows("ws-connections") == [])


def test_a_ticket_opens_one_connection(store: Store) -> None:
    """And no token stands in the URL."""
    headers = {"authorization": f"Bearer {store.token(Rol.ADMIN)}"}
    response = store.http.post(f"{store.running.stack.api_url}/ws-ticket", headers=headers)
    assert response.status_code == 201
    url = f"{store.running.stack.ws_url}?ticket={response.json()['data']['ticket']}"
    with connect(url, proxy=None, open_timeout=30, ping_interval=None):
        assert store.rows("ws-connections")[0]["data"]["rol"] == "ADMIN"
    with pytest.raises(InvalidStatus), connect(url, proxy=None, open_timeout=30, ping_interval=None):
        pass


def test_no_ticket_is_issued_without_a_token(store: Store) -> None:
    """In SAAI's envelope."""
    response = store.http.post(f"{store.running.stack.api_url}/ws-ticket")
    assert (response.status_code, response.json()["success"]) == (401, False)
