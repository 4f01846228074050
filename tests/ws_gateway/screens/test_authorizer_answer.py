"""The answers of an authorizer."""

from saai_domain.auth import Claims
from saai_domain.codes import TenantId, UserCode
from saai_domain.roles import Rol
from ws_gateway.screens.authorizer_answer import allow, deny

ARN = "arn:aws:execute-api:us-east-1:123456789012:abcdef123/dev/$connect"
ADMIN = Claims(tenant_id=TenantId("T001"), codigo_usuario=UserCode("T001U002"), rol=Rol.ADMIN, exp=4_000_000_000)


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
