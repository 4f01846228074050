"""EmitirTicketWs as API Gateway calls it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from saai_domain.aws.clients import AwsClients
from saai_domain.errors import MissingSettings
from ws_gateway import autorizar_conexion, emitir_ticket_ws

from tests.ws_gateway.api_gateway import load_event
from tests.ws_gateway.functions import log_lines, rows, token

Call = Callable[..., Any]


def request(jwt: str | None, **changes: Any) -> dict[str, Any]:
    """A request to the HTTP API with this token in its header."""
    headers: dict[str, str] = {} if jwt is None else {"authorization": f"Bearer {jwt}"}
    return {"headers": headers, "requestContext": {"requestId": "r-1"}, **changes}


def body(answer: Any) -> Any:
    return json.loads(answer["body"])


def test_a_token_is_exchanged_for_a_ticket_that_opens_one_connection(call: Call) -> None:
    """With the token's identity."""
    answer = call(emitir_ticket_ws, request(token(rol="admin")))
    assert answer["statusCode"] == 201
    assert body(answer)["data"]["segundos"] == 60
    handshake = load_event("authorizer_query_token", queryStringParameters={"ticket": body(answer)["data"]["ticket"]})
    first, second = call(autorizar_conexion, handshake), call(autorizar_conexion, handshake)
    assert first["context"] == {
        "tenant_id": "T001",
        "codigo_usuario": "T001U001",
        "rol": "ADMIN",
        "exp": "4000000000",
    }
    assert second["policyDocument"]["Statement"][0]["Effect"] == "Deny"


@pytest.mark.parametrize(
    "bad",
    [pytest.param(None, id="none"), pytest.param("x", id="not a token"), pytest.param(token(exp=1), id="expired")],
)
def test_a_bad_token_is_answered_401_in_saais_envelope(call: Call, dynamodb: Any, bad: str | None) -> None:
    """A browser learns here why a handshake would fail."""
    answer = call(emitir_ticket_ws, request(bad))
    assert (answer["statusCode"], body(answer)["success"]) == (401, False)
    assert rows(dynamodb, "ws-tickets") == []


def test_a_token_in_the_url_is_not_looked_at(call: Call) -> None:
    """URLs end in logs: the ticket exists to keep tokens out of them."""
    answer = call(emitir_ticket_ws, request(None, queryStringParameters={"token": token()}))
    assert answer["statusCode"] == 401


def test_neither_token_nor_ticket_is_logged(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    """Who asked is."""
    ticket = body(call(emitir_ticket_ws, request(token())))["data"]["ticket"]
    (line,) = log_lines(capsys)
    assert (line["message"], line["codigo_usuario"]) == ("ticket issued", "T001U001")
    assert ticket.partition(".")[2] not in str(line)
    assert "eyJ" not in str(line)


def test_a_failure_of_the_database_is_a_500_with_its_reason_in_the_log(
    call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    """The user is told to try again."""
    assert call(emitir_ticket_ws, request(token()), WS_TICKETS_TABLE="nowhere")["statusCode"] == 500
    (line,) = log_lines(capsys)
    assert (line["level"], line["TicketsFailed"]) == ("ERROR", 1)
    assert "ResourceNotFoundException" in line["reason"]


def test_settings_that_are_missing_are_all_named() -> None:
    """Before any work."""
    with pytest.raises(MissingSettings) as error:
        emitir_ticket_ws.build({}, AwsClients({}.__getitem__))
    assert error.value.names == ["JWT_SECRET_PARAMETER", "WS_TICKETS_TABLE"]
