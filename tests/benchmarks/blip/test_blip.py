"""How screens come back after all sockets dropped."""

import random
from itertools import pairwise

import pytest

from benchmarks.blip.__main__ import (
    HTTP_BURST,
    HTTP_RATE,
    SECRET_READS,
    TICKET_BURST,
    TICKET_RATE,
    Bucket,
    Client,
    recover,
)


@pytest.fixture
def client() -> Client:
    return Client()


class Highest(random.Random):
    """Draws the ceiling."""

    def random(self) -> float:
        return 1.0


def test_pauses_double_up_to_the_limit(client: Client) -> None:
    """As the browser client's Backoff: each is drawn from zero to its ceiling."""
    assert [client.pause(attempts, Highest()) for attempts in range(7)] == [5, 10, 20, 30, 30, 30, 30]


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    """Two at once, and one for each half second."""
    bucket = Bucket(rate=2, burst=2)
    assert [bucket.take(at) for at in (0, 0, 0, 0.5, 0.5, 10, 10, 10)] == [
        True,
        True,
        False,
        True,
        False,
        True,
        True,
        False,
    ]


def test_few_screens_come_back_at_their_first_attempt(client: Client) -> None:
    """A first pause, a ticket and a handshake."""
    recovery = recover(client, screens=200, connections=Bucket(rate=500, burst=500), http=Bucket(rate=1_000, burst=500))
    assert recovery.requests.total() == recovery.handshakes.total() == 200
    assert recovery.until(1) <= client.retry_first + 2 * client.round_trip


def test_everybody_comes_back_no_faster_than_the_quota_lets(client: Client) -> None:
    """5,000 screens at 500 a second, never more than a burst and the rate in any second."""
    http = Bucket(rate=HTTP_RATE, burst=HTTP_BURST)
    recovery = recover(client, screens=5_000, connections=Bucket(rate=500, burst=500), http=http)
    assert len(recovery.back) == 5_000
    assert recovery.until(1) >= 9
    assert all(last - first >= 1 - 1e-9 for first, last in pairwise(recovery.back[::1_000]))
    refused = recovery.handshakes_refused.total()
    assert recovery.handshakes.total() == 5_000 + refused
    assert recovery.requests.total() - recovery.requests_refused.total() == 5_000 + refused


def test_a_ticket_route_no_faster_than_handshakes_wastes_none(client: Client) -> None:
    """Whoever has a ticket gets a socket."""
    recovery = recover(client, screens=5_000, connections=Bucket(rate=500, burst=500), http=Bucket(rate=500, burst=500))
    assert recovery.handshakes_refused.total() == 0


def test_a_token_in_the_url_asks_for_nothing_first(client: Client) -> None:
    """All attempts are handshakes."""
    recovery = recover(client, screens=2_000, connections=Bucket(rate=500, burst=500), http=None)
    assert recovery.requests.total() == 0
    assert len(recovery.back) == 2_000


def lost_to_the_secret(client: Client, *, screens: int, burst: int) -> int:
    recovery = recover(
        client,
        screens=screens,
        connections=Bucket(rate=500, burst=500),
        http=Bucket(rate=TICKET_RATE, burst=burst),
        secrets=Bucket(rate=SECRET_READS, burst=SECRET_READS),
    )
    assert len(recovery.back) == screens
    return recovery.lost_to_secret


def test_nobody_is_lost_to_parameter_stores_forty_reads_a_second(client: Client) -> None:
    """50,000 at once: no more processes start in a moment than can read the secret in their turn."""
    assert lost_to_the_secret(client, screens=50_000, burst=TICKET_BURST) == 0
    assert lost_to_the_secret(client, screens=10_000, burst=500) > 0
