"""EmitirEventosWs as any SAAI service invokes it, over DynamoDB in memory."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError
from saai_domain.aws.dynamodb import key_of, serialize
from saai_domain.event_log import LoggedEvent, to_item
from saai_domain.roles import Rol
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.lambda_context import Invocation
from saai_domain.time import epoch_seconds, lima_now
from saai_support.functions import FAILED_EVENTS
from ws_gateway.screens.connections import Connection, Connections

from tests.ws_gateway.connected import logged, screen
from tests.ws_gateway.functions import log_lines, put, rows

Call = Callable[..., Any]
ANALYTICS = {"tenant_id": "T001", "event_type": "analitica_actualizada", "payload": {"mensaje": "Lista", "n": [1.5]}}


@pytest.fixture
def emit(call: Call) -> Callable[..., tuple[int, Any]]:
    """Invoke the function; its status and body."""

    def invoke(event: Any, context: Invocation | None = None) -> tuple[int, Any]:
        answer = call("EmitirEventosWs", event, context)
        return answer["statusCode"], json.loads(answer["body"])

    return invoke


def connect(aws: InMemoryAws, *screens: Connection) -> None:
    """Connect screens that stay for an hour from now."""
    connections = Connections(client=aws.clients.dynamodb, table="ws-connections")
    for each in screens:
        connections.put(each, lima_now())
        aws.connections.open(each.connection_id)


def log(dynamodb: Any, row: LoggedEvent) -> None:
    """Put a row into the log."""
    dynamodb.put_item(TableName="eventos", Item=serialize(to_item(row)))


def live(name: str, rol: Rol = Rol.ADMIN) -> Connection:
    return msgspec.structs.replace(screen(name, rol=rol), expira=epoch_seconds(lima_now()) + 3600)


def test_a_new_event_is_logged_then_delivered_and_taken_off_the_pending_ones(
    emit: Any, dynamodb: Any, aws: InMemoryAws
) -> None:
    """The frame that screens get is the row's text; unknown keys of the payload are in it."""
    connect(aws, live("a"))
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
    assert aws.connections.frames("a") == [row["data"]["frame"]]
    assert json.loads(row["data"]["frame"])["data"] == ANALYTICS["payload"]
    assert "pendiente" not in row


def test_an_event_of_the_log_is_delivered_by_its_place_with_its_notices(
    emit: Any, dynamodb: Any, aws: InMemoryAws
) -> None:
    """What a publisher committed; nothing is logged again."""
    row = logged(notices=1)
    log(dynamodb, row)
    connect(aws, live("a"))
    status, body = emit({"tenant_id": "T001", "canal": row.canal.value, "seq": 7})
    assert (status, body["timestamp"], body["connections_sent"]) == (200, row.timestamp, 1)
    assert aws.connections.frames("a") == [row.frame]
    assert [each.message for each in aws.sns.messages] == [row.notices[0].message]
    assert len(rows(dynamodb, "eventos")) == 1


def test_the_excluded_connection_is_not_posted_to(emit: Any, dynamodb: Any, aws: InMemoryAws) -> None:
    """It caused the event."""
    connect(aws, live("a"), live("b"))
    _, body = emit(ANALYTICS | {"exclude_connection_id": "a"})
    assert (aws.connections.frames("a"), len(aws.connections.frames("b")), body["connections_sent"]) == ([], 1, 1)


@pytest.mark.parametrize("event", [ANALYTICS, ANALYTICS | {"event_id": "recalculo-7"}])
def test_a_repeat_of_a_delivered_event_is_neither_logged_nor_sent_again(
    emit: Any, dynamodb: Any, aws: InMemoryAws, event: Any
) -> None:
    """Lambda's retries come under the same request id, a sender's own under the same ``event_id``."""
    connect(aws, live("a"))
    first, again = emit(event), emit(event)
    assert (first[1]["connections_sent"], again[1]["connections_sent"]) == (1, 0)
    assert again[0] == 200
    assert len(aws.connections.frames("a")) == 1
    assert len(rows(dynamodb, "eventos")) == 1


def test_a_repeat_of_an_event_that_is_pending_is_sent_again_byte_for_byte(
    emit: Any, dynamodb: Any, aws: InMemoryAws
) -> None:
    """The first time API Gateway refused us."""
    connect(aws, live("a"))
    aws.connections.statuses["a"] = 403
    assert "repetirá" in emit(ANALYTICS)[1]["message"]
    del aws.connections.statuses["a"]
    assert emit(ANALYTICS)[1]["connections_sent"] == 1
    (row,) = rows(dynamodb, "eventos")
    assert aws.connections.frames("a") == [row["data"]["frame"]]


def test_a_repeat_after_the_log_forgot_the_event_counts_as_delivered(
    emit: Any, dynamodb: Any, aws: InMemoryAws
) -> None:
    """A re-drive may come a week later than the log keeps it."""
    event = ANALYTICS | {"event_id": "recalculo-7"}
    _, first = emit(event)
    dynamodb.delete_item(TableName="eventos", Key=key_of("T001", "administracion#000000000001"))
    connect(aws, live("a"))
    status, body = emit(event)
    assert (status, body["connections_sent"], body["timestamp"]) == (200, 0, first["timestamp"])
    assert aws.connections.frames("a") == rows(dynamodb, "eventos") == []


def test_another_event_under_the_same_id_answers_409_and_is_kept(
    emit: Any, aws: InMemoryAws, capsys: pytest.CaptureFixture[str]
) -> None:
    """Answering 200 would lose it."""
    emit(ANALYTICS | {"event_id": "recalculo-7"})
    other = ANALYTICS | {"event_id": "recalculo-7", "payload": {"mensaje": "Otra"}}
    capsys.readouterr()
    status, body = emit(other)
    assert (status, body["message"]) == (409, "Este event_id ya se usó con otro evento.")
    (message,) = aws.sqs.queues[FAILED_EVENTS]
    assert json.loads(message.body)["requestPayload"] == other
    assert log_lines(capsys)[0]["EventsRefused"] == 1


def test_another_request_is_another_event(emit: Any, dynamodb: Any) -> None:
    """The same payload may mean a new fact."""
    emit(ANALYTICS, Invocation(aws_request_id="r-1"))
    emit(ANALYTICS, Invocation(aws_request_id="r-2"))
    assert sorted(row["data"]["seq"] for row in rows(dynamodb, "eventos")) == [1, 2]


def test_a_store_never_gets_anothers_event(emit: Any, dynamodb: Any, aws: InMemoryAws) -> None:
    """Only rows under the event's tenant are read."""
    connect(aws, live("mine"))
    put(dynamodb, "ws-connections", "T002", "foreign", rol="ADMIN", expira=4_000_000_000)
    aws.connections.open("foreign")
    emit(ANALYTICS)
    assert (len(aws.connections.frames("mine")), aws.connections.frames("foreign")) == (1, [])


def test_an_event_that_the_log_does_not_hold_answers_404(emit: Any, aws: InMemoryAws) -> None:
    """It expired, or never was."""
    connect(aws, live("a"))
    status, body = emit({"tenant_id": "T001", "canal": "tienda", "seq": 9})
    assert status == 404
    assert body["message"]
    assert aws.connections.frames("a") == []


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


@pytest.mark.parametrize(
    "event",
    [
        ANALYTICS | {"payload": {"mensaje": 7}},
        ANALYTICS | {"payload": {"mensaje": "medio \ud83d"}},
        ANALYTICS | {"event_type": "stock_repuesto"},
        ANALYTICS | {"event_id": "dos\nlíneas"},
        ["T001"],
    ],
)
def test_what_is_refused_is_kept_whole_where_failed_invokes_wait(emit: Any, aws: InMemoryAws, event: Any) -> None:
    """An asynchronous caller never sees the 400, and has forgotten the event."""
    status, body = emit(event)
    (message,) = aws.sqs.queues[FAILED_EVENTS]
    record = json.loads(message.body)
    assert record["requestPayload"] == event
    assert record["requestContext"]["requestId"] == Invocation().aws_request_id
    assert (status, json.loads(record["responsePayload"]["body"])) == (400, body)


def test_what_is_refused_and_can_not_be_kept_fails_the_invocation(emit: Any, aws: InMemoryAws) -> None:
    """Lambda repeats it, and keeps it itself in the end."""
    error = ClientError({"Error": {"Code": "InvalidMessageContents", "Message": ""}}, "SendMessage")
    with aws.failing("sqs", error), pytest.raises(ClientError):
        emit({})


def test_a_place_that_the_log_does_not_hold_is_not_kept(emit: Any, aws: InMemoryAws) -> None:
    """The event's content was in the log: there is nothing to deliver."""
    emit({"tenant_id": "T001", "canal": "tienda", "seq": 9})
    assert aws.sqs.queues == {}


def test_an_event_that_could_not_be_logged_fails_the_invocation(emit: Any, aws: InMemoryAws) -> None:
    """Lambda repeats it under the same request id; a caller that waits sees the function's error."""
    unread = ReadTimeoutError(endpoint_url="https://dynamodb")
    with aws.failing("dynamodb", unread, operation="batch_get_item"), pytest.raises(ReadTimeoutError):
        emit(ANALYTICS)


def test_a_notice_that_is_not_taken_leaves_the_event_pending_and_fails_nothing(
    emit: Any, dynamodb: Any, aws: InMemoryAws
) -> None:
    """The screens have it; the sweep repeats the rest."""
    log(dynamodb, logged(notices=1))
    connect(aws, live("a"))
    with aws.failing("sns", ConnectTimeoutError(endpoint_url="https://sns")):
        status, body = emit({"tenant_id": "T001", "canal": "administracion", "seq": 7})
    assert (status, body["connections_sent"]) == (200, 1)
    (row,) = rows(dynamodb, "eventos")
    assert "pendiente" in row


def test_each_invocation_is_logged_in_one_line(
    emit: Any, aws: InMemoryAws, dynamodb: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever becomes of it."""
    connect(aws, live("a"))
    emit(ANALYTICS)
    emit(ANALYTICS)
    emitted, repeated = log_lines(capsys)
    assert (emitted["message"], emitted["seq"], emitted["ConnectionsSent"]) == ("event emitted", 1, 1)
    assert (repeated["message"], repeated["event_id"]) == ("event was delivered before", emitted["event_id"])
