"""AutorizarConexion: the authorizer of ``$connect`` as API Gateway calls it."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from saai_domain.auth import Claims
from saai_domain.aws.clients import AwsClients
from saai_domain.codes import TenantId, UserCode
from saai_domain.errors import MissingSettings
from saai_domain.roles import Rol
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.tokens import PARAMETER, SECRET, token
from saai_support.payloads import payload
from ws_gateway import autorizar_conexion
from ws_gateway.screens.tickets import Tickets

from tests.ws_gateway.functions import log_lines, put, rows

Call = Callable[..., Any]


def asking(jwt: str | None) -> dict[str, Any]:
    """A handshake with this token in its query."""
    return payload("authorizer_query_token", queryStringParameters=None if jwt is None else {"token": jwt})


def effect(answer: Any) -> str:
    return str(answer["policyDocument"]["Statement"][0]["Effect"])


def test_a_good_token_in_the_query_is_let_in_with_its_identity(call: Call) -> None:
    """OnConnect reads it from the context; nothing else tells who it is."""
    answer = call("AutorizarConexion", asking(token()))
    assert effect(answer) == "Allow"
    assert answer["context"] == {
        "tenant_id": "T001",
        "codigo_usuario": "T001U001",
        "rol": "TRABAJADOR",
        "exp": "4000000000",
    }


@pytest.mark.parametrize("name", ["Authorization", "authorization"])
@pytest.mark.parametrize("value", ["Bearer {}", "bearer {}", "{}"])
def test_the_authorization_header_serves_as_well(call: Call, name: str, value: str) -> None:
    """In any letter case, with or without the prefix."""
    event = payload("authorizer_header_token", headers={name: value.format(token())})
    assert effect(call("AutorizarConexion", event)) == "Allow"


def test_a_token_in_the_query_goes_before_one_in_the_header(call: Call) -> None:
    """A proxy may add a header; the query is what the screen wrote."""
    event = asking(token(codigo_usuario="T001U002")) | {"headers": {"Authorization": f"Bearer {token()}"}}
    assert call("AutorizarConexion", event)["principalId"] == "T001U002"


def test_a_stage_may_refuse_tokens_in_urls(call: Call) -> None:
    """The header and tickets still serve."""
    assert effect(call("AutorizarConexion", asking(token()), TOKEN_IN_URL="false")) == "Deny"
    event = asking(token()) | {"headers": {"Authorization": f"Bearer {token()}"}}
    assert effect(call("AutorizarConexion", event, TOKEN_IN_URL="false")) == "Allow"


@pytest.mark.parametrize("secret", ["el-secreto-de-antes-de-32-bytes-o-mas", SECRET])
def test_two_secrets_are_good_while_one_is_rotated(call: Call, aws: InMemoryAws, secret: str) -> None:
    """One a line in the parameter."""
    aws.ssm.parameters[PARAMETER] = f"{SECRET}\nel-secreto-de-antes-de-32-bytes-o-mas"
    assert effect(call("AutorizarConexion", asking(token(secret)))) == "Allow"


@pytest.mark.parametrize("ticket", ["T001.x", "T001", "x", ".", "T001." + "x" * 5000])
def test_a_ticket_that_is_none_is_refused(call: Call, ticket: str) -> None:
    """Even beside a good token: a screen that sends a ticket means it."""
    event = asking(token())
    event["queryStringParameters"]["ticket"] = ticket
    assert effect(call("AutorizarConexion", event)) == "Deny"


def test_the_state_of_store_and_user_decides_about_a_ticket_too(call: Call, dynamodb: Any) -> None:
    """It may have changed since the ticket was issued; the ticket is used up all the same."""
    claims = Claims(tenant_id=TenantId("T001"), codigo_usuario=UserCode("T001U001"), rol=Rol.ADMIN, exp=4_000_000_000)
    ticket = Tickets(client=dynamodb, table="ws-tickets").issue(claims)
    put(dynamodb, "tiendas", "SAAI", "T001", estado="SUSPENDIDA")
    event = payload("authorizer_query_token", queryStringParameters={"ticket": ticket})
    assert effect(call("AutorizarConexion", event)) == "Deny"
    assert rows(dynamodb, "ws-tickets") == []


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(None, id="none"),
        pytest.param("", id="empty"),
        pytest.param("eyJ.eyJ.x", id="not a token"),
        pytest.param(token(exp=1), id="expired"),
        pytest.param(token("otro-secreto-de-pruebas-de-32-bytes-o-mas"), id="another's key"),
        pytest.param(token(rol="dueño"), id="unknown role"),
        pytest.param(token(tenant_id="T002"), id="another store's user"),
    ],
)
def test_every_refusal_is_a_deny_whose_reason_is_in_the_log_and_whose_token_is_not(
    call: Call, bad: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """API Gateway makes a 403 of it."""
    assert effect(call("AutorizarConexion", asking(bad))) == "Deny"
    (line,) = log_lines(capsys)
    assert line["message"] == "connection refused"
    assert line["reason"]
    assert line["ConnectionsRefused"] == 1
    assert "eyJ" not in str(line)


@pytest.mark.parametrize(
    ("table", "tenant_id", "entity_id", "estado", "expected"),
    [
        ("tiendas", "SAAI", "T001", "ACTIVA", "Allow"),
        ("tiendas", "SAAI", "T001", "SUSPENDIDA", "Deny"),
        ("tiendas", "SAAI", "T002", "SUSPENDIDA", "Allow"),
        ("usuarios", "T001", "T001U001", "ACTIVO", "Allow"),
        ("usuarios", "T001", "T001U001", "INACTIVO", "Deny"),
        ("usuarios", "T001", "T001U002", "INACTIVO", "Allow"),
    ],
)
def test_the_state_of_its_own_store_and_user_decides(
    call: Call, dynamodb: Any, table: str, tenant_id: str, entity_id: str, estado: str, expected: str
) -> None:
    """Others' rows don't matter."""
    put(dynamodb, table, tenant_id, entity_id, estado=estado)
    assert effect(call("AutorizarConexion", asking(token()))) == expected


@pytest.mark.parametrize("tenant_id", ["SAAI", "T001"])
def test_an_operator_is_looked_up_among_the_platforms_users(call: Call, dynamodb: Any, tenant_id: str) -> None:
    """Also when visiting a store. The platform itself has no store row."""
    operator = token(tenant_id=tenant_id, codigo_usuario="SAAIU001", rol="saai")
    assert effect(call("AutorizarConexion", asking(operator))) == "Allow"
    put(dynamodb, "usuarios", "SAAI", "SAAIU001", estado="INACTIVO")
    assert effect(call("AutorizarConexion", asking(operator))) == "Deny"


def test_both_rows_are_read_consistently_in_one_call(call: Call, aws: InMemoryAws) -> None:
    """Each connection costs one."""
    with aws.recording() as calls:
        call("AutorizarConexion", asking(token()))
    _secret, read = calls
    assert read.name == "dynamodb batch_get_item"
    assert {table: part["ConsistentRead"] for table, part in read.params["RequestItems"].items()} == {
        "tiendas": True,
        "usuarios": True,
    }


def test_a_bad_token_reads_no_row(call: Call, aws: InMemoryAws) -> None:
    """Anybody can send one."""
    with aws.recording() as calls:
        call("AutorizarConexion", asking("x"))
    assert [call.service for call in calls] == ["ssm"]


def test_a_failure_of_the_database_is_no_refusal(call: Call, aws: InMemoryAws) -> None:
    """It propagates: a Deny would tell the user that the session is bad."""
    broken = ClientError({"Error": {"Code": "InternalServerError", "Message": ""}}, "BatchGetItem")
    with aws.failing("dynamodb", broken), pytest.raises(ClientError):
        call("AutorizarConexion", asking(token()))


def test_who_is_let_in_is_logged(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    """Without the token."""
    call("AutorizarConexion", asking(token()))
    (line,) = log_lines(capsys)
    assert (line["message"], line["tenant_id"], line["codigo_usuario"]) == ("connection authorized", "T001", "T001U001")
    assert "eyJ" not in str(line)


def test_settings_that_are_missing_are_all_named() -> None:
    """Before any work."""
    with pytest.raises(MissingSettings) as error:
        autorizar_conexion.build({}, AwsClients({}.__getitem__))
    assert error.value.names == [
        "JWT_SECRET_PARAMETER",
        "TIENDAS_TABLE",
        "USUARIOS_TABLE",
        "WS_TICKETS_TABLE",
        "TOKEN_IN_URL",
    ]
