"""Posting to API Gateway and closing there: what is asked, and what each answer means."""

import json
import time
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from aws_lite.backoff import Backoff
from aws_lite.connection_pool import ConnectError, ConnectionPool, Endpoint
from aws_lite.credentials import MissingVariables
from aws_lite.http_exchange import ExchangeError, HttpResponse, MalformedResponse, PeerClosed, ReadTimeout
from aws_lite.sigv4 import Credentials, Signer, payload_hash
from saai_domain.codes import ConnectionId
from saai_support.loopback_server import reacting
from ws_gateway.delivery.outcome import DeliveryOutcome
from ws_gateway.delivery.poster import ApiGatewayPoster, api_gateway_poster

ID = ConnectionId("L0SM9cOFvHcCIhw=")
CREDENTIALS = Credentials(access_key_id="AKID", secret_access_key="secret", session_token="a/token=")
ENVIRONMENT = {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}
ENDPOINT = Endpoint(host="abc.test", port=443, tls=True, prefix="/dev")
NOW = 1_767_200_400.0


@attrs.define
class FakePool:
    """Answers with one status after another, or raises; the last one stays."""

    script: list[int | ExchangeError]
    endpoint: Endpoint = ENDPOINT
    requests: list[bytes] = attrs.field(factory=list)

    def send(self, request: bytes) -> HttpResponse:
        self.requests.append(request)
        answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(answer, ExchangeError):
            raise answer
        return HttpResponse(answer, b"", keep=True)


def _poster(*script: int | ExchangeError) -> tuple[ApiGatewayPoster, FakePool]:
    clock = iter([0.0, 0.1, 0.2, 9.0])
    pool: Any = FakePool(list(script))
    poster = ApiGatewayPoster(
        pool=pool,
        credentials=CREDENTIALS,
        region="us-east-1",
        backoff=Backoff(total=1, monotonic=clock.__next__, sleep=lambda _: None, uniform=lambda _low, _high: 0),
        now=lambda: NOW,
    )
    return poster, pool


def _post(poster: ApiGatewayPoster) -> DeliveryOutcome:
    return poster.post(ID, b"x")


def _close(poster: ApiGatewayPoster) -> DeliveryOutcome:
    return poster.close(ID)


both = pytest.mark.parametrize("call", [_post, _close])


def _read(request: bytes) -> tuple[str, dict[str, str], bytes]:
    head, _, body = request.partition(b"\r\n\r\n")
    line, *headers = head.decode().split("\r\n")
    return line, dict(header.split(": ", 1) for header in headers), body


def test_a_post_is_one_signed_request() -> None:
    """Its length is stated, and the body is the frame as it is."""
    poster, pool = _poster(200)
    frame = json.dumps({"a": "ñ"}).encode()
    assert poster.post(ID, frame) is DeliveryOutcome.SENT
    line, headers, body = _read(pool.requests[0])
    assert line == "POST /dev/@connections/L0SM9cOFvHcCIhw%3D HTTP/1.1"
    assert body == frame
    assert headers["host"] == "abc.test"
    assert headers["content-length"] == str(len(frame))
    assert headers["x-amz-security-token"] == "a/token="
    assert headers["authorization"] == _authorization("POST", frame)


def test_a_close_is_one_signed_request() -> None:
    """DeleteConnection (API Gateway Management API) has no body and answers 204."""
    poster, pool = _poster(204)
    assert poster.close(ID) is DeliveryOutcome.SENT
    line, headers, body = _read(pool.requests[0])
    assert line == "DELETE /dev/@connections/L0SM9cOFvHcCIhw%3D HTTP/1.1"
    assert (headers["content-length"], body) == ("0", b"")
    assert headers["authorization"] == _authorization("DELETE", b"")


def _authorization(method: str, body: bytes) -> str:
    """What the signer, which has tests of its own, makes of the path that API Gateway will check."""
    signer = Signer(credentials=CREDENTIALS, region="us-east-1", service="execute-api", method=method, host="abc.test")
    lines = signer.header_lines("/dev/%40connections/L0SM9cOFvHcCIhw%253D", payload_hash(body), NOW)
    return lines.partition("authorization: ")[2].strip()


def test_each_frame_is_signed_and_sent_as_itself() -> None:
    """What is kept of a frame serves its other recipients, and no other frame."""
    poster, pool = _poster(200)
    first, second = b"first", b"second"
    for frame in (first, second, first):
        poster.post(ID, frame)
    sent = [_read(request) for request in pool.requests]
    assert [body for _, _, body in sent] == [first, second, first]
    assert [headers["authorization"] for _, headers, _ in sent] == [
        _authorization("POST", body) for body in (first, second, first)
    ]


@both
@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (410, DeliveryOutcome.GONE),
        (403, DeliveryOutcome.FORBIDDEN),
        (413, DeliveryOutcome.TOO_LARGE),
        (400, DeliveryOutcome.FAILED),
        (404, DeliveryOutcome.FAILED),
        (500, DeliveryOutcome.FAILED),
        (503, DeliveryOutcome.FAILED),
        (302, DeliveryOutcome.FAILED),
    ],
)
def test_each_status_is_an_outcome(
    call: Callable[[ApiGatewayPoster], DeliveryOutcome], status: int, outcome: DeliveryOutcome
) -> None:
    """None is an exception, and none is repeated."""
    poster, pool = _poster(status)
    assert call(poster) is outcome
    assert len(pool.requests) == 1


@both
def test_what_is_throttled_is_repeated(call: Callable[[ApiGatewayPoster], DeliveryOutcome]) -> None:
    """429 means later."""
    poster, pool = _poster(429, 200)
    assert call(poster) is DeliveryOutcome.SENT
    assert len(pool.requests) == 2


def test_a_screen_that_stays_throttled_uses_up_its_budget() -> None:
    """It recovers by itself; the others don't wait for it."""
    poster, pool = _poster(429)
    assert poster.post(ID, b"x") is DeliveryOutcome.THROTTLED
    assert len(pool.requests) == 3


@both
@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ReadTimeout(), DeliveryOutcome.TIMED_OUT),
        (PeerClosed(), DeliveryOutcome.FAILED),
        (MalformedResponse("no length"), DeliveryOutcome.FAILED),
        (ConnectError("nobody there"), DeliveryOutcome.FAILED),
    ],
)
def test_without_an_answer_there_is_an_outcome_and_nothing_is_repeated(
    call: Callable[[ApiGatewayPoster], DeliveryOutcome], error: ExchangeError, outcome: DeliveryOutcome
) -> None:
    """A hung screen costs one time-out. A closed connection was replaced by the pool already."""
    poster, pool = _poster(error)
    assert call(poster) is outcome
    assert len(pool.requests) == 1


def test_many_posts_go_out_at_once_and_each_has_its_own_outcome(socket_enabled: None) -> None:
    """A throttled one is repeated; who had no turn is missing."""
    seen: list[str] = []
    frame = b"a frame"

    def react(request: bytes) -> bytes | None:
        line, headers, body = _read(request)
        assert (headers["content-length"], body) == ("7", frame)
        name = line.split(" ")[1].rpartition("/")[2]
        seen.append(name)
        status = {"gone": 410, "forbidden": 403, "large": 413, "broken": 500, "slow": 429}.get(name, 200)
        if name == "once" and seen.count(name) == 1:
            status = 429
        return b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status

    with reacting(react) as port:
        pool = ConnectionPool(Endpoint(host="127.0.0.1", port=port, tls=False))
        poster = ApiGatewayPoster(
            pool=pool,
            credentials=CREDENTIALS,
            region="us-east-1",
            backoff=Backoff(total=0.2, uniform=lambda _low, _high: 0.05),
            connections=3,
        )
        names = [ConnectionId(name) for name in ("a", "gone", "forbidden", "large", "broken", "slow", "once", "b")]
        outcomes = poster.post_all(names, frame, deadline=time.monotonic() + 30)
        nobody = poster.post_all(names, frame, deadline=time.monotonic())
        while (connection := pool.take()) is not None:
            connection.close()
    assert outcomes == {
        "a": DeliveryOutcome.SENT,
        "gone": DeliveryOutcome.GONE,
        "forbidden": DeliveryOutcome.FORBIDDEN,
        "large": DeliveryOutcome.TOO_LARGE,
        "broken": DeliveryOutcome.FAILED,
        "slow": DeliveryOutcome.THROTTLED,
        "once": DeliveryOutcome.SENT,
        "b": DeliveryOutcome.SENT,
    }
    assert seen.count("once") == 2
    assert seen.count("slow") > 1
    assert nobody == {}


def test_a_stages_poster_needs_credentials_and_an_address() -> None:
    """Without them the function doesn't start, instead of failing at every event."""
    assert isinstance(api_gateway_poster("https://abc.test/dev", ENVIRONMENT), ApiGatewayPoster)
    with pytest.raises(MissingVariables):
        api_gateway_poster("https://abc.test/dev", {})
    with pytest.raises(ValueError, match="not the address"):
        api_gateway_poster("abc.test/dev", ENVIRONMENT)


def test_the_local_aws_has_its_own_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain HTTP, and a prefix that is signed with the rest."""
    requests: list[bytes] = []

    def send(pool: ConnectionPool, request: bytes) -> HttpResponse:
        requests.append(request)
        return HttpResponse(200, b"", keep=True)

    monkeypatch.setattr(ConnectionPool, "send", send)
    poster = api_gateway_poster("http://127.0.0.1:4566/_aws/execute-api/abc/dev", ENVIRONMENT)
    assert poster.post(ID, b"x") is DeliveryOutcome.SENT
    line, headers, _ = _read(requests[0])
    assert line == "POST /_aws/execute-api/abc/dev/@connections/L0SM9cOFvHcCIhw%3D HTTP/1.1"
    assert headers["host"] == "127.0.0.1:4566"
