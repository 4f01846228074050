"""Who may open a connection: a pure decision over a verified token and the rows of its store and user."""

from collections.abc import Mapping
from typing import Any

from saai_domain.auth import Claims
from saai_domain.rows import Estado


def refusal_reason(store: Mapping[str, Any] | None, user: Mapping[str, Any] | None) -> str | None:
    """Return why a connection is refused, or None where it is welcome.

    A row that says otherwise than active refuses; a missing row doesn't
    (docs/architecture.md, "The way of a connection"): stores and users are written by other services, maybe a moment
    later.
    """
    if store is not None and _estado(store) != Estado.ACTIVA:
        return f"store is {_estado(store)}"
    if user is not None and _estado(user) != Estado.ACTIVO:
        return f"user is {_estado(user)}"
    return None


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


def _estado(row: Mapping[str, Any]) -> object:
    data = row.get("data")
    return data.get("estado") if isinstance(data, dict) else None


def _policy(effect: str, *, principal: str, method_arn: str, context: Mapping[str, str]) -> dict[str, Any]:
    return {
        "principalId": principal,
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke", "Effect": effect, "Resource": method_arn}],
        },
        "context": dict(context),
    }
