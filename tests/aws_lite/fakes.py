"""Hand-written stand-ins: a time that only moves when told, backoff that never really waits, a pool with a script."""

from typing import Any

import attrs
from aws_lite.backoff import Backoff
from aws_lite.connection_pool import Endpoint
from aws_lite.http_exchange import ExchangeError, HttpResponse
from aws_lite.services import client_class
from aws_lite.sigv4 import Credentials

CREDENTIALS = Credentials(access_key_id="AKID", secret_access_key="secret", session_token="token")
NOW = 1_767_200_400.0


@attrs.define
class FakeTime:
    """A monotonic clock that advances by sleeping only. Seconds."""

    elapsed: float = 0.0
    naps: list[float] = attrs.field(factory=list)

    def monotonic(self) -> float:
        return self.elapsed

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.elapsed += seconds


def backoff(time: FakeTime | None = None, *, total: float = 10.0) -> Backoff:
    """Return backoff on a fake time that always draws the longest pause."""
    time = time or FakeTime()
    return Backoff(total=total, monotonic=time.monotonic, sleep=time.sleep, uniform=lambda _low, high: high)


@attrs.define
class FakePool:
    """Gives one response after another."""

    script: list[HttpResponse | ExchangeError]
    requests: list[bytes] = attrs.field(factory=list)
    endpoint: Endpoint = attrs.field(factory=lambda: Endpoint(host="abc.test", port=443, tls=True))

    def send(self, request: bytes, *, seconds: float) -> HttpResponse:
        assert seconds == 3.0
        self.requests.append(request)
        response = self.script.pop(0)
        if isinstance(response, ExchangeError):
            raise response
        return response


def client_on(pool: Any, service: str = "dynamodb", *, attempts: int = 2) -> Any:
    """Return a service's client on a pool, with a clock that stands still."""
    return client_class(service)(
        pool=pool,
        credentials=CREDENTIALS,
        region="us-east-1",
        attempts=attempts,
        now=lambda: NOW,
        backoff=backoff(),
    )


def client_over(
    *script: HttpResponse | ExchangeError, attempts: int = 2, service: str = "dynamodb"
) -> tuple[Any, FakePool]:
    """Return a service's client, and the pool that answers it."""
    pool = FakePool(list(script))
    return client_on(pool, service, attempts=attempts), pool
