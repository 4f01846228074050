"""PyJWT's verification without the half that fetches keys over HTTP.

``import jwt`` makes a client for key sets too, which takes urllib, http.client and email: three quarters of its 40 ms,
for what no function uses. PyJWT has no way around it (2.15), so the package's own ``__init__`` is put off until
something of it is asked for. Nothing is replaced: the modules imported here are PyJWT's, and whoever imports ``jwt``
gets it whole.
"""

import importlib.util
import sys
from types import ModuleType


class _Package(ModuleType):
    """A package that runs its ``__init__`` when it is asked for more than its submodules."""

    def __getattr__(self, name: str) -> object:
        """Finish the import, and return what was missing."""
        spec = self.__spec__
        assert spec is not None  # noqa: S101 - made with it below
        assert spec.loader is not None  # noqa: S101
        self.__class__ = ModuleType  # type: ignore[bad-argument-type] - which Python allows for modules
        spec.loader.exec_module(self)
        return getattr(self, name)


def _put_off(name: str) -> None:
    """Make a package's submodules importable without its ``__init__``."""
    if name in sys.modules:
        return
    spec = importlib.util.find_spec(name)
    if spec is None or spec.submodule_search_locations is None:
        raise ModuleNotFoundError(f"No package named {name!r}", name=name)
    package = _Package(name)
    package.__spec__ = spec
    package.__file__ = spec.origin
    package.__path__ = spec.submodule_search_locations
    package.__loader__ = spec.loader
    package.__package__ = name
    sys.modules[name] = package


_put_off("jwt")

from jwt.api_jwt import decode  # noqa: E402 - once that is arranged
from jwt.exceptions import (  # noqa: E402
    InvalidAlgorithmError,
    InvalidSignatureError,
    InvalidTokenError,
    MissingRequiredClaimError,
)

__all__ = ["InvalidAlgorithmError", "InvalidSignatureError", "InvalidTokenError", "MissingRequiredClaimError", "decode"]
