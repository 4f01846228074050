"""ActualizarAnalitica: a batch of messages, each a store, and what becomes of those that fail."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from saai_domain.aws.clients import AwsClients
from saai_events import actualizar_analitica
from saai_support.aws_tables import dynamodb_with

from tests.saai_events.analytics.tienda import TABLES, Tienda

ENVIRONMENT = {
    **{f"{table.upper()}_TABLE": table for table in TABLES},
    "EMITIR_EVENTOS_WS_FUNCTION_NAME": "saai-dev-EmitirEventosWs",
}
Run = Callable[..., dict[str, Any]]


class FakeLambda:
    """Takes invokes, or fails them."""

    def __init__(self) -> None:
        self.invokes: list[Any] = []
        self.error: Exception | None = None

    def invoke(self, **params: Any) -> None:
        if self.error:
            raise self.error
        self.invokes.append(json.loads(params["Payload"]))


@pytest.fixture
def tienda() -> Iterator[Tienda]:
    with dynamodb_with(*TABLES) as client:
        yield Tienda(client)


@pytest.fixture
def fake_lambda() -> FakeLambda:
    return FakeLambda()


@pytest.fixture
def run(tienda: Tienda, fake_lambda: FakeLambda) -> Run:
    """Call the function as SQS does, with bodies whose message ids are m-0, m-1 …"""
    aws = AwsClients({"dynamodb": tienda.client, "lambda": fake_lambda}.__getitem__)
    handle = actualizar_analitica.build(ENVIRONMENT, aws)

    def call(*bodies: str) -> dict[str, Any]:
        records = [{"messageId": f"m-{place}", "body": body} for place, body in enumerate(bodies)]
        return handle({"Records": records}, None)  # type: ignore[arg-type]

    return call


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_each_message_is_a_store(run: Run, fake_lambda: FakeLambda) -> None:
    """No failures, and each store's event is handed over."""
    assert run('{"tenant_id":"T001"}', '{"tenant_id":"T002"}') == {"batchItemFailures": []}
    assert fake_lambda.invokes == [
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


def test_a_store_that_dynamodb_fails_fails_alone(run: Run, tienda: Tienda) -> None:
    """Its message comes again; the other stores of the batch are done."""

    def no_t002(params: dict[str, Any], **_: Any) -> None:
        if params["ExpressionAttributeValues"][":tenant"]["S"] == "T002":
            error: Any = {"Error": {"Code": "ProvisionedThroughputExceededException"}}
            raise ClientError(error, "Query")

    tienda.client.meta.events.register("provide-client-params.dynamodb.Query", no_t002)
    bodies = (f'{{"tenant_id":"{tenant}"}}' for tenant in ("T001", "T002", "T003"))
    assert run(*bodies) == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}


def test_a_store_that_is_not_active_is_done_with(
    run: Run, tienda: Tienda, fake_lambda: FakeLambda, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its message must not come again."""
    tienda.is_a_store("SUSPENDIDA")
    assert run('{"tenant_id":"T001"}') == {"batchItemFailures": []}
    assert fake_lambda.invokes == []
    assert _lines(capsys)[0]["StoresSkipped"] == 1


def test_an_event_that_is_not_handed_over_is_no_failure(
    run: Run, fake_lambda: FakeLambda, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is in the log, pending; calculating again would only make another."""
    fake_lambda.error = ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke")
    assert run('{"tenant_id":"T001"}') == {"batchItemFailures": []}
    (line,) = _lines(capsys)
    assert (line["level"], line["PublishFailed"], line["AnalyticsRefreshed"]) == ("ERROR", 1, 1)


def test_the_line_counts_what_the_refresh_read(run: Run, tienda: Tienda, capsys: pytest.CaptureFixture[str]) -> None:
    """Sales, new alerts, rows that can't be counted."""
    tienda.write({"tenant_id": "T001", "entity_id": "T001P001", "data": {"estado": "ACTIVO"}}, "productos")
    run('{"tenant_id":"T001"}')
    (line,) = _lines(capsys)
    assert (line["AlertsRaised"], line["SalesRead"], line["RowsUnreadable"]) == (2, 0, 1)
    assert line["unreadable"] == ["product T001P001: precio is None"]
