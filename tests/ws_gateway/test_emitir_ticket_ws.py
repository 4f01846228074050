"""EmitirTicketWs as API Gateway calls it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from saai_domain.aws.clients import AwsClients
from saai_domain.errors import MissingSettings
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.tokens import token
from saai_support.payloads import handshake, http_request
from ws_gateway import emitir_ticket_ws

from tests.ws_gateway.functions import log_lines, rows

Call = Callable[..., Any]


def request(jwt: str | None, **query: str) -> dict[str, Any]:
    """A request to the HTTP API with this token in its header."""
    return http_request("POST /ws-ticket", token=jwt, query=query)


def body(answer: Any) -> Any:
    return json.loads(answer["body"])


def test_a_token_is_exchanged_for_a_ticket_that_opens_one_connection(call: Call) -> None:
    """With the token's identity."""
    answer = call("EmitirTicketWs", request(token(rol="admin")))
    assert answer["statusCode"] == 201
    assert body(answer)["data"]["segundos"] == 60
    asking = handshake(ticket=body(answer)["data"]["ticket"])
    first, second = call("AutorizarConexion", asking), call("AutorizarConexion", asking)
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
    answer = call("EmitirTicketWs", request(bad))
    assert (answer["statusCode"], body(answer)["success"]) == (401, False)
    assert rows(dynamodb, "ws-tickets") == []


def test_a_token_in_the_url_is_not_looked_at(call: Call) -> None:
    """URLs end in logs: the ticket exists to keep tokens out of them."""
    answer = call("EmitirTicketWs", request(None, token=token()))
    assert answer["statusCode"] == 401


def test_neither_token_nor_ticket_is_logged(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    """Who asked is."""
    ticket = body(call("EmitirTicketWs", request(token())))["data"]["ticket"]
    (line,) = log_lines(capsys)
    assert (line["message"], line["codigo_usuario"]) == ("ticket issued", "T001U001")
    assert ticket.partition(".")[2] not in str(line)
    assert "eyJ" not in str(line)


def test_a_failure_of_the_database_is_a_500_with_its_reason_in_the_log(
    call: Call, aws: InMemoryAws, capsys: pytest.CaptureFixture[str]
) -> None:
    """The user is told to try again."""
    broken = ClientError({"Error": {"Code": "InternalServerError", "Message": "try later"}}, "PutItem")
    with aws.failing("dynamodb", broken):
        assert call("EmitirTicketWs", request(token()))["statusCode"] == 500
    (line,) = log_lines(capsys)
    assert (line["level"], line["TicketsFailed"]) == ("ERROR", 1)
    assert "try later" in line["reason"]


def test_settings_that_are_missing_are_all_named() -> None:
    """Before any work."""
    with pytest.raises(MissingSettings) as error:
        emitir_ticket_ws.build({}, AwsClients({}.__getitem__))
    assert error.value.names == ["JWT_SECRET_PARAMETER", "WS_TICKETS_TABLE"]
