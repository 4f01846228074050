"""Whatever is asked of it, the DynamoDB in memory says what DynamoDB Local says; MiniStack does where types are right.

A longer run than usual: ``pytest tests/aws_rules/dynamodb --hypothesis-profile thorough``.
"""

from collections.abc import Sequence
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.aws_rules.dynamodb.comparison import MEMORY, MINISTACK, Compared
from tests.aws_rules.dynamodb.conftest import Comparing
from tests.aws_rules.dynamodb.requests import LOG, TABLE, Request, requests

BRIEFLY: Final = settings(
    # Each example is a dozen requests of two servers.
    max_examples=settings().max_examples // 5,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def memory(compared: Comparing) -> Compared:
    return compared(TABLE, LOG, engine=MEMORY)


@pytest.fixture(scope="module")
def ministack(compared: Comparing) -> Compared:
    return compared(TABLE, LOG, engine=MINISTACK)


def _play(client: Compared, played: Sequence[Request]) -> None:
    """Make the requests one after the other on empty tables, then read everything that is there."""
    client.empty(TABLE, LOG)
    for request in played:
        client.make(request.operation, request.params)
    for table in (TABLE, LOG):
        client.make("scan", {"TableName": table})


@BRIEFLY
@given(played=st.lists(requests(typed=False), min_size=1, max_size=12))
def test_the_dynamodb_in_memory_says_what_awss_own_says(memory: Compared, played: list[Request]) -> None:
    """Also of mistakes."""
    _play(memory, played)


@BRIEFLY
@given(played=st.lists(requests(typed=True), min_size=1, max_size=12))
def test_ministack_says_what_awss_own_says_of_requests_with_the_right_types(
    ministack: Compared, played: list[Request]
) -> None:
    """It lets many a wrong type pass (``docs/aws-rules.md``), which the DynamoDB in memory doesn't."""
    _play(ministack, played)
