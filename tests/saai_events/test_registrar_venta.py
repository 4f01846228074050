"""RegistrarVenta: who may sell, what is answered, and that a lost invoke never fails a sale."""

import json
from typing import Any

import jwt
import pytest
from botocore.exceptions import EndpointConnectionError
from saai_domain.aws.clients import AwsClients
from saai_events import registrar_venta

from tests.saai_events.bodega import TABLES, Bodega, FakeSsm

SECRET = "un-secreto-de-pruebas-de-32-bytes-o-mas"
ENVIRONMENT = {
    "JWT_SECRET_PARAMETER": "/saai/dev/jwt-secret",
    **{f"{table.upper()}_TABLE": table for table in TABLES},
    "EMITIR_EVENTOS_WS_FUNCTION_NAME": "saai-dev-EmitirEventosWs",
}


class FakeLambda:
    """Takes invokes, or fails them."""

    def __init__(self) -> None:
        self.invokes: list[dict[str, Any]] = []
        self.error: Exception | None = None

    def invoke(self, **params: Any) -> None:
        if self.error:
            raise self.error
        self.invokes.append(params)


@pytest.fixture
def fake_lambda() -> FakeLambda:
    return FakeLambda()


@pytest.fixture
def post(bodega: Bodega, fake_lambda: FakeLambda) -> Any:
    """Call the function as API Gateway does; answers status and envelope."""
    clients = {"dynamodb": bodega.client, "lambda": fake_lambda, "ssm": FakeSsm(SECRET)}
    aws = AwsClients(clients.__getitem__)
    handle = registrar_venta.build(ENVIRONMENT, aws)

    def call(body: Any, *, rol: str = "worker", token: str | None = None, **headers: str) -> tuple[int, Any]:
        claims = {"tenant_id": "T001", "codigo_usuario": "T001U001", "rol": rol, "exp": 4_000_000_000}
        token = jwt.encode(claims, SECRET, algorithm="HS256") if token is None else token
        event = {
            "version": "2.0",
            "requestContext": {"requestId": "r-1"},
            "headers": {"Authorization": f"Bearer {token}", **headers},
            "body": body if isinstance(body, str) else json.dumps(body),
            "isBase64Encoded": False,
        }
        answer = handle(event, None)  # type: ignore[arg-type]
        return answer["statusCode"], json.loads(answer["body"])

    return call


SALE = {"productos": [{"codigo_producto": "T001P001", "cantidad": 2}], "metodo_pago": "YAPE"}


@pytest.mark.parametrize("rol", ["TRABAJADOR", "ADMIN", "worker", "Admin"])
def test_cashiers_and_owners_sell(bodega: Bodega, post: Any, fake_lambda: FakeLambda, rol: str) -> None:
    """201, the answer's keys, and one invoke with the event's place."""
    bodega.has("P001")
    status, envelope = post(SALE, rol=rol)
    assert status == 201
    assert (envelope["success"], set(envelope["data"])) == (True, {"codigo_venta", "total", "fecha"})
    (invoke,) = fake_lambda.invokes
    assert invoke["InvocationType"] == "Event"
    assert json.loads(invoke["Payload"]) == {"tenant_id": "T001", "canal": "tienda", "seq": 1}


def test_a_failed_invoke_never_fails_the_sale(
    bodega: Bodega, post: Any, fake_lambda: FakeLambda, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is counted, and the event stays pending."""
    bodega.has("P001")
    fake_lambda.error = EndpointConnectionError(endpoint_url="https://lambda")
    assert post(SALE)[0] == 201
    assert bodega.rows("eventos")[0]["pendiente"] == 1
    assert json.loads(capsys.readouterr().out)["PublishFailed"] == 1


def test_the_platforms_operator_doesnt_sell(post: Any) -> None:
    """403."""
    assert post(SALE, rol="SAAI") == (
        403,
        {"success": False, "message": "Tu usuario no tiene permiso para esta operación."},
    )


@pytest.mark.parametrize("token", ["", "x.y.z"])
def test_who_has_no_good_token_gets_401(post: Any, token: str) -> None:
    """In SAAI's envelope."""
    status, envelope = post(SALE, token=token)
    assert (status, envelope["success"]) == (401, False)


@pytest.mark.parametrize("body", ["", "{", "[]", "null"])
def test_a_body_that_is_no_object_gets_400(post: Any, body: str) -> None:
    """With an entry that says so."""
    status, envelope = post(body)
    assert (status, envelope["data"][0]["campo"]) == (400, "body")


def test_a_repeat_invokes_nothing(bodega: Bodega, post: Any, fake_lambda: FakeLambda) -> None:
    """The first one's event is in the log."""
    bodega.has("P001")
    headers = {"Idempotency-Key": "caja-1"}
    assert post(SALE, **headers) == post(SALE, **headers)
    assert len(fake_lambda.invokes) == 1


def test_one_line_is_logged_a_call_and_it_never_holds_the_token(
    bodega: Bodega, post: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line is JSON with the call's metrics."""
    bodega.has("P001")
    post(SALE)
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["SalesRegistered"] == 1
    assert "eyJ" not in line
