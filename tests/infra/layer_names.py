"""What others use of the layer, and how it may be called: names stay, and take what they took.

Of the functions' own code (`golden/layer.txt`): Lambda switches a function's layer first and its code some seconds
later, and functions switch one by one, so for a moment the code that is deployed runs on the layer that is new. The
layer expands before it contracts: `make record` adds what is used, and a line is taken out by hand in a change that is
deployed after the one that stopped using it.

Of other services (`golden/public_api.txt`): what the modules' `__all__` name, for a whole major version
(docs/layer.md). `make record` adds what is new, and writes the list anew once the major version, its first line, was
raised.
"""

import ast
import importlib
import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, Final

import attrs
from saai_domain.component import Required, fields_of
from saai_infra.build.artifacts import LAYER_SOURCES, REPOSITORY, layer_version
from saai_infra.catalog import PACKAGES

_GOLDEN: Final = Path(__file__).with_name("golden")
GOLDEN: Final = _GOLDEN / "layer.txt"
PUBLIC_API: Final = _GOLDEN / "public_api.txt"
LAYER: Final = tuple(Path(source).name for source in LAYER_SOURCES)
_THIRD_PARTY: Final = frozenset({"saai_domain.pyjwt"})
"""Modules whose `__all__` hands on what is another library's."""
_MAJOR: Final = "# major version "


@attrs.frozen
class Name:
    """Something of the layer: where it is, and the parameters it takes, with those that have a default."""

    path: str
    """`module:Class.method`, or `module:NAME`."""
    parameters: Mapping[str, bool] | None = None
    """Whether each may be left out; None for what is not called."""

    def __str__(self) -> str:
        if self.parameters is None:
            return self.path
        shown = (f"{name}=" if optional else name for name, optional in self.parameters.items())
        return f"{self.path}({', '.join(shown)})"

    @classmethod
    def parse(cls, line: str) -> "Name":
        """Read a line of the list."""
        path, found, rest = line.partition("(")
        if not found:
            return cls(path)
        names = [name for name in rest.removesuffix(")").split(", ") if name]
        return cls(path, {name.removesuffix("="): name.endswith("=") for name in names})

    def breaks(self, now: "Name | None") -> str | None:
        """Why code that uses this would not run on what is there now; None where it would."""
        if now is None:
            return f"{self.path} is gone"
        if self.parameters is None or now.parameters is None:
            return None
        gone = [name for name in self.parameters if name not in now.parameters]
        asked = [name for name, optional in now.parameters.items() if not optional and self.parameters.get(name, True)]
        if gone or asked:
            return f"{self.path} no longer takes {gone}" if gone else f"{self.path} now asks for {asked}"
        return None


def used() -> dict[str, Name]:
    """What the code of today imports of the layer, with the methods of its classes."""
    found: dict[str, Name] = {}
    for package in PACKAGES:
        for file in sorted(REPOSITORY.glob(f"packages/{package}/{package}/**/*.py")):
            for module, name in _imported(file):
                found |= {each.path: each for each in _described(module, name)}
    return found


def recorded() -> dict[str, Name]:
    """What deployed code may use."""
    return _read(GOLDEN)


def modules() -> Iterator[str]:
    """Every module of the layer's packages, also those for tests, which the wheels hold and the layer does not."""
    for source in LAYER_SOURCES:
        package = REPOSITORY / source
        for file in sorted(package.rglob("*.py")):
            parts = file.relative_to(package.parent).with_suffix("").parts
            yield ".".join(parts).removesuffix(".__init__")


def public_names(module: str) -> Sequence[str] | None:
    """What a module's `__all__` names; None where it has none."""
    return vars(importlib.import_module(module)).get("__all__")


def public_api() -> dict[str, Name]:
    """What other services may use."""
    found: dict[str, Name] = {}
    for module in modules():
        if module not in _THIRD_PARTY:
            for name in public_names(module) or ():
                found |= {each.path: each for each in _described(module, name)}
    return found


def recorded_api() -> tuple[str, dict[str, Name]]:
    """The major version that the list is of, and what other services may use for as long as it lasts."""
    return _read_major(), _read(PUBLIC_API)


def major() -> str:
    """The major version of `saai_domain`."""
    return layer_version().partition(".")[0]


def there(path: str) -> Name | None:
    """What stands under a recorded path now."""
    module, _, name = path.partition(":")
    try:
        described = {each.path: each for each in _described(module, name.partition(".")[0])}
    except (ImportError, AttributeError):
        return None
    return described.get(path)


def _imported(file: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] in LAYER:
            for alias in node.names:
                yield node.module, alias.name


def _described(module: str, name: str) -> Iterator[Name]:
    holder = importlib.import_module(module)
    value: Any = getattr(holder, name, None)
    if value is None:
        # What only type checkers see is not there at run time; the rest is a module of a package.
        if hasattr(holder, "__path__"):
            importlib.import_module(f"{module}.{name}")
            yield Name(f"{module}:{name}")
        return
    yield Name(f"{module}:{name}", _parameters(value))
    if inspect.isclass(value):
        if issubclass(value, Enum):
            yield from (Name(f"{module}:{name}.{member}") for member in value.__members__)
        for method, _ in inspect.getmembers(value, inspect.isroutine):
            if not method.startswith("_") and method in vars(value) and method not in (_fields(value) or {}):
                yield Name(f"{module}:{name}.{method}", _parameters(getattr(value, method)))


def _parameters(value: Any) -> Mapping[str, bool] | None:
    if not callable(value) or (inspect.isclass(value) and issubclass(value, Enum)):
        return None
    if (fields := _fields(value)) is not None:
        return {name: not isinstance(default, Required) for name, default in fields.items()}
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return None
    return {
        name: parameter.default is not inspect.Parameter.empty or parameter.kind.name.startswith("VAR_")
        for name, parameter in signature.parameters.items()
    }


def _fields(value: Any) -> Mapping[str, object] | None:
    """A component's fields with their defaults; None for anything else."""
    try:
        return fields_of(value)
    except TypeError:
        return None


def _read(file: Path) -> dict[str, Name]:
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return {name.path: name for name in map(Name.parse, lines) if not name.path.startswith(_MAJOR)}


def _read_major() -> str:
    first = PUBLIC_API.read_text(encoding="utf-8").partition("\n")[0] if PUBLIC_API.is_file() else ""
    return first.removeprefix(_MAJOR)


def record_used() -> Iterator[str]:
    """Record what is used and was not before; tell what was added, and what is missing (`!`)."""
    before, now = recorded(), used()
    yield from _added("layer", before, now)
    GOLDEN.write_text(_text({**now, **before}), encoding="utf-8")
    yield from (f"! layer {problem}" for path, name in before.items() if (problem := name.breaks(there(path))))


def record_public_api() -> Iterator[str]:
    """The same of the public API, which a new major version begins anew."""
    version, listed = recorded_api()
    before = listed if version == major() else dict[str, Name]()
    now = public_api()
    yield from _added("public API", before, now)
    PUBLIC_API.write_text(f"{_MAJOR}{major()}\n{_text(promised(before, now))}", encoding="utf-8")
    yield from (f"! public API {problem}" for path, name in before.items() if (problem := name.breaks(now.get(path))))


def promised(before: Mapping[str, Name], now: Mapping[str, Name]) -> dict[str, Name]:
    """What stands in the list from here on: all that did, and what there is besides.

    A name that takes more than it took is promised as it is now; a broken promise stays as it was, and fails.
    """
    broken = {path: name for path, name in before.items() if name.breaks(now.get(path))}
    return {**now, **broken}


def _added(what: str, before: Mapping[str, Name], now: Mapping[str, Name]) -> Iterator[str]:
    yield from (f"+ {what} {name}" for path, name in sorted(now.items()) if path not in before)


def _text(names: Mapping[str, Name]) -> str:
    return "".join(f"{name}\n" for name in sorted(map(str, names.values())))


def main() -> int:
    """Record both lists."""
    lines = [*record_used(), *record_public_api()]
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 1 if any(line.startswith("!") for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
