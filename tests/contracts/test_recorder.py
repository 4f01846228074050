"""The examples of the OpenAPI document are what the handlers answer, and what the contracts say."""

from pathlib import Path

import pytest
from saai_contracts.published import examples, keep
from saai_contracts.reality import check_answer, check_body
from saai_contracts.recorder import record
from saai_contracts.routes import ROUTES

STALE = "run `make contracts` and commit what it writes"
ANSWERS = [
    (route, status, name)
    for route, answers in examples().items()
    for status, named in answers.items()
    for name in named
]


def test_the_examples_are_what_the_handlers_answer_today() -> None:
    """Each time the same: an example changes with the code only."""
    assert examples() == record(), STALE


def test_every_route_has_an_example_of_its_success() -> None:
    """And of a request that takes a body."""
    for route, contract in ROUTES.items():
        status = "201" if contract.created else "200"
        assert status in examples().get(route, {}), (
            f"add a request of {route} that succeeds to _REQUESTS in saai_contracts.recorder, and run `make contracts`"
        )
        (success,) = examples()[route][status].values()
        assert contract.body is None or "request" in success


@pytest.mark.parametrize(("route", "status", "name"), ANSWERS)
def test_every_example_holds_to_its_contract(route: str, status: str, name: str) -> None:
    """Its answer without a key that no contract names; what was answered as good was also asked well."""
    example = examples()[route][status][name]
    check_answer(route, int(status), example["answer"])
    if status.startswith("2") and ROUTES[route].body is not None:
        check_body(route, example["request"])


def test_examples_of_a_route_that_is_gone_go_too(tmp_path: Path) -> None:
    """Nobody reads an answer that is given no longer."""
    keep({"GET /gone": {}, "GET /ventas": {}}, tmp_path)
    keep({"GET /ventas": {}}, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["get-ventas.json"]
