"""Who may open a connection, by the rows of store and user; and the answers of an authorizer."""

from typing import Any

import pytest
from saai_domain.auth import Claims
from saai_domain.codes import TenantId, UserCode
from saai_domain.roles import Rol
from ws_gateway.screens.admission import allow, deny, refusal_reason

ARN = "arn:aws:execute-api:us-east-1:123456789012:abcdef123/dev/$connect"
ADMIN = Claims(tenant_id=TenantId("T001"), codigo_usuario=UserCode("T001U002"), rol=Rol.ADMIN, exp=4_000_000_000)


def row(estado: object) -> dict[str, Any]:
    return {"data": {"estado": estado}}


def test_missing_rows_refuse_nobody() -> None:
    """Other services write them, maybe a moment later."""
    assert refusal_reason(None, None) is None


def test_an_active_user_of_an_active_store_is_welcome() -> None:
    """The states' names differ: a store is ACTIVA, a user ACTIVO."""
    assert refusal_reason(row("ACTIVA"), row("ACTIVO")) is None


@pytest.mark.parametrize("store", [row("SUSPENDIDA"), row("ELIMINADA"), row("ACTIVO"), row(None), {"data": {}}, {}])
def test_a_store_whose_row_does_not_say_active_is_refused(store: dict[str, Any]) -> None:
    """Whatever else it says, or doesn't."""
    assert str(refusal_reason(store, row("ACTIVO"))).startswith("store")


@pytest.mark.parametrize("user", [row("INACTIVO"), row("ACTIVA"), {"data": "x"}])
def test_a_user_whose_row_does_not_say_active_is_refused(user: dict[str, Any]) -> None:
    """Also where the store is active, or unknown."""
    assert str(refusal_reason(row("ACTIVA"), user)).startswith("user")
    assert refusal_reason(None, user)


def test_a_user_who_is_let_in_may_invoke_this_method_and_nothing_else() -> None:
    """The resource is the method's own ARN."""
    assert allow(ADMIN, ARN)["policyDocument"] == {
        "Version": "2012-10-17",
        "Statement": [{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": ARN}],
    }


def test_the_context_of_an_allow_is_all_strings() -> None:
    """API Gateway takes nothing else."""
    answer = allow(ADMIN, ARN)
    assert answer["principalId"] == "T001U002"
    assert answer["context"] == {
        "tenant_id": "T001",
        "codigo_usuario": "T001U002",
        "rol": "ADMIN",
        "exp": "4000000000",
    }
    assert {type(value) for value in answer["context"].values()} == {str}


def test_a_deny_names_nobody() -> None:
    """Who asks can't be told."""
    answer = deny(ARN)
    assert (answer["principalId"], answer["context"]) == ("desconocido", {})
    assert answer["policyDocument"]["Statement"] == [
        {"Action": "execute-api:Invoke", "Effect": "Deny", "Resource": ARN}
    ]
