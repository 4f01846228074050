"""A command as a function of the HTTP API: who may ask, what is answered, what is delivered, and the line of it."""

import json
from pathlib import Path
from typing import Any

import attrs
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from saai_domain.handlers import commands
from saai_domain.handlers.entry_point import Handler, in_log_context
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.lambda_context import Invocation
from saai_domain.testing.tokens import PARAMETER, token

from tests.domain import expenses as service

ENVIRONMENT = {
    **{f"{name.upper()}_TABLE": name for name in ("gastos", "counters", "eventos", "idempotencia")},
    **{f"{name.upper()}_TABLE": name for name in ("tiendas", "usuarios")},
    "JWT_SECRET_PARAMETER": PARAMETER,
    "EMITIR_EVENTOS_WS_FUNCTION_NAME": "saai-dev-EmitirEventosWs",
}
RENT = {"monto": 750, "motivo": "Alquiler"}


@attrs.define
class Expenses:
    """The function of ``POST /gastos``."""

    aws: InMemoryAws
    handle: Handler

    def post(self, body: object = RENT, *, rol: str = "ADMIN", key: str | None = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token(rol=rol)}"} | ({"Idempotency-Key": key} if key else {})
        text = body if isinstance(body, str) else json.dumps(body)
        event = {"requestContext": {"requestId": f"r-{len(self.aws.lambda_.queue)}"}, "headers": headers, "body": text}
        answer = self.handle(event, Invocation())
        return answer["statusCode"], json.loads(answer["body"])


@pytest.fixture
def expenses() -> Expenses:
    aws = InMemoryAws()
    return Expenses(aws, in_log_context(service.build(ENVIRONMENT, aws.clients)))


def _line(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    (line,) = capsys.readouterr().out.splitlines()
    return dict(json.loads(line))


def test_what_is_done_is_answered_delivered_and_counted(expenses: Expenses, capsys: pytest.CaptureFixture[str]) -> None:
    """201, one invoke with the event's place, one line with the answer's code."""
    status, envelope = expenses.post()
    assert (status, envelope["message"]) == (201, "Gasto registrado.")
    assert (envelope["data"]["codigo_gasto"], envelope["data"]["monto"]) == ("T001G001", 750.0)
    (invoke,) = expenses.aws.lambda_.queue
    assert invoke.payload == {"tenant_id": "T001", "canal": "administracion", "seq": 1}
    line = _line(capsys)
    assert (line["message"], line["codigo_gasto"]) == ("RegistrarGasto done", "T001G001")
    counted = ("CommandsDone", "CommandsReplayed", "CommandAttempts", "PublishFailed")
    assert [line[name] for name in counted] == [1, 0, 1, 0]


def test_a_repeat_is_answered_alike_and_delivers_nothing(
    expenses: Expenses, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is counted as what it is."""
    assert expenses.post(key="k") == expenses.post(key="k")
    assert len(expenses.aws.lambda_.queue) == 1
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (line["CommandsDone"], line["CommandsReplayed"]) == (0, 1)


def test_without_a_key_each_request_is_its_own(expenses: Expenses) -> None:
    """Two rents are two."""
    codes = [expenses.post()[1]["data"]["codigo_gasto"] for _ in range(2)]
    assert codes == ["T001G001", "T001G002"]


@pytest.mark.parametrize(
    ("body", "rol", "key", "status"),
    [
        ({"monto": 750}, "ADMIN", None, 400),
        ({"monto": "NaN", "motivo": "x"}, "ADMIN", None, 400),
        ("[", "ADMIN", None, 400),
        (RENT, "ADMIN", "con espacio", 400),
        (RENT, "cliente", None, 401),
        (RENT, "TRABAJADOR", None, 403),
        ({**RENT, "monto": 751}, "ADMIN", "used", 409),
    ],
)
def test_a_refusal_has_its_status_and_is_no_failure(
    expenses: Expenses, capsys: pytest.CaptureFixture[str], body: object, rol: str, key: str | None, status: int
) -> None:
    """Nothing is written and nothing is delivered; no alarm rings."""
    expenses.post(key="used")
    capsys.readouterr()
    answered, envelope = expenses.post(body, rol=rol, key=key)
    assert (answered, envelope["success"]) == (status, False)
    line = _line(capsys)
    assert (line["level"], line["message"], line["CommandsRefused"]) == ("INFO", "RegistrarGasto refused", 1)
    assert len(expenses.aws.dynamodb.rows("gastos")) == len(expenses.aws.lambda_.queue) == 1


def test_an_aws_that_fails_is_a_failure(expenses: Expenses, capsys: pytest.CaptureFixture[str]) -> None:
    """500 in the envelope; the cause is in the line only."""
    missing = ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "BatchGetItem")
    with expenses.aws.failing("dynamodb", missing):
        status, envelope = expenses.post()
    assert (status, envelope) == (500, {"success": False, "message": "Ocurrió un error. Inténtalo nuevamente."})
    line = _line(capsys)
    assert (line["level"], line["CommandsFailed"]) == ("ERROR", 1)
    assert "ResourceNotFoundException" in line["reason"]


def test_an_event_that_is_not_taken_fails_no_request(expenses: Expenses, capsys: pytest.CaptureFixture[str]) -> None:
    """It stays pending, for the sweep; a repeat under the key is answered and delivers nothing."""
    with expenses.aws.failing("lambda", EndpointConnectionError(endpoint_url="https://lambda")):
        assert expenses.post(key="k")[0] == 201
    line = _line(capsys)
    assert (line["level"], line["PublishFailed"], line["CommandsDone"]) == ("ERROR", 1, 1)
    assert expenses.aws.dynamodb.rows("eventos")[0]["pendiente"] == {"N": "1"}
    assert expenses.post(key="k")[0] == 201
    assert expenses.aws.lambda_.queue == []


def test_the_docstrings_example_is_what_is_tested_here() -> None:
    """Whoever copies it gets what works."""
    _, _, example = str(commands.__doc__).partition("::\n")
    shown = [line.removeprefix("    ") for line in example.splitlines() if line.startswith("    ")]
    source = "\n".join(line for line in Path(service.__file__).read_text(encoding="utf-8").splitlines() if line)
    assert "\n".join(shown) in source
    assert len(shown) > 20
