"""``python -m benchmarks.blip``: every socket drops at once, and all screens come back by the client's backoff."""

import argparse
import heapq
import random
from collections import Counter
from collections.abc import Sequence
from enum import IntEnum
from typing import Final

import attrs
from saai_domain.aws.parameters import PATIENCE

NEW_CONNECTIONS: Final = 500
"""A second, of an account in a Region (API Gateway's quotas). The bucket is taken to hold one second's."""
HTTP_RATE: Final = 1_000
HTTP_BURST: Final = 500
TICKET_RATE: Final = 500
TICKET_BURST: Final = 50
"""Ours (saai_infra.http_api): of the stage, and of the tickets' route."""
SECRET_READS: Final = 40
"""A second, of Parameter Store. The bucket is taken to hold one second's."""
COLD_START: Final = 0.3
TICKET_SECONDS: Final = 0.05
"""Of EmitirTicketWs: a process before its first answer, the reading of the secret besides; and an answer."""


@attrs.frozen(kw_only=True)
class Client:
    """The backoff of packages/ws_client/src/backoff.js, with the values of options.js; seconds."""

    retry_first: float = 5.0
    retry_limit: float = 30.0
    round_trip: float = 0.2
    """Of a request or a handshake from Peru, refused or not: assumed."""

    def pause(self, attempts: int, chance: random.Random) -> float:
        """Draw the pause before the next attempt after so many without success."""
        return chance.random() * min(self.retry_limit, self.retry_first * 2**attempts)


@attrs.define(kw_only=True)
class Bucket:
    """API Gateway's token bucket."""

    rate: float
    burst: float
    _tokens: float = attrs.field(init=False)
    _at: float = 0.0

    def __attrs_post_init__(self) -> None:
        self._tokens = self.burst

    def take(self, at: float) -> bool:
        """Take a token at a moment not before the last; False where there is none."""
        self._tokens = min(self.burst, self._tokens + (at - self._at) * self.rate)
        self._at = at
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


@attrs.define(kw_only=True)
class Processes:
    """EmitirTicketWs: each process answers one request at a time, and reads the signing secret before its first."""

    reads: Bucket
    chance: random.Random
    started: int = 0
    _free_at: list[float] = attrs.field(factory=list)

    def take(self, at: float) -> bool:
        """Give the request to a process that is free; False where one has to be started for it."""
        if not self._free_at or self._free_at[0] > at:
            self.started += 1
            return False
        heapq.heapreplace(self._free_at, at + TICKET_SECONDS)
        return True

    def read(self, at: float, attempt: int, since: float) -> float | None:
        """Let a new process read the secret; 0 where it could, the pause before it tries again, or None at its end."""
        if self.reads.take(at):
            heapq.heappush(self._free_at, at + TICKET_SECONDS)
            return 0.0
        pause = self.chance.random() * min(PATIENCE.ceiling, PATIENCE.base * 2**attempt)
        return None if at + pause >= since + PATIENCE.total else pause


@attrs.frozen(kw_only=True)
class Recovery:
    """What became of it; ``back`` are the seconds after which each screen had its socket, sorted."""

    back: Sequence[float]
    requests: Counter[int]
    """For tickets, in each second."""
    requests_refused: Counter[int]
    handshakes: Counter[int]
    handshakes_refused: Counter[int]
    lost_to_secret: int = 0
    """Tickets that were not made since Parameter Store gave no secret in time."""
    processes: int = 0

    def until(self, share: float) -> float:
        """Return after how many seconds so large a part of the screens was back."""
        return self.back[max(0, round(share * len(self.back)) - 1)]


class Stage(IntEnum):
    """What a screen does next."""

    ASK = 0
    WAIT_FOR_SECRET = 1
    SHAKE = 2


def recover(
    client: Client,
    *,
    screens: int,
    connections: Bucket,
    http: Bucket | None,
    secrets: Bucket | None = None,
    seed: int = 1,
) -> Recovery:
    """Have all screens come back.

    Args:
        client: How they retry.
        screens: How many there are.
        connections: What API Gateway admits.
        http: What tickets are asked from; None where the token stands in the URL.
        secrets: What Parameter Store answers; None where that is without a limit.
        seed: Of what is drawn.
    """
    chance = random.Random(seed)  # noqa: S311 - a run can be repeated
    first = Stage.SHAKE if http is None else Stage.ASK
    # Moment, screen, stage; of a process that waits for the secret its attempts and since when.
    queue = [(client.pause(0, chance), screen, first, 0, 0.0) for screen in range(screens)]
    heapq.heapify(queue)
    attempts = [1] * screens
    requests, requests_refused, handshakes, handshakes_refused = (Counter[int]() for _ in range(4))
    processes = Processes(reads=secrets, chance=chance) if secrets else None
    lost = 0
    back: list[float] = []

    def again(screen: int, at: float) -> None:
        heapq.heappush(queue, (at + client.pause(attempts[screen], chance), screen, first, 0, 0.0))
        attempts[screen] += 1

    while queue:
        at, screen, stage, tries, since = heapq.heappop(queue)
        answered = at + client.round_trip
        if processes and stage is Stage.WAIT_FOR_SECRET:
            pause = processes.read(at, tries, since)
            if pause is None:
                lost += 1
                again(screen, answered)
            elif pause:
                heapq.heappush(queue, (at + pause, screen, stage, tries + 1, since))
            else:
                heapq.heappush(queue, (answered + TICKET_SECONDS, screen, Stage.SHAKE, 0, 0.0))
            continue
        asks = stage is Stage.ASK and http is not None
        bucket, asked, refused = (
            (http, requests, requests_refused) if asks and http else (connections, handshakes, handshakes_refused)
        )
        asked[int(at)] += 1
        if not bucket.take(at):
            refused[int(at)] += 1
            again(screen, answered)
        elif not asks:
            back.append(answered)
        elif processes is None or processes.take(at):
            heapq.heappush(queue, (answered, screen, Stage.SHAKE, 0, 0.0))
        else:
            begun = at + COLD_START
            heapq.heappush(queue, (begun, screen, Stage.WAIT_FOR_SECRET, 1, begun))
    return Recovery(
        back=sorted(back),
        requests=requests,
        requests_refused=requests_refused,
        handshakes=handshakes,
        handshakes_refused=handshakes_refused,
        lost_to_secret=lost,
        processes=processes.started if processes else 0,
    )


def main() -> None:
    """Print how the screens come back, under several quotas and backoffs."""
    parser = argparse.ArgumentParser(prog="benchmarks.blip", description=__doc__)
    parser.add_argument("--screens", type=int, default=50_000)
    screens = parser.parse_args().screens
    client = Client()
    patient = attrs.evolve(client, retry_limit=4 * client.retry_limit)
    hasty = attrs.evolve(client, retry_first=1)
    print(f"{screens:,} sockets drop at once; first retry {client.retry_first:g} s, limit {client.retry_limit:g} s")
    print(f"{'':44}{'back after, s':>24}{'tickets':>18}{'handshakes':>20}{'most in':>10}{'secret':>14}")
    print(
        f"{'':44}{'50 %':>8}{'99 %':>8}{'all':>8}{'asked':>9}{'refused':>9}{'tried':>11}{'refused':>9}{'a second':>10}"
        f"{'procs':>7}{'lost':>7}"
    )
    for name, who, rate, http in (
        ("as it is: tickets, their route at 500/s", client, NEW_CONNECTIONS, (TICKET_RATE, TICKET_BURST)),
        ("tickets, 500 of them at once", client, NEW_CONNECTIONS, (TICKET_RATE, TICKET_RATE)),
        ("tickets, the stage's limit only", client, NEW_CONNECTIONS, (HTTP_RATE, HTTP_BURST)),
        ("tickets, no limit of ours", client, NEW_CONNECTIONS, (10**6, 10**6)),
        ("token in the URL", client, NEW_CONNECTIONS, None),
        ("tickets, limit of the backoff 120 s", patient, NEW_CONNECTIONS, (TICKET_RATE, TICKET_BURST)),
        ("tickets, first retry within 1 s", hasty, NEW_CONNECTIONS, (TICKET_RATE, TICKET_BURST)),
        ("tickets, 2,000 connections/s and requests/s", client, 2_000, (2_000, 200)),
    ):
        recovery = recover(
            who,
            screens=screens,
            connections=Bucket(rate=rate, burst=rate),
            http=None if http is None else Bucket(rate=http[0], burst=http[1]),
            secrets=Bucket(rate=SECRET_READS, burst=SECRET_READS),
        )
        print(_line(name, recovery))
    _print_curve(
        recover(
            client,
            screens=screens,
            connections=Bucket(rate=NEW_CONNECTIONS, burst=NEW_CONNECTIONS),
            http=Bucket(rate=TICKET_RATE, burst=TICKET_BURST),
            secrets=Bucket(rate=SECRET_READS, burst=SECRET_READS),
        )
    )


def _line(name: str, recovery: Recovery) -> str:
    return (
        f"{name:44}{recovery.until(0.5):8,.0f}{recovery.until(0.99):8,.0f}{recovery.until(1):8,.0f}"
        f"{recovery.requests.total():9,}{recovery.requests_refused.total():9,}"
        f"{recovery.handshakes.total():11,}{recovery.handshakes_refused.total():9,}"
        f"{max((recovery.requests + recovery.handshakes).values()):10,}"
        f"{recovery.processes:7,}{recovery.lost_to_secret:7,}"
    )


def _print_curve(recovery: Recovery) -> None:
    print("\nwith tickets, in the second that begins at")
    print(f"{'':>6}{'tickets':>9}{'refused':>9}{'handshakes':>12}{'refused':>9}{'back by then':>14}")
    for second in (0, 1, 2, 5, 10, 20, 30, 60, 90, 120, 150, 180):
        done = sum(at < second for at in recovery.back)
        print(
            f"{second:6}{recovery.requests[second]:9,}{recovery.requests_refused[second]:9,}"
            f"{recovery.handshakes[second]:12,}{recovery.handshakes_refused[second]:9,}{done:14,}"
        )


if __name__ == "__main__":
    main()
