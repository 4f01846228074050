"""Quotas against the counted operations."""

import pytest
from saai_infra import http_api, websocket_api

from benchmarks.blip.__main__ import HTTP_BURST, HTTP_RATE, TICKET_BURST, TICKET_RATE
from benchmarks.cost.month import Size
from benchmarks.cost.paths import Paths
from benchmarks.cost.prices import Assumptions
from benchmarks.cost.quotas import HTTP_STAGE, WEBSOCKET_STAGE, Quota, quotas, sweep_rate

SIZE = Size(stores=1_000, screens=4, sales=10)


def test_a_quota_is_full_when_rest_and_sales_use_it_up() -> None:
    """1,000 less 100 at rest bear 150 sales of 6."""
    assert Quota(name="any", limit=1_000, at_rest=100, a_sale=6).sales == 150


def test_our_own_limits_are_the_stages() -> None:
    """The model follows the infrastructure."""
    assert http_api._REQUESTS_PER_SECOND == HTTP_STAGE == HTTP_RATE
    assert http_api._BURST == HTTP_BURST
    assert http_api._ROUTE_LIMITS["POST /ws-ticket"] == (TICKET_RATE, TICKET_BURST)
    assert websocket_api._REQUESTS_PER_SECOND == WEBSOCKET_STAGE


def test_what_a_sale_uses(paths: Paths, assumed: Assumptions) -> None:
    """Four screens and a dashboard: 6 requests over HTTP (the sale, three figures, notices twice) and 5 posts."""
    by_name = {each.name: each for each in quotas(SIZE, paths, assumed)}
    account = by_name["requests of the account"]
    assert account.a_sale == 11
    # Pings of 4,000 screens every 5 minutes; every 105 a ticket and a resume.
    assert account.at_rest == pytest.approx(4_000 / 300 + 2 * 4_000 / 6_300)
    assert by_name["requests of the HTTP stage (ours)"].a_sale == 6
    # In and out again: the sale's event and that of the refresh.
    assert by_name["16 shards of eventos/pendientes, warm"].a_sale == 4


def test_the_sweep_repeats_one_event_after_another(assumed: Assumptions) -> None:
    """44 s of each minute, 16 ms an event."""
    assert sweep_rate(assumed) == pytest.approx(44 / 0.016 / 60)
