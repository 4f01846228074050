"""Which action a message asks for, and the reply to what is none."""

import json
from collections.abc import Mapping
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from saai_support.payloads import payload
from ws_gateway.messages.dispatch import ErrorCode, MessageDispatcher, Reply, read_message
from ws_gateway.screens.connections import Connection

from tests.ws_gateway.connected import screen

NO_JSON = (None, "", "hola", '{"action":"eco"', '{"a":' * 5000, "\ud800")
NO_OBJECT = ("[]", '["ping"]', "null", "7", '"ping"')
NO_ACTION = ("{}", '{"accion":"eco"}', '{"action":null}', '{"action":7}', '{"action":["eco"]}')
NO_MESSAGES = [pytest.param(body, id=str(body)[:20]) for body in (*NO_JSON[:-1], *NO_OBJECT, *NO_ACTION)]
NO_MESSAGES.append(pytest.param(NO_JSON[-1], id="half an emoji"))


@attrs.define
class FakeAction:
    """Answers, and remembers what it was asked."""

    asked: list[tuple[Connection, Mapping[str, Any]]] = attrs.field(factory=list)

    def __call__(self, connection: Connection, message: Mapping[str, Any]) -> Reply:
        self.asked.append((connection, message))
        return {"action": "eco"}


def reply_to(body: Any, *, action: FakeAction | None = None, **event: Any) -> Reply:
    """Dispatch a message where ``eco`` is the one action there is."""
    event = payload("websocket_message", body=body) | event
    dispatcher = MessageDispatcher(actions={"eco": action or FakeAction()})
    return dispatcher.reply(screen("a"), event)


def test_an_action_gets_the_connection_and_the_whole_message() -> None:
    """It may need other keys than ``action``."""
    action = FakeAction()
    assert reply_to('{"action":"eco","cursor":{"tienda":3}}', action=action) == {"action": "eco"}
    ((connection, message),) = action.asked
    assert connection == screen("a")
    assert message == {"action": "eco", "cursor": {"tienda": 3}}


@pytest.mark.parametrize("body", NO_MESSAGES)
def test_what_is_no_message_is_answered_so(body: str | None) -> None:
    """With a code for the program and a text in Spanish for people."""
    reply = reply_to(body)
    assert (reply["action"], reply["code"]) == ("error", ErrorCode.MENSAJE_NO_VALIDO)
    assert "action" in reply["message"]


def test_binary_is_no_message() -> None:
    """Not even where its base64 could be read as JSON."""
    assert reply_to("7777", isBase64Encoded=True)["code"] == "mensaje_no_valido"


@pytest.mark.parametrize("action", ["otra", "ECO", "", " eco"])
def test_an_unknown_action_is_answered_with_those_there_are(action: str) -> None:
    """Names are exact."""
    reply = reply_to(json.dumps({"action": action}))
    assert (reply["action"], reply["code"]) == ("error", "accion_desconocida")
    assert "eco" in reply["message"]


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_whatever_a_screen_sends_is_read_or_refused(body: str) -> None:
    """Never an exception: the screen would learn nothing from it."""
    assert read_message({"body": body, "isBase64Encoded": False}) is None
