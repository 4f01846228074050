"""Bad input through every door: a small run of ``make fuzz``, and that its judge notices what it should."""

from typing import Any

import pytest

from tests.fuzz.doors import DOORS, Happened, World, knock
from tests.fuzz.run import client, run
from tests.node import node


def test_no_input_is_answered_wrongly_by_any_door() -> None:
    """No exception that isn't ours, no 5xx, every answer of its form, nothing unescaped."""
    verdict = run(2_000, seed=1)
    assert verdict.wrong == []
    assert set(verdict.tried) == set(DOORS)


def test_no_frame_stops_the_client_or_leaves_a_promise_without_a_handler() -> None:
    """And it follows an honest server again."""
    node()
    verdict = client(2_000, seed=1)
    assert verdict is not None
    assert verdict.wrong == []


@pytest.mark.parametrize("door", DOORS)
def test_an_input_can_be_made_again(door: str) -> None:
    """By its door, its number and the seed."""
    assert knock(door, 7, 3, World.opened()) == knock(door, 7, 3, World.opened())


WELL: dict[str, Any] = {"name": "F", "answer": None, "raised": None, "lines": "", "errors": ""}


@pytest.mark.parametrize(
    "changed",
    [
        {"raised": KeyError("x")},
        {"errors": "Traceback"},
        {"lines": "no JSON\n"},
        {"lines": '{"message":"<b>ZZMARK</b>"}\n'},
        {"lines": '{"message":"x","reason":"Traceback (most recent call last)"}\n'},
        {"answer": {"statusCode": 500, "body": '{"message":"x"}'}},
        {"answer": {"statusCode": 200, "body": "hola"}},
        {"answer": {"statusCode": 200, "body": "[]"}},
        {"answer": {"statusCode": 200, "body": "{}"}},
        {"answer": {"statusCode": 400, "body": '{"message":\n"x"}'}},
    ],
)
def test_the_judge_notices_each_kind_of_harm(changed: dict[str, Any]) -> None:
    """Otherwise nothing wrong would mean nothing."""
    assert Happened(**WELL).wrong() == []
    assert len(Happened(**WELL | changed).wrong()) == 1
