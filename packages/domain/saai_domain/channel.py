"""The channels of a store's events (docs/domain.md, "WebSocket"), and the largest frame."""

from enum import StrEnum
from typing import Final

from saai_domain.roles import Rol

__all__ = ["MAX_FRAME_BYTES", "Canal"]

MAX_FRAME_BYTES: Final = 131_072
"""API Gateway's limit on PostToConnection data."""


class Canal(StrEnum):
    """The channels of a store. Each has its own contiguous sequence of events."""

    TIENDA = "tienda"
    """Everyone in the store."""
    ADMINISTRACION = "administracion"
    """The store's owner and the platform's operators."""

    def heard_by(self, rol: Rol) -> bool:
        """Tell whether a role may receive this channel's events."""
        return self is Canal.TIENDA or rol in {Rol.ADMIN, Rol.SAAI}

    @classmethod
    def for_rol(cls, rol: Rol) -> "tuple[Canal, ...]":
        """Return the channels that a role may receive."""
        return tuple(canal for canal in cls if canal.heard_by(rol))
