"""Tokens as SAAI's login issues them (docs/domain.md, "Tokens"), for tools and tests."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import jwt
from saai_domain.time import epoch_seconds, lima_now

if TYPE_CHECKING:
    from local_aws.catalogue import Tienda, Usuario
    from local_aws.stack import Stack

LIFETIME = timedelta(hours=24)


def claims(
    *, tenant_id: str, codigo_usuario: str, rol: str, now: datetime | None = None, lifetime: timedelta = LIFETIME
) -> dict[str, str | int]:
    """What a user's token says. A negative lifetime makes one that has expired."""
    issued = now or lima_now()
    return {
        "tenant_id": tenant_id,
        "codigo_usuario": codigo_usuario,
        "rol": rol,
        "iat": epoch_seconds(issued),
        "exp": epoch_seconds(issued + lifetime),
    }


def sign(payload: Mapping[str, str | int], *, secret: str, algorithm: str = "HS256") -> str:
    """The token of these claims."""
    return jwt.encode(dict(payload), secret, algorithm=algorithm)


def issue(*, secret: str, tenant_id: str, codigo_usuario: str, rol: str) -> str:
    """A good token, for 24 hours from now."""
    return sign(claims(tenant_id=tenant_id, codigo_usuario=codigo_usuario, rol=rol), secret=secret)


def issue_for(stack: "Stack", tienda: "Tienda", usuario: "Usuario") -> str:
    """A good token of a store's user on a running stack."""
    return issue(
        secret=stack.jwt_secret,
        tenant_id=tienda.codigo_tienda,
        codigo_usuario=usuario.codigo_usuario,
        rol=usuario.rol,
    )
