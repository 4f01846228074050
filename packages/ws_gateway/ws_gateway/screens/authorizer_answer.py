"""What the authorizer of ``$connect`` answers."""

from collections.abc import Mapping
from typing import Any

from saai_domain.auth import Claims


def allow(claims: Claims, method_arn: str) -> dict[str, Any]:
    """Return the authorizer's answer that lets a user in; its context reaches OnConnect and OnMessage as strings."""
    return _policy(
        "Allow",
        principal=claims.codigo_usuario,
        method_arn=method_arn,
        context={
            "tenant_id": claims.tenant_id,
            "codigo_usuario": claims.codigo_usuario,
            "rol": claims.rol.value,
            "exp": str(claims.exp),
        },
    )


def deny(method_arn: str) -> dict[str, Any]:
    """Return the authorizer's answer that keeps a client out; API Gateway makes a 403 of it."""
    return _policy("Deny", principal="desconocido", method_arn=method_arn, context={})


def _policy(effect: str, *, principal: str, method_arn: str, context: Mapping[str, str]) -> dict[str, Any]:
    return {
        "principalId": principal,
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke", "Effect": effect, "Resource": method_arn}],
        },
        "context": dict(context),
    }
