"""The layer of today runs the code that is deployed, and keeps what it promises to other services."""

import ast
import importlib
import inspect

import pytest

from tests.infra.layer_names import (
    Name,
    major,
    modules,
    promised,
    public_api,
    public_names,
    recorded,
    recorded_api,
    there,
    used,
)


@pytest.mark.parametrize("path", sorted(recorded()))
def test_deployed_code_runs_on_this_layer(path: str) -> None:
    """Keep an old name beside the new one until the change is deployed; then take its line out of the list."""
    assert recorded()[path].breaks(there(path)) is None


def test_what_the_functions_use_is_recorded() -> None:
    """Or its later removal would go unnoticed."""
    assert sorted(used().keys() - recorded().keys()) == [], "run `make record`"


def test_the_public_api_keeps_its_promise() -> None:
    """Another service's code, written for this major version, runs on today's layer."""
    now, (_, before) = public_api(), recorded_api()
    problems = [problem for path, name in before.items() if (problem := name.breaks(now.get(path)))]
    assert problems == [], (
        "keep what was there beside what is new; or, if others must change their code, raise the major version in "
        "packages/domain/pyproject.toml, say in CHANGELOG.md what they do, and run `make record` (docs/layer.md)"
    )


def test_the_public_api_is_recorded() -> None:
    """Or its later removal would go unnoticed."""
    version, before = recorded_api()
    assert version == major(), "the major version was raised: run `make record`"
    assert sorted(public_api().keys() - before.keys()) == [], "run `make record`, or leave them out of `__all__`"


PACKAGES = [name for name in modules() if hasattr(importlib.import_module(name), "__path__")]


@pytest.mark.parametrize("module", [name for name in modules() if name not in PACKAGES])
def test_a_module_says_what_is_public(module: str) -> None:
    """Nothing, where only this repository's own code uses it."""
    assert public_names(module) is not None, f"add `__all__` to {module}: what other services may use of it, or `[]`"


@pytest.mark.parametrize("package", [name for name in PACKAGES if name.startswith("saai_domain")])
def test_a_package_of_the_domain_imports_nothing(package: str) -> None:
    """A cold start pays for the modules that a function names, and for no other."""
    source = inspect.getsource(importlib.import_module(package))
    assert [type(statement).__name__ for statement in ast.parse(source).body] == ["Expr"]


@pytest.mark.parametrize(
    ("before", "now", "problem"),
    [
        ("m:f(a)", None, "m:f is gone"),
        ("m:f(a)", "m:f(b)", "m:f no longer takes ['a']"),
        ("m:f(a)", "m:f(a, b)", "m:f now asks for ['b']"),
        ("m:f(a=)", "m:f(a)", "m:f now asks for ['a']"),
        ("m:f(a)", "m:f(a, b=)", None),
        ("m:f(a)", "m:f(a=)", None),
        ("m:F", "m:F", None),
    ],
)
def test_what_breaks_code(before: str, now: str | None, problem: str | None) -> None:
    """A name that is gone, a parameter that is gone, one more that must be given."""
    assert Name.parse(before).breaks((now and Name.parse(now)) or None) == problem


def test_a_promise_grows_and_does_not_shrink() -> None:
    """What is taken besides is promised from then on; what is gone stays in the list, and fails."""
    before = {name.path: name for name in map(Name.parse, ["m:gone(a)", "m:grown(a)", "m:narrowed(a=)"])}
    now = {name.path: name for name in map(Name.parse, ["m:grown(a, b=)", "m:narrowed(a)", "m:new()"])}
    assert sorted(map(str, promised(before, now).values())) == [
        "m:gone(a)",
        "m:grown(a, b=)",
        "m:narrowed(a=)",
        "m:new()",
    ]


@pytest.mark.parametrize("line", ["m:NAME", "m:f()", "m:C.method(self, a, b=)"])
def test_a_line_is_read_as_it_was_written(line: str) -> None:
    """Both ways."""
    assert str(Name.parse(line)) == line
