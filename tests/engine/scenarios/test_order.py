"""What must be there before what, from the engine's own events of a first `up`."""

from collections.abc import Mapping

import pytest
from saai_infra.catalog import FUNCTIONS

from tests.engine.events import Run, Step

ROUTES = "WebSocketRoutes$"
HTTP = "HttpApi$"
FUNCTION = "PythonFunction$"
WORKERS = {spec.queue.name: spec.name for spec in FUNCTIONS if spec.queue is not None}


def created(run: Run, type_: str, under: str) -> Mapping[str, Step]:
    """The creations of a type below a component, by logical name."""
    found = {
        step.name: step
        for step in run.steps
        if step.operation == "create" and step.type.endswith(f"/{type_}") and under in step.urn
    }
    assert found, f"nothing of {type_} was created below {under}"
    return found


def precedes(first: Step, then: Step) -> bool:
    """Whether one was done before the other began."""
    return first.done is not None and first.done < then.began


@pytest.mark.parametrize(
    ("first", "then", "under"),
    [
        ("role:Role", "rolePolicy:RolePolicy", FUNCTION),
        # A function that runs before its policy is attached fails with AccessDenied.
        ("rolePolicy:RolePolicy", "function:Function", FUNCTION),
        # Lambda would make a log group of its own, without a retention.
        ("logGroup:LogGroup", "function:Function", FUNCTION),
        # A route of a stage that exists is served at once, and would answer 500.
        ("permission:Permission", "route:Route", ROUTES),
        ("permission:Permission", "route:Route", HTTP),
        # A rule calls as soon as it has a target.
        ("permission:Permission", "eventTarget:EventTarget", "Schedule$"),
    ],
)
def test_each_has_what_it_needs_of_the_same_name(first_run: Run, first: str, then: str, under: str) -> None:
    """A function's own policy, a route's own permission."""
    needed = created(first_run, first, under)
    for name, step in created(first_run, then, under).items():
        assert precedes(needed[name], step), name


@pytest.mark.parametrize(
    ("first", "then", "under", "then_under"),
    [
        ("layerVersion:LayerVersion", "function:Function", "DomainLayer$", FUNCTION),
        # A stage deploys itself: what it serves is whole from the first deployment on.
        ("route:Route", "stage:Stage", ROUTES, ROUTES),
        ("routeResponse:RouteResponse", "stage:Stage", ROUTES, ROUTES),
        ("permission:Permission", "stage:Stage", ROUTES, ROUTES),
        ("route:Route", "stage:Stage", HTTP, HTTP),
        ("permission:Permission", "topicSubscription:TopicSubscription", "AlertsSubscription$", "AlertsSubscription$"),
        # What SNS can't deliver has a place to go from the first notice on.
        ("queuePolicy:QueuePolicy", "topicSubscription:TopicSubscription", "FailuresQueue$", "AlertsSubscription$"),
        ("topic:Topic", "metricAlarm:MetricAlarm", "Alarms$", "Alarms$"),
    ],
)
def test_every_one_waits_for_all(first_run: Run, first: str, then: str, under: str, then_under: str) -> None:
    """Each of the second kind needs every one of the first."""
    for step in created(first_run, then, then_under).values():
        for name, needed in created(first_run, first, under).items():
            assert precedes(needed, step), name


@pytest.mark.parametrize("queue", sorted(WORKERS))
def test_a_worker_may_take_from_its_queue_before_lambda_is_asked_to(first_run: Run, queue: str) -> None:
    """Lambda looks at the function's rights when it makes the mapping."""
    mapping = created(first_run, "eventSourceMapping:EventSourceMapping", "QueueConsumer$")[queue]
    assert precedes(created(first_run, "rolePolicy:RolePolicy", FUNCTION)[WORKERS[queue]], mapping)
    assert precedes(created(first_run, "function:Function", FUNCTION)[WORKERS[queue]], mapping)


@pytest.mark.parametrize("function", [spec.name for spec in FUNCTIONS if spec.failures_queue is not None])
def test_a_function_may_send_what_failed_before_lambda_is_told_where(first_run: Run, function: str) -> None:
    """Lambda looks at the function's rights when it takes the destination."""
    config = created(first_run, "functionEventInvokeConfig:FunctionEventInvokeConfig", "FailureDestination$")[function]
    assert precedes(created(first_run, "rolePolicy:RolePolicy", FUNCTION)[function], config)
