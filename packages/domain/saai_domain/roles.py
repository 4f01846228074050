"""Roles (docs/domain.md, "Identity")."""

from enum import StrEnum

__all__ = ["Rol"]


class Rol(StrEnum):
    """What a user is in the store."""

    TRABAJADOR = "TRABAJADOR"
    """Cashier: sells, sees products and sales."""
    ADMIN = "ADMIN"
    """Store owner: also analytics, forecasts and alerts."""
    SAAI = "SAAI"
    """Platform operator."""

    @classmethod
    def from_claim(cls, value: object) -> "Rol | None":
        """Read a token's ``rol``: both spellings, in any letter case; None for anything else."""
        # Other alphabets have letters whose capital is one of ours, as the long s.
        return _SPELLINGS.get(value.upper()) if isinstance(value, str) and value.isascii() else None


_SPELLINGS = {**{rol.value: rol for rol in Rol}, "WORKER": Rol.TRABAJADOR}
