"""What a function's process holds between two invocations: its handlers, and whatever its modules keep."""

import gc
import sys
from collections.abc import Iterable
from pathlib import Path
from resource import getpagesize
from types import FunctionType, ModuleType
from typing import Any, Final

from saai_domain.testing.aws import InMemoryAws, InMemoryClient
from saai_support.functions import Functions

PACKAGES: Final = ("aws_lite", "saai_domain", "saai_events", "ws_gateway")
"""Of a function's zip and its layer."""
_ELSEWHERE: Final = (ModuleType, InMemoryAws, InMemoryClient)
"""What is reached from a process and isn't its own."""


def resident_bytes() -> int:
    """Return how much memory this process takes."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * getpagesize()


def size_of_processes(processes: Iterable[Functions]) -> int:
    """Return the bytes of everything that functions' handlers and modules refer to, each object once."""
    modules = [module for name, module in sys.modules.items() if _is_ours(name)]
    left: list[Any] = [vars(module) for module in modules]
    left += [handler for process in processes for handler in vars_of(process)]
    seen: set[int] = set()
    size = 0
    while left:
        thing = left.pop()
        if id(thing) in seen or isinstance(thing, _ELSEWHERE):
            continue
        seen.add(id(thing))
        size += sys.getsizeof(thing)
        left += _held_by(thing)
    return size


def vars_of(process: Functions) -> Iterable[Any]:
    """Return a process's handlers."""
    return process._handlers.values()


def _held_by(thing: Any) -> Iterable[Any]:
    if isinstance(thing, FunctionType):
        # Its globals are its module's, which is ours or isn't looked at.
        return (thing.__closure__ or (), thing.__defaults__ or (), vars(thing))
    if isinstance(thing, type) and not _is_ours(thing.__module__):
        return ()
    return gc.get_referents(thing)


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in PACKAGES and not name.startswith("saai_domain.testing")
