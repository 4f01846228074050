"""Posting to API Gateway's ``@connections``, and closing a connection there.

This is what the product does most, so signing and the exchange are ours (docs/decisions.md): about a twentieth of
botocore's CPU time a post.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from aws_lite.backoff import Backoff
from aws_lite.connection_pool import ConnectionPool, Endpoint
from aws_lite.credentials import credentials_of, region_of
from aws_lite.http_exchange import ExchangeError, HttpResponse, ReadTimeout
from aws_lite.sigv4 import Credentials, Signer, canonical_path, encode_segment, payload_hash
from saai_domain.codes import ConnectionId

from ws_gateway.delivery.broadcast import Broadcast
from ws_gateway.delivery.outcome import DeliveryOutcome

_THROTTLED: Final = Backoff(base=0.05, ceiling=0.4, total=2.0)
"""How a post is repeated while API Gateway asks to slow down; a screen that stays slow recovers by itself."""
_NOTHING: Final = b""
MAX_CONNECTIONS: Final = 128
"""How many posts of one event are under way at once."""


class _Requests:
    """Makes the requests of one method: what is the same for all of them is made once."""

    def __init__(self, method: str, endpoint: Endpoint, credentials: Credentials, region: str) -> None:
        path = f"{endpoint.prefix}/@connections/"
        self._line = f"{method} {path}"
        self._canonical = canonical_path(path)
        self._signer = Signer(
            credentials=credentials, region=region, service="execute-api", method=method, host=endpoint.authority
        )
        self._ending = self._for(_NOTHING)

    def make(self, connection_id: ConnectionId, body: bytes, now: float) -> bytes:
        """Make a request, signed for this moment in epoch seconds."""
        ending = self._ending
        if ending[0] is not body:
            # All recipients of an event get the same object.
            ending = self._ending = self._for(body)
        _, body_hash, rest = ending
        once = encode_segment(connection_id)
        # Once on the wire, and once more in what is signed.
        lines = self._signer.header_lines(self._canonical + once.replace("%", "%25"), body_hash, now)
        return f"{self._line}{once} HTTP/1.1\r\n{lines}".encode() + rest

    @staticmethod
    def _for(body: bytes) -> tuple[bytes, str, bytes]:
        head = f"content-type: application/octet-stream\r\ncontent-length: {len(body)}\r\n\r\n"
        return body, payload_hash(body), head.encode() + body


class ApiGatewayPoster:
    """Posts to a stage's connections."""

    def __init__(
        self,
        *,
        pool: ConnectionPool,
        credentials: Credentials,
        region: str,
        backoff: Backoff = _THROTTLED,
        connections: int = MAX_CONNECTIONS,
        now: Callable[[], float] = time.time,
    ) -> None:
        """``now`` in epoch seconds, for the signatures."""
        self._pool = pool
        self._backoff = backoff
        self._connections = connections
        self._now = now
        self._posts = _Requests("POST", pool.endpoint, credentials, region)
        self._deletes = _Requests("DELETE", pool.endpoint, credentials, region)

    def post(self, connection_id: ConnectionId, data: bytes) -> DeliveryOutcome:
        """Post to one connection; a 429 is repeated within the recipient's budget."""
        return self._with_repeats(self._posts, connection_id, data)

    def close(self, connection_id: ConnectionId) -> DeliveryOutcome:
        """Have API Gateway close a connection: SENT where it does, GONE where it was closed before."""
        return self._with_repeats(self._deletes, connection_id, _NOTHING)

    def post_all(
        self, connection_ids: Sequence[ConnectionId], data: bytes, *, deadline: float
    ) -> Mapping[ConnectionId, DeliveryOutcome]:
        """Post to many connections at once, each within its own budget, until ``deadline`` on the monotonic clock.

        Who is missing in the answer was not tried, or not waited for.
        """
        outcomes: dict[ConnectionId, DeliveryOutcome] = {}
        throttled: dict[ConnectionId, _Throttled] = {}

        def settle(connection_id: ConnectionId, result: HttpResponse | ExchangeError) -> float | None:
            outcome = _outcome(result)
            if outcome is DeliveryOutcome.THROTTLED:
                seconds = throttled.setdefault(connection_id, _Throttled(self._backoff)).pause()
                if seconds is not None:
                    return seconds
            outcomes[connection_id] = outcome
            return None

        def request(connection_id: ConnectionId) -> bytes:
            return self._posts.make(connection_id, data, self._now())

        broadcast = Broadcast(self._pool, request=request, settle=settle, deadline=deadline)
        broadcast.run(connection_ids, lanes=self._connections)
        return outcomes

    def _with_repeats(self, requests: _Requests, connection_id: ConnectionId, body: bytes) -> DeliveryOutcome:
        throttled = _Throttled(self._backoff)
        while (outcome := self._once(requests, connection_id, body)) is DeliveryOutcome.THROTTLED:
            seconds = throttled.pause()
            if seconds is None:
                break
            self._backoff.sleep(seconds)
        return outcome

    def _once(self, requests: _Requests, connection_id: ConnectionId, body: bytes) -> DeliveryOutcome:
        try:
            return _outcome(self._pool.send(requests.make(connection_id, body, self._now())))
        except ExchangeError as error:
            return _outcome(error)


class _Throttled:
    """A recipient that API Gateway asked us to post to more slowly."""

    def __init__(self, backoff: Backoff) -> None:
        self._backoff = backoff
        self._deadline = backoff.deadline()
        self._attempts = 0

    def pause(self) -> float | None:
        """Return the seconds before the next try; None when its budget is used up."""
        self._attempts += 1
        return self._backoff.seconds(self._attempts, self._deadline)


def _outcome(result: HttpResponse | ExchangeError) -> DeliveryOutcome:
    if isinstance(result, HttpResponse):
        return DeliveryOutcome.of_status(result.status)
    return DeliveryOutcome.TIMED_OUT if isinstance(result, ReadTimeout) else DeliveryOutcome.FAILED


def api_gateway_poster(endpoint_url: str, environment: Mapping[str, str]) -> ApiGatewayPoster:
    """Make the poster of a stage; ``endpoint_url`` is the https form of the stage's URL.

    Raises:
        MissingVariables: The environment has no credentials or no Region.
        ValueError: Not an address.
    """
    pool = ConnectionPool(Endpoint.parse(endpoint_url))
    pool.prepare()
    return ApiGatewayPoster(
        pool=pool,
        credentials=credentials_of(environment),
        region=region_of(environment),
    )
