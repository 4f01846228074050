"""Tokens for tools and tests."""

from datetime import UTC, datetime, timedelta

import jwt
from local_aws.tokens import claims, issue, sign

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_claims_are_the_contracts() -> None:
    """Who, where and until when, in epoch seconds; 24 hours unless told otherwise."""
    assert claims(tenant_id="T001", codigo_usuario="T001U002", rol="TRABAJADOR", now=NOON) == {
        "tenant_id": "T001",
        "codigo_usuario": "T001U002",
        "rol": "TRABAJADOR",
        "iat": 1795521600,
        "exp": 1795608000,
    }


def test_a_negative_lifetime_makes_an_expired_token() -> None:
    """Tests of refusals need one."""
    expired = claims(tenant_id="T001", codigo_usuario="T001U002", rol="ADMIN", now=NOON, lifetime=timedelta(hours=-1))

    assert expired["exp"] == 1795518000


def test_an_issued_token_can_be_verified_with_its_secret() -> None:
    """HS256 with the stack's secret."""
    secret = "a-secret-of-sufficient-length-for-hs256"

    token = issue(secret=secret, tenant_id="T002", codigo_usuario="T002U001", rol="ADMIN")

    read = jwt.decode(token, secret, algorithms=["HS256"])
    assert (read["tenant_id"], read["codigo_usuario"], read["rol"]) == ("T002", "T002U001", "ADMIN")


def test_another_algorithm_can_be_chosen() -> None:
    """A token that must be refused for it."""
    token = sign({"tenant_id": "T001"}, secret="a-secret-of-sufficient-length-for-hs512" * 2, algorithm="HS512")

    assert jwt.get_unverified_header(token)["alg"] == "HS512"
