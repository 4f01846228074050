"""What a client can reach is what the program says, after one `up`."""

import attrs
import pytest
from saai_infra import stack
from saai_infra.function_spec import FunctionSpec

from tests.engine.scenarios.conftest import refusals
from tests.engine.stage import Stage, differences
from tests.engine.world.apigatewayv2 import served_routes


def added(routes: tuple[str, ...], new: str) -> tuple[str, ...]:
    return (*routes, new) if routes else routes


def changed(spec: FunctionSpec, *, how: str) -> FunctionSpec:
    """The function with a WebSocket or HTTP route more, less, or of another name."""
    if spec.name not in {"OnMessage", "ConsultarTienda"}:
        return spec
    websocket, http = spec.websocket_routes, spec.http_routes
    match how:
        case "added":
            websocket, http = added(websocket, "saludar"), added(http, "GET /tienda")
        case "renamed":
            websocket = tuple("latir" if route == "ping" else route for route in websocket)
            http = tuple(route.replace("GET /productos", "GET /articulos") for route in http)
        case "removed":
            websocket = tuple(route for route in websocket if route != "ping")
            http = tuple(route for route in http if route != "GET /productos")
    return attrs.evolve(spec, websocket_routes=websocket, http_routes=http)


@pytest.mark.parametrize("how", ["added", "renamed", "removed"])
def test_clients_reach_what_the_program_says(dev: Stage, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """A route that is gone from the program is gone for clients, though the engine deletes it last."""
    before = served_routes(dev.world, "saai-websocket-dev"), served_routes(dev.world, "saai-http-dev")
    refused = refusals(dev)
    functions = tuple(changed(spec, how=how) for spec in stack.FUNCTIONS)
    monkeypatch.setattr(stack, "FUNCTIONS", functions)

    dev.up()

    after = served_routes(dev.world, "saai-websocket-dev"), served_routes(dev.world, "saai-http-dev")
    assert after == (
        {route for spec in functions for route in spec.websocket_routes},
        {route for spec in functions for route in spec.http_routes},
    )
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert refused == set()
    assert differences(dev.world, dev) == set()
    assert dev.up().changes() == set()


def test_a_removed_route_goes_before_its_permission(dev: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or it would answer 500 for a moment."""
    functions = tuple(changed(spec, how="removed") for spec in stack.FUNCTIONS)
    monkeypatch.setattr(stack, "FUNCTIONS", functions)

    run = dev.up()

    routes = [step for step in run.steps if step.type.endswith("route:Route") and step.operation == "delete"]
    permissions = [
        step for step in run.steps if step.type.endswith("permission:Permission") and step.operation == "delete"
    ]
    assert len(routes) == len(permissions) == 2
    by_name = {step.name: step for step in routes}
    for permission in permissions:
        route = by_name[permission.name]
        assert route.done is not None
        assert route.done < permission.began
