"""RegistrarVenta: who may sell, what is answered, and that a lost invoke never fails a sale."""

import json
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from saai_domain.aws.dynamodb import serialize
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.tokens import token
from saai_support.functions import Functions
from saai_support.payloads import http_request

from tests.saai_events.selling_store import SellingStore


@pytest.fixture
def post(functions: Functions) -> Any:
    """Call the function as API Gateway does; answers status and envelope."""

    def call(body: Any, *, jwt: str | None = None, rol: str = "worker", key: str | None = None) -> tuple[int, Any]:
        jwt = token(rol=rol) if jwt is None else jwt
        request = http_request("POST /ventas", token=jwt, body=body, idempotency_key=key)
        answer = functions.call("RegistrarVenta", request)
        return answer["statusCode"], json.loads(answer["body"])

    return call


SALE = {"productos": [{"codigo_producto": "T001P001", "cantidad": 2}], "metodo_pago": "YAPE"}


@pytest.mark.parametrize("rol", ["TRABAJADOR", "ADMIN", "worker", "Admin"])
def test_cashiers_and_owners_sell(store: SellingStore, post: Any, aws: InMemoryAws, rol: str) -> None:
    """201, the answer's keys, and one invoke with the event's place."""
    store.has("P001")
    status, envelope = post(SALE, rol=rol)
    assert status == 201
    assert (envelope["success"], set(envelope["data"])) == (True, {"codigo_venta", "total", "fecha"})
    (invoke,) = aws.lambda_.queue
    assert invoke.payload == {"tenant_id": "T001", "canal": "tienda", "seq": 1}


def test_a_failed_invoke_never_fails_the_sale(
    store: SellingStore, post: Any, aws: InMemoryAws, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is counted, and the event stays pending."""
    store.has("P001")
    with aws.failing("lambda", EndpointConnectionError(endpoint_url="https://lambda")):
        assert post(SALE)[0] == 201
    assert store.rows("eventos")[0]["pendiente"] == 1
    assert json.loads(capsys.readouterr().out)["PublishFailed"] == 1


def test_the_platforms_operator_doesnt_sell(post: Any) -> None:
    """403."""
    assert post(SALE, rol="SAAI") == (
        403,
        {"success": False, "message": "Tu usuario no tiene permiso para esta operación."},
    )


@pytest.mark.parametrize("jwt", ["", "x.y.z"])
def test_who_has_no_good_token_gets_401(post: Any, jwt: str) -> None:
    """In SAAI's envelope."""
    status, envelope = post(SALE, jwt=jwt)
    assert (status, envelope["success"]) == (401, False)


SUSPENDED = {"tenant_id": "SAAI", "entity_id": "T001", "data": {"estado": "SUSPENDIDA"}}
INACTIVE = {"tenant_id": "T001", "entity_id": "T001U001", "data": {"estado": "INACTIVO"}}


@pytest.mark.parametrize(("table", "row"), [("tiendas", SUSPENDED), ("usuarios", INACTIVE)])
def test_who_is_not_active_any_more_sells_nothing_but_hears_of_what_was_sold(
    store: SellingStore, post: Any, table: str, row: dict[str, Any]
) -> None:
    """Their token is good for a day; a sale that was made before is answered again."""
    store.has("P001")
    _, sold = post(SALE, key="antes")
    store.client.put_item(TableName=table, Item=serialize(row))
    status, envelope = post(SALE, key="ahora")
    assert (status, envelope["message"].startswith("Tu tienda o tu usuario no está activo")) == (403, True)
    assert len(store.rows("ventas")) == 1
    assert post(SALE, key="antes") == (201, sold)


def test_who_is_active_sells(store: SellingStore, post: Any) -> None:
    """By the rows that other services write."""
    store.has("P001")
    for table, row, estado in (("tiendas", SUSPENDED, "ACTIVA"), ("usuarios", INACTIVE, "ACTIVO")):
        store.client.put_item(TableName=table, Item=serialize({**row, "data": {"estado": estado}}))
    assert post(SALE)[0] == 201


@pytest.mark.parametrize("body", ["", "{", "[]", "null"])
def test_a_body_that_is_no_object_gets_400(post: Any, body: str) -> None:
    """With an entry that says so."""
    status, envelope = post(body)
    assert (status, envelope["data"][0]["campo"]) == (400, "body")


def test_a_repeat_invokes_nothing(store: SellingStore, post: Any, aws: InMemoryAws) -> None:
    """The first one's event is in the log."""
    store.has("P001")
    assert post(SALE, key="caja-1") == post(SALE, key="caja-1")
    assert len(aws.lambda_.queue) == 1


def test_one_line_is_logged_a_call_and_it_never_holds_the_token(
    store: SellingStore, post: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line is JSON with the call's metrics."""
    store.has("P001")
    post(SALE)
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["CommandsDone"] == 1
    assert "eyJ" not in line
