"""DespacharTiendas: a message for every active store, in the queue of the task."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from saai_domain.aws.dynamodb import serialize
from saai_domain.errors import InvalidInput
from saai_domain.testing.aws import InMemoryAws
from saai_support.functions import ENVIRONMENT, QUEUES, Functions
from saai_support.payloads import payload


@pytest.fixture
def dispatch(functions: Functions) -> Callable[..., Any]:
    """Call the function as a rule does, with its constant input."""

    def call(tarea: str) -> Any:
        return functions.call("DespacharTiendas", payload("schedule_with_input", tarea=tarea))

    return call


def _sent(aws: InMemoryAws) -> dict[str, list[str]]:
    """The stores in each queue."""
    return {
        name: [json.loads(body)["tenant_id"] for body in aws.sqs.bodies(url)]
        for name, url in QUEUES.items()
        if url in aws.sqs.queues
    }


def _opened(aws: InMemoryAws, code: str, estado: str = "ACTIVA", tenant: str = "SAAI") -> None:
    item = {"tenant_id": tenant, "entity_id": code, "data": {"codigo_tienda": code, "estado": estado}}
    aws.dynamodb.put_item(TableName="tiendas", Item=serialize(item))


@pytest.mark.parametrize("tarea", ["analitica", "predicciones"])
def test_each_active_store_gets_a_message_in_the_tasks_queue(dispatch: Any, aws: InMemoryAws, tarea: str) -> None:
    """Suspended and deleted ones don't, nor does a row of another tenant."""
    _opened(aws, "T001")
    _opened(aws, "T002", "SUSPENDIDA")
    _opened(aws, "T003", "ELIMINADA")
    _opened(aws, "T1004")
    _opened(aws, "T005", tenant="T005")
    assert dispatch(tarea) == {"tarea": tarea, "tiendas": 2}
    assert _sent(aws) == {tarea: ["T001", "T1004"]}


@pytest.mark.parametrize(("tarea", "delays"), [("analitica", [0, 0, 1, 1, 2]), ("predicciones", [0, 0, 0, 0, 0])])
def test_the_analytics_are_spread_at_the_workers_pace(aws: InMemoryAws, tarea: str, delays: list[int]) -> None:
    """Two stores a second here, so that refreshes after sales find their place; a night has time."""
    for number in range(1, 6):
        _opened(aws, f"T{number:03d}")
    functions = Functions(aws, environment={**ENVIRONMENT, "ANALITICA_MESSAGES_A_SECOND": "2"})
    functions.call("DespacharTiendas", payload("schedule_with_input", tarea=tarea))
    assert [message.delay for message in aws.sqs.queues[QUEUES[tarea]]] == delays


def test_all_pages_of_the_stores_are_read(dispatch: Any, aws: InMemoryAws) -> None:
    """A page of DynamoDB may even be empty, when all its stores are filtered out."""
    aws.dynamodb.page_size = 2
    for number in range(1, 10):
        _opened(aws, f"T{number:03d}", "SUSPENDIDA" if number in {3, 4} else "ACTIVA")
    dispatch("analitica")
    assert _sent(aws)["analitica"] == ["T001", "T002", "T005", "T006", "T007", "T008", "T009"]


def test_a_row_that_is_no_stores_is_passed_over(
    dispatch: Any, aws: InMemoryAws, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is counted, and keeps no store from its message."""
    _opened(aws, "borrador")
    _opened(aws, "T001")
    dispatch("analitica")
    assert _sent(aws) == {"analitica": ["T001"]}
    line = json.loads(capsys.readouterr().out)
    assert (line["StoresDispatched"], line["StoresUnreadable"], line["unreadable"]) == (1, 1, ["borrador"])


@pytest.mark.parametrize("event", [payload("schedule"), {"tarea": "otra"}, {"tarea": None}, {"tarea": ["analitica"]}])
def test_an_unknown_task_fails_aloud(
    functions: Functions, aws: InMemoryAws, capsys: pytest.CaptureFixture[str], event: Any
) -> None:
    """A rule that says something else is a mistake of the deployment, which the alarm must tell."""
    with pytest.raises(InvalidInput):
        functions.call("DespacharTiendas", event)
    assert json.loads(capsys.readouterr().out)["DispatchFailed"] == 1
    assert _sent(aws) == {}


def test_a_queue_that_fails_fails_the_schedule(dispatch: Any, aws: InMemoryAws) -> None:
    """Lambda tries an asynchronous call again."""
    _opened(aws, "T001")
    missing = ClientError({"Error": {"Code": "AWS.SimpleQueueService.NonExistentQueue"}}, "SendMessageBatch")
    with aws.failing("sqs", missing), pytest.raises(ClientError):
        dispatch("analitica")
