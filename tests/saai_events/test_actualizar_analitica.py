"""ActualizarAnalitica: a batch of messages, each a store, and what becomes of those that fail."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from saai_domain.aws.dynamodb import serialize
from saai_domain.testing.aws import Call, InMemoryAws
from saai_support.functions import Functions
from saai_support.payloads import sqs_batch

from tests.saai_events.analytics.analysed_store import AnalysedStore

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def store(dynamodb: Any) -> AnalysedStore:
    return AnalysedStore(dynamodb)


@pytest.fixture
def run(functions: Functions) -> Run:
    """Call the function as SQS does, with bodies whose message ids are m-0, m-1 …"""

    def call(*bodies: str) -> Any:
        return functions.call("ActualizarAnalitica", sqs_batch(*bodies))

    return call


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_message_is_a_store(run: Run, aws: InMemoryAws) -> None:
    """No failures, and each store's event is handed over."""
    assert run('{"tenant_id":"T001"}', '{"tenant_id":"T002"}') == {"batchItemFailures": []}
    assert [invoke.payload for invoke in aws.lambda_.queue] == [
        {"tenant_id": "T001", "canal": "administracion", "seq": 1},
        {"tenant_id": "T002", "canal": "administracion", "seq": 1},
    ]


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "{}", '{"tenant_id":"SAAI"}', '{"tenant_id":7}'])
def test_a_bad_message_fails_alone(run: Run, capsys: pytest.CaptureFixture[str], body: str) -> None:
    """It comes again, ends among the dead letters, and its line says what it was."""
    assert run(body, '{"tenant_id":"T001"}') == {"batchItemFailures": [{"itemIdentifier": "m-0"}]}
    failed, refreshed = _lines(capsys)
    assert (failed["message"], failed["AnalyticsFailed"], failed["message_id"]) == ("analytics failed", 1, "m-0")
    assert refreshed["message"] == "analytics refreshed"


def test_a_row_that_nobody_foresaw_fails_its_own_store_alone(
    run: Run, aws: InMemoryAws, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line tells the cause and where it was raised; the stores around it are done."""
    aws.dynamodb.put_item(
        TableName="analitica",
        Item=serialize({"tenant_id": "T002", "entity_id": "semana", "data": {"de": "una versión anterior"}}),
    )
    bodies = [f'{{"tenant_id":"T00{number}"}}' for number in (1, 2, 3)]
    assert run(*bodies) == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
    _, failed, _ = _lines(capsys)
    assert (failed["message"], failed["error"], failed["body"]) == ("analytics failed", "KeyError", bodies[1])
    assert "alertas_detectadas" in failed["reason"]
    assert "analytics/alerts.py:" in failed["raised_at"]
    assert [invoke.payload["tenant_id"] for invoke in aws.lambda_.queue] == ["T001", "T003"]


def test_a_store_that_dynamodb_fails_fails_alone(run: Run, aws: InMemoryAws) -> None:
    """Its message comes again; the other stores of the batch are done."""

    def no_t002(call: Call, make: Callable[[], Any]) -> Any:
        if call.operation == "query" and call.params["ExpressionAttributeValues"][":tenant"]["S"] == "T002":
            raise ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, "Query")
        return make()

    bodies = (f'{{"tenant_id":"{tenant}"}}' for tenant in ("T001", "T002", "T003"))
    with aws.meanwhile(no_t002):
        assert run(*bodies) == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}


def test_a_store_that_is_not_active_is_done_with(
    run: Run, store: AnalysedStore, aws: InMemoryAws, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its message must not come again."""
    store.is_a_store("SUSPENDIDA")
    assert run('{"tenant_id":"T001"}') == {"batchItemFailures": []}
    assert [invoke.payload for invoke in aws.lambda_.queue] == []
    assert _lines(capsys)[0]["StoresSkipped"] == 1


def test_an_event_that_is_not_handed_over_is_no_failure(
    run: Run, aws: InMemoryAws, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is in the log, pending; calculating again would only make another."""
    with aws.failing("lambda", ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke")):
        assert run('{"tenant_id":"T001"}') == {"batchItemFailures": []}
    (line,) = _lines(capsys)
    assert (line["level"], line["PublishFailed"], line["AnalyticsRefreshed"]) == ("ERROR", 1, 1)


def test_the_line_counts_what_the_refresh_read(
    run: Run, store: AnalysedStore, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sales, new alerts, rows that can't be counted."""
    store.write({"tenant_id": "T001", "entity_id": "T001P001", "data": {"estado": "ACTIVO"}}, "productos")
    run('{"tenant_id":"T001"}')
    (line,) = _lines(capsys)
    assert (line["AlertsRaised"], line["SalesRead"], line["RowsUnreadable"]) == (2, 0, 1)
    assert line["unreadable"] == ["product T001P001: precio is None"]
