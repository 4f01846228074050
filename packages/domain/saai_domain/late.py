"""Modules that run when something of them is first asked for, and not when they are imported.

A library's modules import each other whole, for whatever anybody may use of them, and a cold start pays for all of it.
Nothing is replaced: the modules are the libraries' own, and whoever asks for anything of them gets it. Python makes
this a part of the language in 3.15 (PEP 810). ``importlib.util.LazyLoader`` isn't used, since it runs a module as soon
as a second one imports it.
"""

import sys
import threading
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from importlib.abc import Loader

__all__: list[str] = []

UNUSED: Final = (
    *("inspect", "unicodedata", "locale", "msgspec.inspect", "msgspec.toml"),
    *(f"{package}.{module}" for package in ("attr", "attrs") for module in ("converters", "filters", "validators")),
    *("botocore", "botocore.exceptions"),
)
"""What attrs, msgspec, PyJWT and what they stand on import and no function uses, and what only an error asks for."""
SELDOM: Final = ("saai_domain.events", "attrs")
"""What many functions import and few of their calls use: the contracts, for who reads or makes an event, and attrs."""
_running = threading.RLock()


class LateModule(ModuleType):
    """A module that was imported and hasn't run."""

    def __getattr__(self, name: str) -> object:
        """Run it, and return what was missing."""
        with _running:
            # Not where another thread ran it meanwhile, nor where it runs, and misses what it doesn't have yet.
            if type(self) is LateModule and "__late__" in self.__dict__:
                loader: Loader = self.__dict__.pop("__late__")
                loader.exec_module(self)
                self.__class__ = ModuleType  # type: ignore[bad-argument-type] - which Python allows for modules
            return ModuleType.__getattribute__(self, name)


class _LateLoader:
    """Makes a module as its own loader does, and leaves running it for later."""

    def __init__(self, loader: "Loader") -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = module.__dict__["__late__"] = self._loader
        module.__class__ = LateModule  # type: ignore[bad-argument-type]


class _Finder:
    """Finds modules of these names where they are, and has them run late."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = frozenset(names)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        if fullname not in self._names:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(fullname, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = _LateLoader(spec.loader)  # type: ignore[bad-assignment] - all that an import asks for
                return spec
        return None


def put_off(*names: str) -> None:
    """Have these modules run late, as far as they aren't imported yet."""
    sys.meta_path.insert(0, _Finder(names))
