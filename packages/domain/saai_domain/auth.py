"""Who is asking: SAAI's JSON Web Tokens (docs/domain.md, "Tokens").

Tenant, user and role come from a verified token and from nothing else.
"""

from collections.abc import Container, Mapping, Sequence
from typing import Any

import msgspec

from saai_domain import codes, pyjwt
from saai_domain.errors import ExpiredToken, InvalidCode, InvalidToken, MissingToken, RoleNotAllowed
from saai_domain.roles import Rol
from saai_domain.time import Clock, epoch_seconds, lima_now

__all__ = ["Claims", "require_role", "verificar_token_jwt"]

ALGORITHM = "HS256"
REQUIRED_CLAIMS = ("tenant_id", "codigo_usuario", "rol", "exp")

_NOT_BEFORE_LEEWAY_SECONDS = 5
"""The login's clock and ours may differ a little."""


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What a verified token says. ``exp`` in epoch seconds."""

    tenant_id: codes.TenantId
    codigo_usuario: codes.UserCode
    rol: Rol
    exp: int


def verificar_token_jwt(
    token: str | None, secret: str | Sequence[str] | None = None, *, clock: Clock = lima_now
) -> Claims:
    """Verify a token and return its claims.

    Args:
        token: The compact JWT, without the ``Bearer`` prefix.
        secret: The signing secret, or several while one is being replaced. Left out, it is read from the SSM
            parameter that ``JWT_SECRET_PARAMETER`` names, and kept for 5 minutes.
        clock: Tells the present moment.

    Raises:
        MissingToken: There is none.
        ExpiredToken: ``exp`` has passed.
        InvalidToken: Not a JWT, another algorithm or key, or a claim missing or wrong. The text says which.
        MissingSettings: No secret was passed and ``JWT_SECRET_PARAMETER`` is not set.
        ValueError: A secret is empty: anyone could sign with it.
    """
    if not token:
        raise MissingToken
    if secret is None:
        from saai_domain.aws.parameters import jwt_secrets  # noqa: PLC0415 - callers that pass a secret need no AWS

        secret = jwt_secrets()
    secrets = [secret] if isinstance(secret, str) else secret
    if not secrets or not all(secrets):
        msg = "a signing secret is empty"
        raise ValueError(msg)
    return _claims(_verified_payload(token, secrets), now=epoch_seconds(clock()))


def require_role(claims: Claims, allowed: Container[Rol]) -> None:
    """Let the roles in ``allowed`` pass.

    Raises:
        RoleNotAllowed: The token's role is another.
    """
    if claims.rol not in allowed:
        raise RoleNotAllowed(claims.rol, [rol for rol in Rol if rol in allowed])


def _verified_payload(token: str, secrets: Sequence[str]) -> Mapping[str, Any]:
    # exp and nbf are judged here with the injected clock; a foreign aud or a skewed iat doesn't make a token invalid.
    options: Any = {
        "require": list(REQUIRED_CLAIMS),
        **dict.fromkeys(("verify_exp", "verify_nbf", "verify_iat", "verify_aud", "verify_sub", "verify_jti"), False),
    }
    for secret in secrets:
        try:
            return pyjwt.decode(token, secret, algorithms=[ALGORITHM], options=options)
        except pyjwt.InvalidSignatureError:
            continue
        except pyjwt.InvalidAlgorithmError:
            raise InvalidToken(f"its algorithm is not {ALGORITHM}") from None
        except pyjwt.MissingRequiredClaimError as error:
            raise InvalidToken(f"claim {error.claim} is missing") from None
        except (pyjwt.InvalidTokenError, UnicodeError, RecursionError):
            # A lone surrogate can't be encoded; PyJWT before 2.15 lets deep nesting through.
            raise InvalidToken("it can't be decoded") from None
    raise InvalidToken("its signature is not ours")


def _claims(payload: Mapping[str, Any], *, now: int) -> Claims:
    expires = _epoch_claim(payload, "exp")
    if expires <= now:
        raise ExpiredToken(expires)
    if "nbf" in payload and _epoch_claim(payload, "nbf") > now + _NOT_BEFORE_LEEWAY_SECONDS:
        raise InvalidToken("it is not valid yet (nbf)")
    rol = Rol.from_claim(payload["rol"])
    if rol is None:
        raise InvalidToken("claim rol is not a role")
    try:
        tenant = codes.parse_tenant_id(payload["tenant_id"])
    except InvalidCode:
        raise InvalidToken("claim tenant_id is not a store") from None
    try:
        user = codes.parse_user_code(payload["codigo_usuario"])
    except InvalidCode:
        raise InvalidToken("claim codigo_usuario is not a user") from None
    if rol is not Rol.SAAI and tenant == codes.PLATFORM:
        raise InvalidToken("claim tenant_id is not a store")
    if rol is not Rol.SAAI and codes.tenant_of(user) != tenant:
        raise InvalidToken("claims tenant_id and codigo_usuario belong to different stores")
    return Claims(tenant_id=tenant, codigo_usuario=user, rol=rol, exp=expires)


def _epoch_claim(payload: Mapping[str, Any], name: str) -> int:
    value = payload[name]
    # A NumericDate may have a fraction (RFC 7519, section 2); a boolean is an int to Python only.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:  # noqa: PLR2004
        raise InvalidToken(f"claim {name} is not a time in epoch seconds")
    return int(value)
