"""BarrerEventos as its schedule calls it."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import time_machine
from saai_domain.aws.clients import AwsClients
from saai_domain.aws.dynamodb import serialize
from saai_domain.errors import MissingSettings
from saai_domain.event_log import to_item
from saai_domain.testing.aws import InMemoryAws
from saai_support.functions import EMITIR_EVENTOS_WS
from saai_support.payloads import payload
from ws_gateway import barrer_eventos

from tests.ws_gateway.connected import NOON, NOW, logged
from tests.ws_gateway.functions import log_lines

Call = Callable[..., Any]


def leave_pending(dynamodb: Any, *, age: int, attempts: int = 0) -> None:
    item = to_item(msgspec.structs.replace(logged(), created_epoch=NOW - age))
    if attempts:
        item["data"]["intentos"] = attempts
    dynamodb.put_item(TableName="eventos", Item=serialize(item))


@time_machine.travel(NOON, tick=False)
def test_an_event_that_was_left_is_invoked_again_by_its_place(
    call: Call, dynamodb: Any, aws: InMemoryAws, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its age is a metric, for the alarm."""
    leave_pending(dynamodb, age=100)
    assert call("BarrerEventos", payload("schedule")) == {"repeated": 1, "abandoned": 0, "finished": True}
    (invoke,) = aws.lambda_.queue
    assert invoke.function_name == EMITIR_EVENTOS_WS
    assert invoke.payload == {"tenant_id": "T001", "canal": "administracion", "seq": 7}
    (line,) = log_lines(capsys)
    assert (line["OldestPendingSeconds"], line["EventsRepeated"], line["AttemptsUsedUp"]) == (100, 1, 0)


@time_machine.travel(NOON, tick=False)
def test_an_event_whose_attempts_are_used_up_is_named_and_counted(
    call: Call, dynamodb: Any, aws: InMemoryAws, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once: it stands in nobody's way afterwards."""
    leave_pending(dynamodb, age=100_000, attempts=10)
    assert call("BarrerEventos", payload("schedule"))["abandoned"] == 1
    (line,) = log_lines(capsys)
    assert (line["level"], line["AttemptsUsedUp"]) == ("ERROR", 1)
    assert line["abandoned"] == [logged().event_id]
    assert call("BarrerEventos", payload("schedule"))["abandoned"] == 0
    assert aws.lambda_.queue == []


def test_a_sweep_that_finds_nothing_says_so(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    """The alarm needs its zero."""
    call("BarrerEventos", payload("schedule"))
    (line,) = log_lines(capsys)
    assert (line["level"], line["OldestPendingSeconds"]) == ("INFO", 0)


def test_settings_that_are_missing_are_all_named() -> None:
    """Before any work."""
    with pytest.raises(MissingSettings) as error:
        barrer_eventos.build({}, AwsClients({}.__getitem__))
    assert error.value.names == ["EVENTOS_TABLE", "EMITIR_EVENTOS_WS_FUNCTION_NAME"]
