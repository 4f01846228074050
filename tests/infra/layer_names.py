"""What the functions' code uses of the layer, and how it may be called.

Lambda switches a function's layer first and its code some seconds later, and functions switch one by one: for a moment
the code that is deployed runs on the layer that is new. So the layer expands before it contracts: a name stays, and
takes what it took, until no deployed code uses it. `golden/layer.txt` has what deployed code may use; `make record`
adds to it, and a line is taken out by hand in a change that is deployed after the one that stopped using it.
"""

import ast
import importlib
import inspect
import sys
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, Final

import attrs
from saai_infra.build.artifacts import LAYER_SOURCES, REPOSITORY
from saai_infra.catalog import PACKAGES

GOLDEN: Final = Path(__file__).with_name("golden") / "layer.txt"
LAYER: Final = tuple(Path(source).name for source in LAYER_SOURCES)


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
    lines = GOLDEN.read_text(encoding="utf-8").splitlines() if GOLDEN.is_file() else []
    return {name.path: name for name in map(Name.parse, lines)}


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
        for method, _ in inspect.getmembers(value, inspect.isroutine):
            if not method.startswith("_") and method in vars(value):
                yield Name(f"{module}:{name}.{method}", _parameters(getattr(value, method)))


def _parameters(value: Any) -> Mapping[str, bool] | None:
    if not callable(value) or (inspect.isclass(value) and issubclass(value, Enum)):
        return None
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return None
    return {
        name: parameter.default is not inspect.Parameter.empty or parameter.kind.name.startswith("VAR_")
        for name, parameter in signature.parameters.items()
    }


def main() -> int:
    """Record what is used and was not before."""
    before, now = recorded(), used()
    added = [name for path, name in now.items() if path not in before]
    GOLDEN.write_text("".join(f"{name}\n" for name in sorted(map(str, (*before.values(), *added)))), encoding="utf-8")
    broken = [problem for path, name in before.items() if (problem := name.breaks(there(path)))]
    sys.stdout.writelines([*(f"+ layer {name}\n" for name in added), *(f"! layer {problem}\n" for problem in broken)])
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
