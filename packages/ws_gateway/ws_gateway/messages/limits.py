"""How much one screen may ask for (docs/protocol.md, "How much a screen may ask for").

API Gateway throttles routes, not connections, so the functions do. Both limits are virtual scheduling (the generic
cell rate algorithm, ITU-T I.371, annex A): what is asked for uses up seconds of an allowance, which come back as time
goes by, so that one moment is all that has to be kept.
"""

import math
from enum import Enum, auto
from typing import Final

from saai_domain.time import Clock, lima_now

from ws_gateway.screens.connections import Connection

MESSAGE_SECONDS: Final = 0.5
"""What a message takes up: two a second in the long run."""
MESSAGES_BUDGET: Final = 15.0
"""Seconds: 30 messages at once. A screen that reconnects in a bad network sends two or three.

Each process admits so many of a flood before it is stopped, and others wait meanwhile (``benchmarks.hostile``).
"""
FLOOD_BUDGET: Final = 2 * MESSAGES_BUDGET
"""Seconds. A screen that goes on until then, though it is told to wait, is closed."""
MAX_USERS: Final = 1_000
"""How many users are kept before those are dropped whose allowance is whole again."""

EVENT_SECONDS: Final = 0.06
"""What a recovered event takes up: a thousand a minute in the long run."""
RECOVERY_BUDGET: Final = 1_200
"""Seconds: 20,000 events at once, four times the most that one recovery brings."""
COUNTED_FROM: Final = 500
"""Events from which on a recovery is counted, which takes a write. A usual one brings a few and takes none."""


def used_until(used: float, now: float, *, cost: float) -> float:
    """Return until when an allowance is used up once ``cost`` seconds more of it are taken.

    ``used`` is until when it was used up before, ``now`` the present moment; all moments are in epoch seconds.
    """
    return max(used, now) + cost


class Verdict(Enum):
    """What becomes of a message."""

    ADMITTED = auto()
    REFUSED = auto()
    FLOOD = auto()
    """Whoever sends it is to be closed."""


class MessageLimit:
    """Counts each user's messages, in this process: a new connection brings no new allowance.

    Lambda may run many processes, each with its own count. Who floods is closed by the first that notices.
    """

    def __init__(self, clock: Clock = lima_now) -> None:
        self._clock = clock
        self._used: dict[tuple[str, str], float] = {}

    def judge(self, connection: Connection) -> Verdict:
        """Count a message, and return what becomes of it."""
        now = self._clock().timestamp()
        user = connection.tenant_id, connection.codigo_usuario
        used = used_until(self._used.get(user, now), now, cost=MESSAGE_SECONDS)
        if used - now > FLOOD_BUDGET:
            return Verdict.FLOOD
        if len(self._used) >= MAX_USERS:
            for each in [each for each, until in self._used.items() if until <= now]:
                del self._used[each]
        self._used[user] = used
        return Verdict.REFUSED if used - now > MESSAGES_BUDGET else Verdict.ADMITTED

    def wait(self, connection: Connection) -> int:
        """Return after how many seconds, at least 1, a refused user's next message is admitted."""
        used = self._used.get((connection.tenant_id, connection.codigo_usuario), 0.0)
        seconds = used + MESSAGE_SECONDS - MESSAGES_BUDGET - self._clock().timestamp()
        # Moments of today are exact to less than a microsecond.
        return max(1, math.ceil(round(seconds, 3)))


def recovery(used: int, now: int, *, events: int) -> tuple[int, int]:
    """Return until when a recovery of so many events uses up its connection's allowance, and how long it has to wait.

    ``used`` is until when the allowance was used up before; moments in epoch seconds. The wait is in seconds, 0 where
    it needn't.
    """
    until = used_until(used, now, cost=round(events * EVENT_SECONDS))
    return int(until), max(0, int(until) - now - RECOVERY_BUDGET)
