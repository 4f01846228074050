"""The layer of today runs the code that is deployed: it expands before it contracts."""

import pytest

from tests.infra.layer_names import Name, recorded, there, used


@pytest.mark.parametrize("path", sorted(recorded()))
def test_deployed_code_runs_on_this_layer(path: str) -> None:
    """Keep an old name beside the new one until the change is deployed; then take its line out of the list."""
    assert recorded()[path].breaks(there(path)) is None


def test_what_the_functions_use_is_recorded() -> None:
    """Or its later removal would go unnoticed: run `make record`."""
    assert used().keys() - recorded().keys() == set()


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


@pytest.mark.parametrize("line", ["m:NAME", "m:f()", "m:C.method(self, a, b=)"])
def test_a_line_is_read_as_it_was_written(line: str) -> None:
    """Both ways."""
    assert str(Name.parse(line)) == line
