"""Queues of work with their dead letters, and queues of what failed for good."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.infra.conftest import Runner, stage_config
from tests.infra.recording import ACCOUNT, REGION, Graph, Resource

FAILURES = {"analitica-fallidos", "predicciones-fallidos", "eventos-fallidos", "notificaciones-fallidas"}
WORK = {"analitica", "predicciones"}


def queues(graph: Graph) -> Mapping[str, Resource]:
    """The queues of the stage `dev`, by what comes after its name."""
    return {queue.physical_name.removeprefix("saai-dev-"): queue for queue in graph.of_type("sqs/queue:Queue")}


def arn(queue: str) -> str:
    """The ARN of a queue of the stage `dev`."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:saai-dev-{queue}"


def test_there_are_exactly_these_queues(dev: Graph) -> None:
    """One of work for each worker, with its dead letters, and one for each function whose failed calls are kept."""
    assert set(queues(dev)) == WORK | FAILURES


def test_every_queue_is_encrypted(dev: Graph) -> None:
    """With SQS's own key, which costs nothing and asks for no further right."""
    assert all(queue.inputs["sqsManagedSseEnabled"] is True for queue in queues(dev).values())


@pytest.mark.parametrize("name", sorted(FAILURES))
def test_what_failed_waits_for_two_weeks(dev: Graph, name: str) -> None:
    """The longest that SQS keeps a message; nothing takes it from there by itself."""
    assert queues(dev)[name].inputs["messageRetentionSeconds"] == 14 * 24 * 3600
    assert "redrivePolicy" not in queues(dev)[name].inputs


@pytest.mark.parametrize("name", sorted(WORK))
def test_work_that_fails_five_times_goes_to_the_dead_letters(dev: Graph, name: str) -> None:
    """Fewer, and throttles alone could send it there (AWS Lambda developer guide)."""
    policy = json.loads(queues(dev)[name].inputs["redrivePolicy"])
    assert policy == {"deadLetterTargetArn": arn(f"{name}-fallidos"), "maxReceiveCount": 5}


def mapping(graph: Graph, queue: str) -> Mapping[str, Any]:
    """How Lambda takes from a queue."""
    (found,) = (
        mapping
        for mapping in graph.of_type("lambda/eventSourceMapping:EventSourceMapping")
        if mapping.inputs["eventSourceArn"] == arn(queue)
    )
    return found.inputs


@pytest.mark.parametrize(
    ("queue", "worker", "batch", "concurrency"),
    [("analitica", "ActualizarAnalitica", 5, 10), ("predicciones", "PrediccionDemanda", 1, 3)],
)
def test_a_worker_takes_from_its_queue(dev: Graph, queue: str, worker: str, batch: int, concurrency: int) -> None:
    """It answers which messages of a batch failed, and never has more calls at a time than its share."""
    inputs = mapping(dev, queue)
    assert inputs["functionName"] == f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:saai-dev-{worker}"
    assert inputs["functionResponseTypes"] == ["ReportBatchItemFailures"]
    assert inputs["batchSize"] == batch
    assert inputs["scalingConfig"] == {"maximumConcurrency": concurrency}


@pytest.mark.parametrize(
    ("queue", "worker"), [("analitica", "ActualizarAnalitica"), ("predicciones", "PrediccionDemanda")]
)
def test_a_message_stays_hidden_for_six_times_the_workers_timeout(dev: Graph, queue: str, worker: str) -> None:
    """So that Lambda can try again after a throttle (AWS Lambda developer guide)."""
    timeout = dev.function(worker).inputs["timeout"]
    assert queues(dev)[queue].inputs["visibilityTimeoutSeconds"] >= 6 * timeout


@pytest.mark.parametrize("calls", [2, 50])
def test_the_schedule_fills_the_queue_at_the_workers_pace(run: Runner, calls: int) -> None:
    """Half of what they do: refreshes after sales find their place, whatever the account has."""
    graph = run(stage_config("dev", maximum_concurrency={"analitica": calls}))
    variables = graph.function("DespacharTiendas").inputs["environment"]["variables"]
    assert variables["ANALITICA_MESSAGES_A_SECOND"] == str(calls)


def test_workers_may_have_more_of_a_larger_account(run: Runner) -> None:
    """The table's value holds for every queue that the configuration does not name."""
    graph = run(stage_config("dev", maximum_concurrency={"analitica": 50}))
    assert mapping(graph, "analitica")["scalingConfig"] == {"maximumConcurrency": 50}
    assert mapping(graph, "predicciones")["scalingConfig"] == {"maximumConcurrency": 3}
