"""Tokens as SAAI's login issues them (docs/domain.md, "Tokens"), for tools and tests."""

from datetime import timedelta
from typing import TYPE_CHECKING

import jwt
from saai_domain.time import epoch_seconds, lima_now

if TYPE_CHECKING:
    from local_aws.catalogue import Store, User
    from local_aws.stack import Stack

LIFETIME = timedelta(hours=24)


def issue(*, secret: str, tenant_id: str, codigo_usuario: str, rol: str, lifetime: timedelta = LIFETIME) -> str:
    """A user's token, good from now on. A negative lifetime makes one that has expired."""
    now = lima_now()
    claims = {
        "tenant_id": tenant_id,
        "codigo_usuario": codigo_usuario,
        "rol": rol,
        "iat": epoch_seconds(now),
        "exp": epoch_seconds(now + lifetime),
    }
    return jwt.encode(claims, secret, algorithm="HS256")


def issue_for(stack: "Stack", tienda: "Store", usuario: "User") -> str:
    """A good token of a store's user on a running stack."""
    return issue(
        secret=stack.jwt_secret,
        tenant_id=tienda.codigo_tienda,
        codigo_usuario=usuario.codigo_usuario,
        rol=usuario.rol,
    )
