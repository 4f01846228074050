"""The table of functions agrees with the packages, and triggers are complete."""

from pathlib import Path

import pytest
from saai_infra.build.artifacts import REPOSITORY
from saai_infra.catalog import FUNCTION_NAMES, FUNCTIONS, PACKAGES, FunctionSpec

from tests.infra.recording import Graph


@pytest.mark.parametrize("spec", FUNCTIONS, ids=FUNCTION_NAMES)
def test_a_functions_handler_exists(spec: FunctionSpec) -> None:
    """Lambda would only find out at the first call."""
    package, module, handler = spec.handler.split(".")
    source = Path(REPOSITORY, "packages", package, package, f"{module}.py")
    assert source.is_file()
    assert f"\n{handler} = " in source.read_text(encoding="utf-8")


def test_functions_are_named_as_in_the_contract(dev: Graph) -> None:
    """docs/domain.md, "Names on AWS"."""
    assert {function.physical_name for function in dev.functions} == {f"saai-dev-{name}" for name in FUNCTION_NAMES}
    assert PACKAGES == ("ws_gateway", "saai_events")


@pytest.mark.parametrize("many", ["queue", "schedules", "failures_queue"])
def test_names_of_queues_and_rules_are_unique(many: str) -> None:
    """Each is the name of a resource."""
    names = {
        "queue": [spec.queue.name for spec in FUNCTIONS if spec.queue is not None],
        "schedules": [schedule.name for spec in FUNCTIONS for schedule in spec.schedules],
        "failures_queue": [spec.failures_queue for spec in FUNCTIONS if spec.failures_queue is not None],
    }[many]
    assert names
    assert len(names) == len(set(names))


def test_a_subscriber_needs_a_queue_for_its_failures() -> None:
    """What SNS can't deliver would otherwise be lost."""
    with pytest.raises(ValueError, match="GuardarNotificacion subscribes to alerts"):
        FunctionSpec(name="GuardarNotificacion", package="saai_events", subscribes_to_alerts=True, uses=lambda _: ())


def test_one_function_authorizes_and_no_route_has_two() -> None:
    """The program takes the first of each: there must be only one."""
    routes = [route for spec in FUNCTIONS for route in (*spec.websocket_routes, *spec.http_routes)]
    assert len(routes) == len(set(routes))
    assert [spec.name for spec in FUNCTIONS if spec.authorizes_connections] == ["AutorizarConexion"]
