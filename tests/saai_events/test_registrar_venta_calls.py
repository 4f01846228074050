"""RegistrarVenta called as API Gateway calls it: the whole way, its AWS calls, and the line that each call prints."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from botocore.exceptions import ConnectTimeoutError
from saai_domain.aws.clients import AwsClients
from saai_events import registrar_venta
from saai_support.aws_tables import calls_of

from tests.saai_events.bodega import TABLES, Bodega, FakeSsm

SECRET = "un-secreto-de-pruebas-de-32-bytes-o-mas"
CLAIMS = {"tenant_id": "T001", "codigo_usuario": "T001U001", "rol": "worker", "exp": 4_000_000_000}
EVENT = json.loads((Path(__file__).parent / "events" / "registrar_venta.json").read_text())

Handle = Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]


class FakeLambda:
    """Takes invokes, or fails them."""

    def __init__(self) -> None:
        self.invokes: list[dict[str, Any]] = []
        self.error: Exception | None = None

    def invoke(self, **params: Any) -> None:
        self.invokes.append(params)
        if self.error:
            raise self.error


@pytest.fixture
def fake_lambda() -> FakeLambda:
    return FakeLambda()


@pytest.fixture
def handle(bodega: Bodega, fake_lambda: FakeLambda) -> Handle:
    """The built function; answers status and envelope."""
    clients = {"dynamodb": bodega.client, "lambda": fake_lambda, "ssm": FakeSsm(SECRET)}
    aws = AwsClients(clients.__getitem__)
    environment = {
        **{f"{table.upper()}_TABLE": table for table in TABLES},
        "EMITIR_EVENTOS_WS_FUNCTION_NAME": "saai-dev-EmitirEventosWs",
        "JWT_SECRET_PARAMETER": "/saai/dev/jwt-secret",
    }
    function = registrar_venta.build(environment, aws)

    def call(event: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        answer = function(event, None)  # type: ignore[arg-type]
        return answer["statusCode"], json.loads(answer["body"])

    return call


def _event(*, claims: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    token = jwt.encode({**CLAIMS, **(claims or {})}, SECRET, algorithm="HS256")
    headers = {**EVENT["headers"], "authorization": f"Bearer {token}"}
    return {**EVENT, "headers": headers, **changes}


def _line(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    (line,) = capsys.readouterr().out.splitlines()
    return dict(json.loads(line))


def test_a_request_of_api_gateway_makes_a_sale(bodega: Bodega, handle: Handle) -> None:
    """Two lines of one product count as one: 3 x 3.50 + 1 x 3.50."""
    bodega.has("P001")
    bodega.has("P002")
    status, envelope = handle(_event())
    assert status == 201
    assert (envelope["success"], envelope["message"]) == (True, "Venta registrada.")
    assert (envelope["data"]["codigo_venta"], envelope["data"]["total"]) == ("T001V001", 14.0)
    assert (bodega.stock("P001"), bodega.stock("P002")) == (37, 39)


def test_a_body_in_base64_is_the_same_request(bodega: Bodega, handle: Handle) -> None:
    """API Gateway encodes what it takes for binary: the key makes it a repeat."""
    bodega.has("P001")
    bodega.has("P002")
    encoded = base64.b64encode(EVENT["body"].encode()).decode()
    assert handle(_event()) == handle(_event(body=encoded, isBase64Encoded=True))
    assert len(bodega.rows("ventas")) == 1


def test_a_sale_costs_one_read_one_transaction_and_one_invoke(
    bodega: Bodega, handle: Handle, fake_lambda: FakeLambda
) -> None:
    """And its repeat one read."""
    bodega.has("P001")
    bodega.has("P002")
    calls = calls_of(bodega.client)
    handle(_event())
    assert [name for name, _ in calls] == ["BatchGetItem", "TransactWriteItems"]
    assert len(fake_lambda.invokes) == 1
    handle(_event())
    assert [name for name, _ in calls[2:]] == ["BatchGetItem"]
    assert len(fake_lambda.invokes) == 1


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"exp": 1_000_000_000}, 401),
        ({"rol": "cliente"}, 401),
        ({"tenant_id": "T002"}, 401),
        ({"rol": "saai", "tenant_id": "SAAI", "codigo_usuario": "SAAIU001"}, 403),
        ({"rol": "SAAI"}, 403),
    ],
)
def test_who_may_not_sell_reaches_no_table(bodega: Bodega, handle: Handle, claims: dict[str, Any], status: int) -> None:
    """Expired, of no role, of another store, or the platform's."""
    calls = calls_of(bodega.client)
    assert handle(_event(claims=claims))[0] == status
    assert calls == []


def test_a_process_that_dies_before_the_invoke_leaves_the_event_pending(
    bodega: Bodega, handle: Handle, fake_lambda: FakeLambda
) -> None:
    """The sale is whole; the sweep finds its event by ``pendiente``. The retry answers the same sale."""
    bodega.has("P001")
    bodega.has("P002")
    fake_lambda.error = KeyboardInterrupt()  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        handle(_event())
    assert bodega.rows("eventos")[0]["pendiente"] == 1
    assert handle(_event())[1]["data"]["codigo_venta"] == "T001V001"
    assert len(bodega.rows("ventas")) == 1


def test_the_line_of_a_sale_counts_it(bodega: Bodega, handle: Handle, capsys: pytest.CaptureFixture[str]) -> None:
    """One line, with the sale's code."""
    bodega.has("P001")
    bodega.has("P002")
    handle(_event())
    line = _line(capsys)
    counted = ("SalesRegistered", "SalesReplayed", "SaleAttempts", "PublishFailed")
    assert [line[name] for name in counted] == [1, 0, 1, 0]
    assert (line["level"], line["codigo_venta"]) == ("INFO", "T001V001")
    handle(_event())
    line = _line(capsys)
    assert [line[name] for name in counted] == [0, 1, 1, 0]


def test_a_failed_publish_says_why(
    bodega: Bodega, handle: Handle, fake_lambda: FakeLambda, capsys: pytest.CaptureFixture[str]
) -> None:
    """An engineer reads it; the cashier is answered as ever."""
    bodega.has("P001")
    bodega.has("P002")
    fake_lambda.error = ConnectTimeoutError(endpoint_url="https://lambda.us-east-1.amazonaws.com")
    assert handle(_event())[0] == 201
    line = _line(capsys)
    assert (line["level"], line["PublishFailed"], line["SalesRegistered"]) == ("ERROR", 1, 1)
    assert "lambda.us-east-1" in line["reason"]


def test_a_refusal_is_no_failure(bodega: Bodega, handle: Handle, capsys: pytest.CaptureFixture[str]) -> None:
    """What a user can correct raises no alarm."""
    bodega.has("P001", stock=1)
    bodega.has("P002")
    assert handle(_event())[0] == 409
    line = _line(capsys)
    assert (line["level"], line["SalesRefused"], line["error"]) == ("INFO", 1, "InsufficientStock")


def test_what_no_user_can_correct_is_a_failure(
    bodega: Bodega, handle: Handle, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line names the product's row."""
    bodega.has("P001", precio=None)
    bodega.has("P002")
    assert handle(_event())[0] == 500
    line = _line(capsys)
    assert (line["level"], line["SalesFailed"]) == ("ERROR", 1)
    assert line["reason"] == "product T001P001: precio is None"


def test_a_failing_dynamodb_is_answered_in_spanish(
    bodega: Bodega, handle: Handle, capsys: pytest.CaptureFixture[str]
) -> None:
    """500 in the envelope, the cause in the line only."""
    bodega.client.delete_table(TableName="productos")
    status, envelope = handle(_event())
    assert (status, envelope) == (500, {"success": False, "message": "Ocurrió un error. Inténtalo nuevamente."})
    line = _line(capsys)
    assert (line["level"], line["SalesFailed"]) == ("ERROR", 1)
    assert "ResourceNotFoundException" in line["reason"]


def test_a_body_wrong_in_very_many_places_is_answered_within_bounds(
    handle: Handle, capsys: pytest.CaptureFixture[str]
) -> None:
    """A Lambda answers 6 MB at most, and CloudWatch takes 256 KB a line."""
    status, envelope = handle(_event(body=json.dumps({"productos": [0] * 20_000})))
    assert (status, len(envelope["data"])) == (400, 500)
    assert len(json.dumps(_line(capsys))) < 2_000
