"""RegistrarVenta called as API Gateway calls it: the whole way, its AWS calls, and the line that each call prints."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.lambda_context import Invocation
from saai_domain.testing.tokens import token
from saai_support.functions import Functions
from saai_support.payloads import payload

from tests.saai_events.selling_store import SellingStore

Handle = Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]


@pytest.fixture
def handle(functions: Functions) -> Handle:
    """The function; answers status and envelope."""

    def call(event: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        answer = functions.call("RegistrarVenta", event)
        return answer["statusCode"], json.loads(answer["body"])

    return call


def _event(*, claims: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    event = payload("http_request", **changes)
    event["headers"]["authorization"] = f"Bearer {token(**(claims or {}))}"
    return event


def _line(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    (line,) = capsys.readouterr().out.splitlines()
    return dict(json.loads(line))


def test_a_request_of_api_gateway_makes_a_sale(store: SellingStore, handle: Handle) -> None:
    """Two lines of one product count as one: 3 x 3.50 + 1 x 3.50."""
    store.has("P001")
    store.has("P002")
    status, envelope = handle(_event())
    assert status == 201
    assert (envelope["success"], envelope["message"]) == (True, "Venta registrada.")
    assert (envelope["data"]["codigo_venta"], envelope["data"]["total"]) == ("T001V001", 14.0)
    assert (store.stock("P001"), store.stock("P002")) == (37, 39)


def test_a_body_in_base64_is_the_same_request(store: SellingStore, handle: Handle) -> None:
    """API Gateway encodes what it takes for binary: the key makes it a repeat."""
    store.has("P001")
    store.has("P002")
    encoded = base64.b64encode(_event()["body"].encode()).decode()
    assert handle(_event()) == handle(_event(body=encoded, isBase64Encoded=True))
    assert len(store.rows("ventas")) == 1


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
def test_who_may_not_sell_reaches_no_table(
    aws: InMemoryAws, handle: Handle, claims: dict[str, Any], status: int
) -> None:
    """Expired, of no role, of another store, or the platform's."""
    with aws.recording() as calls:
        assert handle(_event(claims=claims))[0] == status
    assert [call.service for call in calls] == ["ssm"]


def test_a_process_that_dies_before_the_invoke_leaves_the_event_pending(
    store: SellingStore, handle: Handle, aws: InMemoryAws
) -> None:
    """The sale is whole; the sweep finds its event by ``pendiente``. The retry answers the same sale."""
    store.has("P001")
    store.has("P002")
    with aws.failing("lambda", KeyboardInterrupt()), pytest.raises(KeyboardInterrupt):
        handle(_event())
    assert store.rows("eventos")[0]["pendiente"] == 1
    assert handle(_event())[1]["data"]["codigo_venta"] == "T001V001"
    assert len(store.rows("ventas")) == 1


def test_the_line_of_a_sale_counts_it(store: SellingStore, handle: Handle, capsys: pytest.CaptureFixture[str]) -> None:
    """One line, with the sale's code."""
    store.has("P001")
    store.has("P002")
    handle(_event())
    line = _line(capsys)
    counted = ("CommandsDone", "CommandsReplayed", "CommandAttempts", "PublishFailed")
    assert [line[name] for name in counted] == [1, 0, 1, 0]
    assert (line["level"], line["codigo_venta"], line["tenant_id"]) == ("INFO", "T001V001", "T001")
    assert (line["request_id"], line["cold_start"]) == (Invocation().aws_request_id, True)
    handle(_event())
    line = _line(capsys)
    assert [line[name] for name in counted] == [0, 1, 1, 0]


def test_a_failed_publish_says_why(
    store: SellingStore, handle: Handle, aws: InMemoryAws, capsys: pytest.CaptureFixture[str]
) -> None:
    """An engineer reads it; the cashier is answered as ever."""
    store.has("P001")
    store.has("P002")
    with aws.failing("lambda", ConnectTimeoutError(endpoint_url="https://lambda.us-east-1.amazonaws.com")):
        assert handle(_event())[0] == 201
    line = _line(capsys)
    assert (line["level"], line["PublishFailed"], line["CommandsDone"]) == ("ERROR", 1, 1)
    assert "lambda.us-east-1" in line["reason"]


def test_a_refusal_is_no_failure(store: SellingStore, handle: Handle, capsys: pytest.CaptureFixture[str]) -> None:
    """What a user can correct raises no alarm."""
    store.has("P001", stock=1)
    store.has("P002")
    assert handle(_event())[0] == 409
    line = _line(capsys)
    assert (line["level"], line["CommandsRefused"], line["error"]) == ("INFO", 1, "InsufficientStock")


def test_what_no_user_can_correct_is_a_failure(
    store: SellingStore, handle: Handle, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line names the product's row."""
    store.has("P001", precio=None)
    store.has("P002")
    assert handle(_event())[0] == 500
    line = _line(capsys)
    assert (line["level"], line["CommandsFailed"]) == ("ERROR", 1)
    assert line["reason"] == "product T001P001: precio is None"


def test_a_failing_dynamodb_is_answered_in_spanish(
    aws: InMemoryAws, handle: Handle, capsys: pytest.CaptureFixture[str]
) -> None:
    """500 in the envelope, the cause in the line only."""
    missing = ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "BatchGetItem")
    with aws.failing("dynamodb", missing):
        status, envelope = handle(_event())
    assert (status, envelope) == (500, {"success": False, "message": "Ocurrió un error. Inténtalo nuevamente."})
    line = _line(capsys)
    assert (line["level"], line["CommandsFailed"]) == ("ERROR", 1)
    assert "ResourceNotFoundException" in line["reason"]


def test_a_body_wrong_in_very_many_places_is_answered_within_bounds(
    handle: Handle, capsys: pytest.CaptureFixture[str]
) -> None:
    """A Lambda answers 6 MB at most, and CloudWatch takes 256 KB a line."""
    status, envelope = handle(_event(body=json.dumps({"productos": [0] * 20_000})))
    assert (status, len(envelope["data"])) == (400, 500)
    assert len(json.dumps(_line(capsys))) < 2_000
