"""Tokens as SAAI's login issues them, and the secret that signs them."""

from typing import Any, Final

import jwt

__all__ = ["CASHIER", "PARAMETER", "SECRET", "token"]

PARAMETER: Final = "/saai/dev/jwt-secret"
"""The SSM parameter that holds the secret."""
SECRET: Final = "un-secreto-de-pruebas-de-32-bytes-o-mas"  # noqa: S105 - made up
CASHIER: Final = {"tenant_id": "T001", "codigo_usuario": "T001U001", "rol": "TRABAJADOR", "exp": 4_000_000_000}
"""The claims of a token whose test says nothing else."""


def token(secret: str = SECRET, **claims: Any) -> str:
    """Sign a cashier's claims, with some of them changed. It expires in 2096."""
    return jwt.encode({**CASHIER, **claims}, secret, algorithm="HS256")
