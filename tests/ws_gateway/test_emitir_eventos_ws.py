"""EmitirEventosWs as any SAAI service invokes it, over moto's DynamoDB."""

import json
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError
from saai_domain.aws.dynamodb import serialize
from saai_domain.event_log import LoggedEvent, to_item
from saai_domain.roles import Rol
from saai_domain.time import epoch_seconds, lima_now
from saai_support.aws_tables import calls_of
from ws_gateway import emitir_eventos_ws
from ws_gateway.delivery.outcome import Outcome
from ws_gateway.screens.connections import Connection, Connections

from tests.ws_gateway.connected import FakePoster, logged, screen
from tests.ws_gateway.functions import Context, FakeSns, log_lines, put, rows

Call = Callable[..., Any]
ANALYTICS = {"tenant_id": "T001", "event_type": "analitica_actualizada", "payload": {"mensaje": "Lista", "n": [1.5]}}


@pytest.fixture
def emit(call: Call) -> Callable[..., tuple[int, Any]]:
    """Invoke the function; its status and body."""

    def invoke(event: Any, context: Context | None = None) -> tuple[int, Any]:
        answer = call(emitir_eventos_ws, event, context)
        return answer["statusCode"], json.loads(answer["body"])

    return invoke


def connect(dynamodb: Any, *screens: Connection) -> None:
    """Write the rows of screens that stay connected for an hour from now."""
    connections = Connections(client=dynamodb, table="ws-connections")
    for each in screens:
        connections.put(each, lima_now())


def log(dynamodb: Any, row: LoggedEvent) -> None:
    """Put a row into the log."""
    dynamodb.put_item(TableName="eventos", Item=serialize(to_item(row)))


def live(name: str, rol: Rol = Rol.ADMIN) -> Connection:
    return attrs.evolve(screen(name, rol=rol), expira=epoch_seconds(lima_now()) + 3600)


def test_a_new_event_is_logged_then_delivered_and_taken_off_the_pending_ones(
    emit: Any, dynamodb: Any, poster: FakePoster
) -> None:
    """The frame that screens get is the row's text; unknown keys of the payload are in it."""
    connect(dynamodb, live("a"))
    status, body = emit(ANALYTICS)
    (row,) = rows(dynamodb, "eventos")
    assert status == 200
    assert body == {
        "message": "Evento emitido.",
        "tenant_id": "T001",
        "event_type": "analitica_actualizada",
        "connections_sent": 1,
        "connections_cleaned": 0,
        "timestamp": row["data"]["timestamp"],
    }
    assert poster.posts == {"a": row["data"]["frame"].encode()}
    assert json.loads(row["data"]["frame"])["data"] == ANALYTICS["payload"]
    assert "pendiente" not in row


def test_an_event_of_the_log_is_delivered_by_its_place_with_its_notices(
    emit: Any, dynamodb: Any, poster: FakePoster, sns: FakeSns
) -> None:
    """What a publisher committed; nothing is logged again."""
    row = logged(notices=1)
    log(dynamodb, row)
    connect(dynamodb, live("a"))
    status, body = emit({"tenant_id": "T001", "canal": row.canal.value, "seq": 7})
    assert (status, body["timestamp"], body["connections_sent"]) == (200, row.timestamp, 1)
    assert poster.posts == {"a": row.frame.encode()}
    assert [params["Message"] for params in sns.published] == [row.notices[0].message]
    assert len(rows(dynamodb, "eventos")) == 1


def test_the_excluded_connection_is_not_posted_to(emit: Any, dynamodb: Any, poster: FakePoster) -> None:
    """It caused the event."""
    connect(dynamodb, live("a"), live("b"))
    _, body = emit(ANALYTICS | {"exclude_connection_id": "a"})
    assert (poster.tried, body["connections_sent"]) == (["b"], 1)


@pytest.mark.parametrize("event", [ANALYTICS, ANALYTICS | {"event_id": "recalculo-7"}])
def test_a_repeat_of_a_delivered_event_is_neither_logged_nor_sent_again(
    emit: Any, dynamodb: Any, poster: FakePoster, event: Any
) -> None:
    """Lambda's retries come under the same request id, a sender's own under the same ``event_id``."""
    connect(dynamodb, live("a"))
    first, again = emit(event), emit(event)
    assert (first[1]["connections_sent"], again[1]["connections_sent"]) == (1, 0)
    assert again[0] == 200
    assert poster.tried == ["a"]
    assert len(rows(dynamodb, "eventos")) == 1


def test_a_repeat_of_an_event_that_is_pending_is_sent_again_byte_for_byte(
    emit: Any, dynamodb: Any, poster: FakePoster, sns: FakeSns
) -> None:
    """The first time API Gateway refused us."""
    connect(dynamodb, live("a"))
    poster.outcomes = {"a": Outcome.FORBIDDEN}
    assert "repetirá" in emit(ANALYTICS)[1]["message"]
    poster.outcomes = {}
    assert emit(ANALYTICS)[1]["connections_sent"] == 1
    (row,) = rows(dynamodb, "eventos")
    assert poster.posts["a"] == row["data"]["frame"].encode()


def test_another_request_is_another_event(emit: Any, dynamodb: Any) -> None:
    """The same payload may mean a new fact."""
    emit(ANALYTICS, Context(aws_request_id="r-1"))
    emit(ANALYTICS, Context(aws_request_id="r-2"))
    assert sorted(row["data"]["seq"] for row in rows(dynamodb, "eventos")) == [1, 2]


def test_a_store_never_gets_anothers_event(emit: Any, dynamodb: Any, poster: FakePoster) -> None:
    """Only rows under the event's tenant are read."""
    connect(dynamodb, live("mine"))
    put(dynamodb, "ws-connections", "T002", "foreign", rol="ADMIN", expira=4_000_000_000)
    emit(ANALYTICS)
    assert poster.tried == ["mine"]


def test_an_event_that_the_log_does_not_hold_answers_404(emit: Any, poster: FakePoster) -> None:
    """It expired, or never was."""
    status, body = emit({"tenant_id": "T001", "canal": "tienda", "seq": 9})
    assert status == 404
    assert body["message"]
    assert poster.tried == []


@pytest.mark.parametrize(
    ("event", "field"),
    [
        ({}, "tenant_id"),
        ({"tenant_id": "T001", "event_type": "otra", "payload": {}}, "event_type"),
        (ANALYTICS | {"payload": {"mensaje": 7}}, "payload"),
        (ANALYTICS | {"payload": {"mensaje": "x" * 140_000}}, "payload"),
        (ANALYTICS | {"event_id": ""}, "event_id"),
        ({"tenant_id": "T001", "canal": "tienda", "seq": "1"}, "seq"),
    ],
)
def test_a_bad_invoke_answers_400_names_the_field_and_logs_nothing_to_the_store(
    emit: Any, dynamodb: Any, event: Any, field: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The caller can correct it."""
    status, body = emit(event)
    assert (status, body["data"][0]["campo"]) == (400, field)
    assert rows(dynamodb, "eventos") == []
    (line,) = log_lines(capsys)
    assert line["EventsRefused"] == 1


def test_an_event_that_could_not_be_logged_fails_the_invocation(call: Call) -> None:
    """Lambda repeats it under the same request id; a caller that waits sees the function's error."""
    with pytest.raises(ClientError):
        call(emitir_eventos_ws, ANALYTICS, COUNTERS_TABLE="nowhere")


def test_a_notice_that_is_not_taken_leaves_the_event_pending_and_fails_nothing(
    emit: Any, dynamodb: Any, sns: FakeSns
) -> None:
    """The screens have it; the sweep repeats the rest."""
    log(dynamodb, logged(notices=1))
    connect(dynamodb, live("a"))
    sns.error = ConnectTimeoutError(endpoint_url="https://sns")
    status, body = emit({"tenant_id": "T001", "canal": "administracion", "seq": 7})
    assert (status, body["connections_sent"]) == (200, 1)
    (row,) = rows(dynamodb, "eventos")
    assert "pendiente" in row


def test_a_logged_event_takes_one_read_one_query_one_publish_and_one_update(
    emit: Any, dynamodb: Any, sns: FakeSns
) -> None:
    """Beside the posts."""
    log(dynamodb, logged(notices=1))
    connect(dynamodb, live("a"))
    calls = calls_of(dynamodb)
    emit({"tenant_id": "T001", "canal": "administracion", "seq": 7})
    assert [name for name, _ in calls] == ["GetItem", "Query", "UpdateItem"]
    assert len(sns.published) == 1


def test_each_invocation_is_logged_in_one_line(emit: Any, dynamodb: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever becomes of it."""
    connect(dynamodb, live("a"))
    emit(ANALYTICS)
    emit(ANALYTICS)
    emitted, repeated = log_lines(capsys)
    assert (emitted["message"], emitted["seq"], emitted["ConnectionsSent"]) == ("event emitted", 1, 1)
    assert (repeated["message"], repeated["event_id"]) == ("event was delivered before", emitted["event_id"])
