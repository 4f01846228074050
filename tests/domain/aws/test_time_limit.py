"""A call is made as long as somebody waits for what comes of it."""

from typing import Any

import attrs
import pytest
from saai_domain.aws.time_limit import TimeLimited
from saai_domain.errors import OutOfTime


@attrs.define
class Client:
    """Answers a call, which takes 10 s."""

    exceptions: str = "the client's own"
    now: float = 0.0
    calls: int = 0

    def query(self, **params: Any) -> Any:
        self.now += 10
        self.calls += 1
        return {"Items": [params], **({"LastEvaluatedKey": self.calls} if self.calls < 5 else {})}


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def limited(client: Client) -> TimeLimited:
    return TimeLimited(client=client, seconds=25, clock=lambda: client.now)


def test_calls_that_begin_in_time_are_made(client: Client, limited: TimeLimited) -> None:
    """The one that is under way at the limit too."""
    with limited.counting():
        for _ in range(3):
            limited.query(TableName="t")
        with pytest.raises(OutOfTime, match="25 s"):
            limited.query(TableName="t")
    assert client.calls == 3


def test_each_page_is_a_call(client: Client, limited: TimeLimited) -> None:
    """A reader of many pages stops between two."""
    with limited.counting(), pytest.raises(OutOfTime):
        list(limited.get_paginator("query").paginate(TableName="t"))
    assert client.calls == 3


def test_the_next_request_has_all_its_time_again(client: Client, limited: TimeLimited) -> None:
    """And outside of requests there is no limit."""
    with limited.counting():
        client.now = 25
        with pytest.raises(OutOfTime):
            limited.query(TableName="t")
    limited.query(TableName="t")
    with limited.counting():
        assert limited.query(TableName="t")["Items"] == [{"TableName": "t"}]


def test_what_is_no_call_is_the_clients(limited: TimeLimited) -> None:
    """Its exceptions, for one."""
    assert limited.exceptions == "the client's own"
