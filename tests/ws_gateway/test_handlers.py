"""The functions as API Gateway and Lambda call them, over moto's DynamoDB."""

import json
from typing import Any

import jwt
import pytest
from saai_domain.aws.dynamodb import deserialize, serialize
from ws_gateway import autorizar_conexion, emitir_eventos_ws, on_connect, on_disconnect, on_message

from tests.aws_tables import calls_of
from tests.ws_gateway.api_gateway import load_event
from tests.ws_gateway.screens import FakePoster, FakeTopic

SECRET = "un-secreto-de-pruebas-de-32-bytes-o-mas"
ENVIRONMENT = {
    "WS_CONNECTIONS_TABLE": "ws-connections",
    "WS_API_ENDPOINT": "https://abcdef123.execute-api.us-east-1.amazonaws.com/dev",
    "COUNTERS_TABLE": "counters",
    "EVENTOS_TABLE": "eventos",
    "IDEMPOTENCIA_TABLE": "idempotencia",
    "JWT_SECRET_PARAMETER": "/saai/dev/jwt-secret",
    "TIENDAS_TABLE": "tiendas",
    "USUARIOS_TABLE": "usuarios",
    "ALERTAS_SNS_TOPIC_ARN": "arn:aws:sns:us-east-1:123456789012:AlertasSAAI-dev",
}


class Context:
    """Lambda's context of an invocation with a minute left."""

    aws_request_id = "r-1"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


class FakeSsm:
    """Holds the signing secret."""

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> Any:  # noqa: N803 - SSM's names
        assert WithDecryption
        return {"Parameter": {"Value": {"/saai/dev/jwt-secret": SECRET}[Name]}}


@pytest.fixture
def poster() -> FakePoster:
    return FakePoster()


@pytest.fixture
def function(dynamodb: Any, poster: FakePoster, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Build a module's handler over the fakes, and call it."""
    monkeypatch.setattr(autorizar_conexion, "ssm_client", FakeSsm)
    monkeypatch.setattr(emitir_eventos_ws, "api_gateway_poster", lambda _endpoint: poster)
    monkeypatch.setattr(emitir_eventos_ws, "sns_client", lambda: None)
    monkeypatch.setattr(emitir_eventos_ws, "NoticeTopic", lambda **_: FakeTopic())

    def call(module: Any, event: Any) -> Any:
        monkeypatch.setattr(module, "dynamodb_client", lambda: dynamodb)
        return module.build(ENVIRONMENT)(event, Context())

    return call


def _rows(dynamodb: Any, table: str) -> list[dict[str, Any]]:
    return [deserialize(item) for item in dynamodb.scan(TableName=table)["Items"]]


def _token(**changes: Any) -> str:
    claims = {"tenant_id": "T001", "codigo_usuario": "T001U001", "rol": "worker", "exp": 4_000_000_000, **changes}
    return jwt.encode(claims, SECRET, algorithm="HS256")


def _effect(answer: Any) -> str:
    return str(answer["policyDocument"]["Statement"][0]["Effect"])


def _state(dynamodb: Any, table: str, tenant: str, entity: str, estado: str) -> None:
    row = {"tenant_id": tenant, "entity_id": entity, "data": {"estado": estado}}
    dynamodb.put_item(TableName=table, Item=serialize(row))


def test_a_good_token_is_let_in_with_its_identity_as_strings(function: Any) -> None:
    """OnConnect reads them; nothing else tells who it is."""
    answer = function(autorizar_conexion, load_event("authorizer", queryStringParameters={"token": _token()}))
    assert _effect(answer) == "Allow"
    assert answer["context"] == {
        "tenant_id": "T001",
        "codigo_usuario": "T001U001",
        "rol": "TRABAJADOR",
        "exp": "4000000000",
    }


@pytest.mark.parametrize("value", ["Bearer {}", "bearer {}", "{}"])
def test_the_authorization_header_serves_as_well(function: Any, value: str) -> None:
    """In any letter case, with or without the prefix."""
    event = load_event("authorizer", headers={"authorization": value.format(_token())})
    assert _effect(function(autorizar_conexion, event)) == "Allow"


@pytest.mark.parametrize("token", [None, "", "x", _token(exp=1), _token(rol="dueño")])
def test_every_refusal_is_a_deny_and_names_its_reason_in_the_log_only(
    function: Any, token: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """The token is never logged."""
    event = load_event("authorizer", queryStringParameters={"token": token} if token is not None else None)
    assert _effect(function(autorizar_conexion, event)) == "Deny"
    line = capsys.readouterr().out
    assert json.loads(line)["reason"]
    assert "eyJ" not in line


@pytest.mark.parametrize(
    ("row", "effect"),
    [
        (("tiendas", "SAAI", "T001", "ACTIVA"), "Allow"),
        (("tiendas", "SAAI", "T001", "SUSPENDIDA"), "Deny"),
        (("usuarios", "T001", "T001U001", "ACTIVO"), "Allow"),
        (("usuarios", "T001", "T001U001", "INACTIVO"), "Deny"),
    ],
)
def test_a_store_or_user_that_is_not_active_is_refused(
    function: Any, dynamodb: Any, row: tuple[str, str, str, str], effect: str
) -> None:
    """Both rows come from one batch read; a missing one refuses nobody."""
    _state(dynamodb, *row)
    calls = calls_of(dynamodb)
    event = load_event("authorizer", queryStringParameters={"token": _token()})
    assert _effect(function(autorizar_conexion, event)) == effect
    assert [name for name, _ in calls] == ["BatchGetItem"]


def test_on_connect_writes_one_row(function: Any, dynamodb: Any) -> None:
    """With one put."""
    calls = calls_of(dynamodb)
    assert function(on_connect, load_event("connect")) == {"statusCode": 200}
    assert [name for name, _ in calls] == ["PutItem"]
    assert _rows(dynamodb, "ws-connections")[0]["entity_id"] == "L0SM9cOFvHcCIhw="


def test_an_offered_subprotocol_is_chosen(function: Any) -> None:
    """A browser drops the connection otherwise."""
    event = load_event("connect", headers={"Sec-WebSocket-Protocol": "saai.v1, otro"})
    assert function(on_connect, event)["headers"] == {"Sec-WebSocket-Protocol": "saai.v1"}


def test_on_disconnect_takes_one_query_and_one_delete_and_answers_200_when_the_row_is_gone(
    function: Any, dynamodb: Any
) -> None:
    """It needs no authorizer context."""
    function(on_connect, load_event("connect"))
    calls = calls_of(dynamodb)
    assert function(on_disconnect, load_event("disconnect")) == {"statusCode": 200}
    assert [name for name, _ in calls] == ["Query", "DeleteItem"]
    assert function(on_disconnect, load_event("disconnect")) == {"statusCode": 200}
    assert _rows(dynamodb, "ws-connections") == []


def test_a_ping_writes_a_missing_row_again(function: Any, dynamodb: Any) -> None:
    """A 410 may have removed it before the socket was open."""
    pong = json.loads(function(on_message, load_event("message"))["body"])
    assert pong == {"action": "pong", "cursor": {"tienda": 0}, "connection_id": "L0SM9cOFvHcCIhw="}
    assert len(_rows(dynamodb, "ws-connections")) == 1
    calls = calls_of(dynamodb)
    function(on_message, load_event("message"))
    assert [name for name, _ in calls] == ["BatchGetItem"]


@pytest.mark.parametrize("body", ["", "hola", "[]", "{}", "null", '{"action":7}', "\ud800"])
def test_what_is_no_message_is_answered_so(function: Any, body: str) -> None:
    """With a code for the program."""
    reply = json.loads(function(on_message, load_event("message", body=body))["body"])
    assert (reply["action"], reply["code"]) == ("error", "mensaje_no_valido")


@pytest.mark.parametrize("action", ['"otra"', '""', '"resumen"'])
def test_an_unknown_action_is_answered_so(function: Any, action: str) -> None:
    """Naming what is accepted."""
    reply = json.loads(function(on_message, load_event("message", body=f'{{"action":{action}}}'))["body"])
    assert reply["code"] == "accion_desconocida"
    assert "ping" in reply["message"]


EVENT = {"tenant_id": "T001", "event_type": "analitica_actualizada", "payload": {"mensaje": "Lista"}}


def _emit(function: Any, event: Any) -> tuple[int, Any]:
    answer = function(emitir_eventos_ws, event)
    return answer["statusCode"], json.loads(answer["body"])


def test_an_event_is_logged_then_delivered(function: Any, dynamodb: Any, poster: FakePoster) -> None:
    """The answer is DOMAIN.md's; the row is not pending any more."""
    connect = load_event("connect")
    connect["requestContext"]["authorizer"] |= {"rol": "ADMIN", "exp": "4000000000"}
    connect["requestContext"]["connectedAt"] = 3_999_999_000_000
    function(on_connect, connect)
    status, body = _emit(function, EVENT)
    assert status == 200
    assert set(body) == {
        "message",
        "tenant_id",
        "event_type",
        "connections_sent",
        "connections_cleaned",
        "timestamp",
    }
    assert body["connections_sent"] == 1
    (row,) = _rows(dynamodb, "eventos")
    assert "pendiente" not in row
    assert poster.posts == {"L0SM9cOFvHcCIhw=": row["data"]["frame"].encode()}


def test_a_retry_of_the_same_request_is_neither_logged_nor_sent_again(function: Any, dynamodb: Any) -> None:
    """Lambda repeats an asynchronous invoke under the same request id."""
    assert _emit(function, EVENT)[0] == _emit(function, EVENT)[0] == 200
    assert len(_rows(dynamodb, "eventos")) == 1


def test_an_event_that_the_log_doesnt_hold_answers_404(function: Any) -> None:
    """It expired, or never was."""
    assert _emit(function, {"tenant_id": "T001", "canal": "tienda", "seq": 9})[0] == 404


@pytest.mark.parametrize("event", [{}, {**EVENT, "event_type": "otra"}, {**EVENT, "payload": {"mensaje": 7}}])
def test_a_bad_invoke_answers_400_with_the_field(function: Any, event: Any) -> None:
    """The caller sees which."""
    status, body = _emit(function, event)
    assert status == 400
    assert body["data"][0]["campo"]
