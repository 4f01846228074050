"""DespacharTiendas: a message for every active store, in the queue of the task."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from botocore.exceptions import ClientError
from saai_domain.aws.clients import AwsClients
from saai_domain.aws.dynamodb import serialize
from saai_domain.errors import InvalidInput
from saai_events import despachar_tiendas
from saai_support.aws_tables import dynamodb_with

ENVIRONMENT = {
    "TIENDAS_TABLE": "tiendas",
    "ANALITICA_QUEUE_URL": "analitica",
    "ANALITICA_MESSAGES_A_SECOND": "2",
    "PREDICCIONES_QUEUE_URL": "predicciones",
}


@attrs.define
class FakeSqs:
    """Takes batches, or fails."""

    error: Exception | None = None
    sent: dict[str, list[str]] = attrs.field(factory=dict)
    """Stores by queue."""
    delays: list[int] = attrs.field(factory=list)
    """After how many seconds each message becomes visible."""

    def send_message_batch(self, *, QueueUrl: str, Entries: Any) -> Any:  # noqa: N803 - SQS's names
        if self.error:
            raise self.error
        bodies = [json.loads(entry["MessageBody"]) for entry in Entries]
        self.delays.extend(entry["DelaySeconds"] for entry in Entries)
        self.sent.setdefault(QueueUrl, []).extend(body["tenant_id"] for body in bodies)
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}


@pytest.fixture
def tiendas() -> Iterator[Any]:
    with dynamodb_with("tiendas") as client:
        yield client


@pytest.fixture
def sqs() -> FakeSqs:
    return FakeSqs()


@pytest.fixture
def dispatch(tiendas: Any, sqs: FakeSqs) -> Callable[..., Any]:
    """Call the function as a rule does."""
    handle = despachar_tiendas.build(ENVIRONMENT, AwsClients({"dynamodb": tiendas, "sqs": sqs}.__getitem__))
    return lambda event: handle(event, None)  # type: ignore[arg-type]


def _opened(tiendas: Any, code: str, estado: str = "ACTIVA", tenant: str = "SAAI") -> None:
    item = {"tenant_id": tenant, "entity_id": code, "data": {"codigo_tienda": code, "estado": estado}}
    tiendas.put_item(TableName="tiendas", Item=serialize(item))


@pytest.mark.parametrize("tarea", ["analitica", "predicciones"])
def test_each_active_store_gets_a_message_in_the_tasks_queue(
    dispatch: Any, tiendas: Any, sqs: FakeSqs, tarea: str
) -> None:
    """Suspended and deleted ones don't, nor does a row of another tenant."""
    _opened(tiendas, "T001")
    _opened(tiendas, "T002", "SUSPENDIDA")
    _opened(tiendas, "T003", "ELIMINADA")
    _opened(tiendas, "T1004")
    _opened(tiendas, "T005", tenant="T005")
    assert dispatch({"tarea": tarea}) == {"tarea": tarea, "tiendas": 2}
    assert sqs.sent == {tarea: ["T001", "T1004"]}


@pytest.mark.parametrize(("tarea", "delays"), [("analitica", [0, 0, 1, 1, 2]), ("predicciones", [0, 0, 0, 0, 0])])
def test_the_analytics_are_spread_at_the_workers_pace(
    dispatch: Any, tiendas: Any, sqs: FakeSqs, tarea: str, delays: list[int]
) -> None:
    """Two stores a second here, so that refreshes after sales find their place; nobody waits for a night's forecasts."""
    for number in range(1, 6):
        _opened(tiendas, f"T{number:03d}")
    dispatch({"tarea": tarea})
    assert sqs.delays == delays


def test_all_pages_of_the_stores_are_read(dispatch: Any, tiendas: Any, sqs: FakeSqs) -> None:
    """A page of DynamoDB may even be empty, when all its stores are filtered out."""

    def small_pages(params: dict[str, Any], **_: Any) -> dict[str, Any]:
        return params | {"Limit": 2}

    tiendas.meta.events.register("provide-client-params.dynamodb.Query", small_pages)
    for number in range(1, 10):
        _opened(tiendas, f"T{number:03d}", "SUSPENDIDA" if number in {3, 4} else "ACTIVA")
    dispatch({"tarea": "analitica"})
    assert sqs.sent["analitica"] == ["T001", "T002", "T005", "T006", "T007", "T008", "T009"]


def test_a_row_that_is_no_stores_is_passed_over(
    dispatch: Any, tiendas: Any, sqs: FakeSqs, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is counted, and keeps no store from its message."""
    _opened(tiendas, "borrador")
    _opened(tiendas, "T001")
    dispatch({"tarea": "analitica"})
    assert sqs.sent == {"analitica": ["T001"]}
    line = json.loads(capsys.readouterr().out)
    assert (line["StoresDispatched"], line["StoresUnreadable"], line["odd"]) == (1, 1, ["borrador"])


@pytest.mark.parametrize("event", [{}, {"tarea": "otra"}, {"tarea": None}, {"tarea": ["analitica"]}])
def test_an_unknown_task_fails_aloud(
    dispatch: Any, sqs: FakeSqs, capsys: pytest.CaptureFixture[str], event: Any
) -> None:
    """A rule that says something else is a mistake of the deployment, which the alarm must tell."""
    with pytest.raises(InvalidInput):
        dispatch(event)
    assert json.loads(capsys.readouterr().out)["DispatchFailed"] == 1
    assert sqs.sent == {}


def test_a_queue_that_fails_fails_the_schedule(dispatch: Any, tiendas: Any, sqs: FakeSqs) -> None:
    """Lambda tries an asynchronous call again."""
    _opened(tiendas, "T001")
    sqs.error = ClientError({"Error": {"Code": "AWS.SimpleQueueService.NonExistentQueue"}}, "SendMessageBatch")
    with pytest.raises(ClientError):
        dispatch({"tarea": "analitica"})
