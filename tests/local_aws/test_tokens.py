"""Tokens for tools and tests."""

from datetime import timedelta

import pytest
import time_machine
from local_aws.tokens import issue
from saai_domain.auth import Claims, verificar_token_jwt
from saai_domain.codes import TenantId, UserCode
from saai_domain.errors import ExpiredToken
from saai_domain.roles import Rol

SECRET = "a-secret-of-sufficient-length-for-hs256"
OWNER = {"secret": SECRET, "tenant_id": "T002", "codigo_usuario": "T002U001", "rol": "ADMIN"}


@time_machine.travel("2026-11-24T12:00:00+00:00", tick=False)
def test_a_token_is_what_the_functions_verify() -> None:
    """Who, where and until when: 24 hours from now."""
    claims = verificar_token_jwt(issue(**OWNER), SECRET)

    assert claims == Claims(
        tenant_id=TenantId("T002"), codigo_usuario=UserCode("T002U001"), rol=Rol.ADMIN, exp=1795608000
    )


def test_a_negative_lifetime_makes_an_expired_token() -> None:
    """Tests of refusals need one."""
    with pytest.raises(ExpiredToken):
        verificar_token_jwt(issue(**OWNER, lifetime=timedelta(hours=-1)), SECRET)
