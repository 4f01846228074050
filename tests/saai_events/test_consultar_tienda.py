"""ConsultarTienda: who may ask, and what every route has in common."""

import pytest
from botocore.exceptions import ClientError
from saai_support.payloads import http_request

from tests.saai_events.queries.conftest import store
from tests.saai_events.queries.queried_store import QueriedStore, dumped

__all__ = ["store"]

ROUTES = ["/ventas", "/productos", "/notificaciones", "/analitica"]


@pytest.mark.parametrize("path", ROUTES)
def test_without_a_token_nothing_is_shown(store: QueriedStore, path: str) -> None:
    """401 in SAAI's envelope."""
    answer = store.functions.call("ConsultarTienda", http_request(f"GET {path}"))
    assert answer["statusCode"] == 401
    assert '"success":false' in answer["body"]


@pytest.mark.parametrize("path", ROUTES[:3])
@pytest.mark.parametrize("rol", ["TRABAJADOR", "worker", "Admin", "saai"])
def test_every_role_sees_the_lists(store: QueriedStore, path: str, rol: str) -> None:
    """With items, siguiente, cursor and log."""
    status, envelope = store.get(path, rol=rol)
    assert (status, set(envelope["data"])) == (200, {"items", "siguiente", "cursor", "log"})


@pytest.mark.parametrize("path", ROUTES[:3])
@pytest.mark.parametrize("limite", ["0", "201", "-1", "1.5", "", "diez", "٣", "1,2", "0x1", "1000"])
def test_a_limit_outside_1_to_200_is_refused(store: QueriedStore, path: str, limite: str) -> None:
    """400 with an entry."""
    status, envelope = store.get(path, limite=limite)
    assert (status, envelope["data"]) == (
        400,
        [{"campo": "limite", "mensaje": "Se espera un número entero de 1 a 200."}],
    )


@pytest.mark.parametrize("path", ROUTES[:3])
def test_every_bad_parameter_has_its_entry(store: QueriedStore, path: str) -> None:
    """Not only the first."""
    _, envelope = store.get(path, limite="0", siguiente="?")
    assert [entry["campo"] for entry in envelope["data"]] == ["limite", "siguiente"]


def test_a_route_that_is_none_is_not_found(store: QueriedStore) -> None:
    """404, should one be wired that the table doesn't know."""
    assert store.get("/gastos")[0] == 404


def test_when_dynamodb_fails_the_envelope_says_no_more_than_that(
    store: QueriedStore, capsys: pytest.CaptureFixture[str]
) -> None:
    """500; the reason is in the log."""
    missing = ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "BatchGetItem")
    with store.functions.aws.failing("dynamodb", missing):
        assert store.get("/ventas")[0] == 500
    line = dumped(capsys.readouterr().out)
    assert (line["QueriesFailed"], line["route"]) == (1, "GET /ventas")
    assert "ResourceNotFoundException" in line["reason"]


def test_each_call_prints_one_line(store: QueriedStore, capsys: pytest.CaptureFixture[str]) -> None:
    """Answered or refused, without the token."""
    store.get("/ventas")
    store.get("/analitica", rol="worker")
    answered, refused = capsys.readouterr().out.splitlines()
    assert (dumped(answered)["QueriesAnswered"], dumped(refused)["QueriesRefused"]) == (1, 1)
    assert "eyJ" not in answered + refused
