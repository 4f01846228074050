"""What must be there before what, from the engine's own events of a first `up`."""

import pytest

from tests.engine.events import Run, Step

ORDERS = [
    # A function that runs before its policy is attached fails with AccessDenied.
    ("rolePolicy:RolePolicy", "function:Function"),
    ("role:Role", "rolePolicy:RolePolicy"),
    # Lambda would make a log group of its own, without a retention.
    ("logGroup:LogGroup", "function:Function"),
]
"""Of one name: each function's own."""


def created(run: Run, type_: str, under: str = "") -> list[Step]:
    """The creations of a type, below a component where one is named."""
    found = [
        step
        for step in run.steps
        if step.operation == "create" and step.type.endswith(f"/{type_}") and under in step.urn
    ]
    assert found, f"nothing of {type_} was created"
    return found


@pytest.mark.parametrize(("first", "then"), ORDERS)
def test_what_a_function_needs_is_done_before_it_begins(first_run: Run, first: str, then: str) -> None:
    """Each of its own."""
    needed = {step.urn.split("::")[-1]: step for step in created(first_run, first, "PythonFunction$")}
    for step in created(first_run, then, "PythonFunction$"):
        assert precedes(needed[step.name], step)


def precedes(first: Step, then: Step) -> bool:
    """Whether one was done before the other began."""
    return first.done is not None and first.done < then.began


@pytest.mark.parametrize(
    ("first", "then", "under"),
    [
        ("layerVersion:LayerVersion", "function:Function", ""),
        # A stage deploys itself: what it serves is whole from the first deployment on.
        ("route:Route", "stage:Stage", "WebSocketRoutes$"),
        ("routeResponse:RouteResponse", "stage:Stage", "WebSocketRoutes$"),
        ("permission:Permission", "stage:Stage", "WebSocketRoutes$"),
        ("route:Route", "stage:Stage", "HttpApi$"),
        ("permission:Permission", "stage:Stage", "HttpApi$"),
        ("permission:Permission", "eventTarget:EventTarget", "Schedule$"),
        ("permission:Permission", "topicSubscription:TopicSubscription", "AlertsSubscription$"),
        ("queuePolicy:QueuePolicy", "topicSubscription:TopicSubscription", ""),
        ("function:Function", "eventSourceMapping:EventSourceMapping", ""),
        ("function:Function", "functionEventInvokeConfig:FunctionEventInvokeConfig", ""),
        ("topic:Topic", "metricAlarm:MetricAlarm", "Alarms$"),
    ],
)
def test_all_of_one_kind_is_done_before_the_other_begins(first_run: Run, first: str, then: str, under: str) -> None:
    """Where each needs one of the first kind, and the rest comes earlier anyway."""
    needed = _needed(first_run, first, then, under)
    for step in created(first_run, then, under):
        assert all(precedes(one, step) for one in needed(step))


def _needed(run: Run, first: str, then: str, under: str):  # noqa: ANN202
    candidates = created(run, first, under)

    def of(step: Step) -> list[Step]:
        same = [one for one in candidates if one.name.endswith(step.name)]
        # One for each where names tell, all of them where one waits for all.
        return same if same and then not in {"stage:Stage"} else candidates

    return of


@pytest.mark.parametrize("component", ["WebSocketRoutes$", "HttpApi$"])
def test_a_route_comes_after_its_permission(first_run: Run, component: str) -> None:
    """It is served at once where the stage exists already."""
    permissions = {step.name.split("-", 1)[1]: step for step in created(first_run, "permission:Permission", component)}
    for route in created(first_run, "route:Route", component):
        assert precedes(permissions[logical(route.name)], route)


def logical(key: str) -> str:
    """What the permission's name makes of a route's key."""
    return key.replace(" /", "-").replace("$", "").split("-", 0)[0]
