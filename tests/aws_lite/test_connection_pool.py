"""Connections that are kept: used again, replaced where the peer closed one, trusted only where the certificate is."""

import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from aws_lite import trust
from aws_lite.connection_pool import IDLE_SECONDS, ConnectionPool, Endpoint, Socket, is_quiet
from aws_lite.http_exchange import ConnectError, ExchangeError, MalformedResponse, PeerClosed, ReadTimeout
from saai_support.loopback_server import OK, answering, serving, until
from saai_support.loopback_tls import Authority

ENDPOINT = Endpoint(host="abc.test", port=443, tls=False)
CLOSING = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


@attrs.define(eq=False)
class FakeSocket:
    """Answers requests in turn; without an answer left, the peer has closed."""

    answers: list[bytes | Exception]
    before_answer: Callable[[], None] = lambda: None
    closed: bool = False
    quiet: bool = True
    requests: list[bytes] = attrs.field(factory=list)

    def sendall(self, data: bytes) -> None:
        self.requests.append(data)

    def recv(self, size: int) -> bytes:
        self.before_answer()
        answer = self.answers.pop(0) if self.answers else b""
        if isinstance(answer, Exception):
            raise answer
        return answer

    def settimeout(self, seconds: float) -> None:
        pass

    def fileno(self) -> int:
        return -1

    def close(self) -> None:
        self.closed = True


@attrs.define
class FakeNetwork:
    """Hands out prepared sockets, in order."""

    sockets: list[FakeSocket | OSError]
    opened: list[FakeSocket] = attrs.field(factory=list)

    def connect(self, endpoint: Endpoint, _trust: trust.Trust, seconds: float) -> Socket:
        assert endpoint == ENDPOINT
        connection = self.sockets.pop(0)
        if isinstance(connection, OSError):
            raise connection
        self.opened.append(connection)
        return connection


@attrs.define
class Times:
    """Both clocks, moved by hand."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


def pool_of(*sockets: FakeSocket | OSError, times: Times | None = None) -> tuple[ConnectionPool, FakeNetwork]:
    network = FakeNetwork(list(sockets))
    times = times or Times()
    pool = ConnectionPool(ENDPOINT, connect=network.connect, quiet=quiet, monotonic=times, now=times)
    return pool, network


def quiet(connection: Any) -> bool:
    return connection.quiet


def test_a_connection_is_used_again() -> None:
    """Also by the invocations that follow."""
    pool, network = pool_of(FakeSocket([OK, OK]))
    assert [pool.send(b"1").status, pool.send(b"2").status] == [200, 200]
    assert network.opened[0].requests == [b"1", b"2"]
    assert not network.opened[0].closed


def test_a_kept_connection_that_the_peer_closed_is_replaced_once() -> None:
    """The function may have been frozen. A screen drops what it gets twice."""
    first, second = FakeSocket([OK]), FakeSocket([OK])
    pool, _ = pool_of(first, second)
    pool.send(b"1")
    assert pool.send(b"2").status == 200
    assert first.closed
    assert second.requests == [b"2"]


def test_a_new_connection_that_the_peer_closes_is_not_replaced() -> None:
    """Something else is wrong then."""
    pool, network = pool_of(FakeSocket([OK]), FakeSocket([]))
    pool.send(b"1")
    with pytest.raises(PeerClosed):
        pool.send(b"2")
    assert all(each.closed for each in network.opened)


@pytest.mark.parametrize(("answer", "error"), [(b"nonsense\r\n\r\n", MalformedResponse), (TimeoutError(), ReadTimeout)])
def test_a_connection_without_a_good_answer_is_closed_and_nothing_repeated(
    answer: bytes | Exception, error: type[ExchangeError]
) -> None:
    """What came later could be taken for the next answer."""
    pool, network = pool_of(FakeSocket([OK, answer]), FakeSocket([OK]))
    pool.send(b"1")
    with pytest.raises(error):
        pool.send(b"2")
    assert network.opened[0].closed
    pool.send(b"3")
    assert network.opened[1].requests == [b"3"]


def test_a_connection_that_the_peer_announces_to_close_is_not_kept() -> None:
    """Its answer counts."""
    pool, network = pool_of(FakeSocket([CLOSING]), FakeSocket([OK]))
    assert [pool.send(b"1").status, pool.send(b"2").status] == [200, 200]
    assert network.opened[0].closed


def test_a_connection_that_cannot_be_opened_ahead_is_met_by_the_first_request() -> None:
    """Which opens one of its own, or fails as it would have."""
    pool, network = pool_of(OSError("unreachable"), FakeSocket([OK]), OSError("unreachable"), OSError("unreachable"))
    pool.open_ahead()
    assert pool.send(b"1").status == 200
    network.opened[0].quiet = False
    pool.open_ahead()
    with pytest.raises(ConnectError):
        pool.send(b"2")


@pytest.mark.parametrize("idle", [IDLE_SECONDS + 1, -1.0])
def test_a_connection_that_was_idle_too_long_is_not_tried(idle: float) -> None:
    """The peer may have closed it without a word; nor is one tried when the clock was set back."""
    times = Times()
    pool, network = pool_of(FakeSocket([OK, OK]), FakeSocket([OK]), times=times)
    pool.send(b"1")
    times.now += idle
    pool.send(b"2")
    assert network.opened[0].closed
    assert network.opened[1].requests == [b"2"]


def test_a_connection_on_which_something_came_unasked_is_not_tried() -> None:
    """Its end, or what could be taken for the next answer."""
    pool, network = pool_of(FakeSocket([OK]), FakeSocket([OK]))
    pool.send(b"1")
    network.opened[0].quiet = False
    pool.send(b"2")
    assert network.opened[0].closed
    assert network.opened[0].requests == [b"1"]


def test_without_a_connection_there_is_an_error_of_the_tree() -> None:
    """Nobody there, no such name, no trust: all are OSError to Python."""
    pool, _ = pool_of(ConnectionRefusedError("nobody"))
    with pytest.raises(ConnectError, match=r"abc\.test:443: nobody"):
        pool.send(b"1")


def test_a_kept_connection_that_is_closed_when_time_is_up_is_not_replaced() -> None:
    """The time allowed is for both attempts."""
    times = Times()
    pool, network = pool_of(FakeSocket([OK]), FakeSocket([OK]), times=times)
    pool.send(b"1", seconds=3)

    def late() -> None:
        times.now += 3

    network.opened[0].before_answer = late
    with pytest.raises(ReadTimeout):
        pool.send(b"2", seconds=3)
    assert len(network.opened) == 1


@pytest.mark.parametrize(
    ("address", "authority", "prefix"),
    [
        ("https://abc.execute-api.us-east-1.amazonaws.com/dev", "abc.execute-api.us-east-1.amazonaws.com", "/dev"),
        ("https://abc.test:443/dev/", "abc.test", "/dev"),
        ("http://127.0.0.1:4566/_aws/execute-api/abc/dev", "127.0.0.1:4566", "/_aws/execute-api/abc/dev"),
        ("http://localhost", "localhost", ""),
    ],
)
def test_an_endpoint_is_read_from_its_address(address: str, authority: str, prefix: str) -> None:
    """AWS's own, and one of this machine."""
    endpoint = Endpoint.parse(address)
    assert (endpoint.authority, endpoint.prefix) == (authority, prefix)
    assert endpoint.tls == address.startswith("https")


@pytest.mark.parametrize(
    "address", ["", "abc.test/dev", "wss://abc.test/dev", "https://", "https://abc.test:x/dev", "https://ñ.test"]
)
def test_what_is_no_endpoint_is_refused(address: str) -> None:
    """At the start of the process, not at the first event."""
    with pytest.raises(ValueError, match="not the address"):
        Endpoint.parse(address)


# Over real sockets of this machine.


@pytest.fixture
def authority(socket_enabled: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Authority]:
    """The only authority that is trusted in the test."""
    authority = Authority()
    (tmp_path / "authority.pem").write_bytes(authority.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    trust.system_context.cache_clear()
    yield authority
    trust.system_context.cache_clear()


def _pool(port: int, *, tls: bool = True) -> ConnectionPool:
    return ConnectionPool(Endpoint(host="127.0.0.1", port=port, tls=tls))


def _close(pool: ConnectionPool) -> None:
    while (connection := pool.take()) is not None:
        connection.close()


def test_requests_go_over_tls_that_is_verified(authority: Authority, tmp_path: Path) -> None:
    """Two of them, on one connection."""
    context = authority.server_context(tmp_path, "127.0.0.1")
    with serving(answering(OK, OK), tls=context) as port:
        pool = _pool(port)
        assert [pool.send(b"1").status, pool.send(b"2").status] == [200, 200]
        _close(pool)


def test_a_connection_that_was_opened_ahead_is_the_first_requests(authority: Authority, tmp_path: Path) -> None:
    """Whatever TLS sent on it meanwhile: a server of TLS 1.3 sends tickets after the handshake."""
    context = authority.server_context(tmp_path, "127.0.0.1")
    with serving(answering(OK), tls=context) as port:
        pool = _pool(port)
        pool.open_ahead()
        (opened, _) = pool._idle[0]
        assert select.select([opened], [], [], 30)[0] == [opened]
        assert pool.send(b"1").status == 200
        assert pool.take() in {opened, None}
        opened.close()


def test_one_that_was_opened_ahead_and_closed_since_is_replaced(authority: Authority, tmp_path: Path) -> None:
    """As it is when a process is frozen between its start and its first event."""
    context = authority.server_context(tmp_path, "127.0.0.1")
    with serving(lambda _: None, answering(OK), tls=context) as port:
        pool = _pool(port)
        pool.open_ahead()
        time.sleep(0.05)
        assert pool.send(b"1").status == 200
        _close(pool)


@pytest.mark.parametrize("host", ["127.0.0.2", "abc.test"])
def test_a_certificate_for_another_host_is_not_trusted(authority: Authority, tmp_path: Path, host: str) -> None:
    """Though its authority is."""
    context = authority.server_context(tmp_path, host)
    with serving(answering(OK), tls=context) as port, pytest.raises(ConnectError, match="certificate"):
        _pool(port).send(b"1")


def test_a_certificate_of_an_unknown_authority_is_not_trusted(authority: Authority, tmp_path: Path) -> None:
    """Though it names the host."""
    context = Authority("other").server_context(tmp_path, "127.0.0.1")
    with serving(answering(OK), tls=context) as port, pytest.raises(ConnectError, match="certificate"):
        _pool(port).send(b"1")


def test_a_server_that_does_not_speak_tls_is_no_server(authority: Authority) -> None:
    """There is no falling back."""
    with serving(answering(OK)) as port, pytest.raises(ConnectError):
        _pool(port).send(b"1")


@pytest.mark.parametrize("tls", [True, False])
def test_a_kept_connection_that_was_really_closed_is_replaced(
    authority: Authority, tmp_path: Path, *, tls: bool
) -> None:
    """With the end of TLS, or of TCP alone."""
    context = authority.server_context(tmp_path, "127.0.0.1") if tls else None
    with serving(answering(OK), answering(OK), tls=context) as port:
        pool = _pool(port, tls=tls)
        assert [pool.send(b"1").status, pool.send(b"2").status] == [200, 200]
        _close(pool)


@pytest.mark.parametrize("tls", [True, False])
def test_an_answer_that_nobody_asked_for_is_not_taken_for_the_next(
    authority: Authority, tmp_path: Path, *, tls: bool
) -> None:
    """Some servers announce with a 408 that they close."""
    context = authority.server_context(tmp_path, "127.0.0.1") if tls else None
    answered = threading.Event()

    def impatient(connection: socket.socket) -> None:
        answering(OK)(connection)
        answered.wait(30)
        connection.sendall(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
        connection.recv(1)

    with serving(impatient, answering(OK), tls=context) as port:
        pool = _pool(port, tls=tls)
        pool.send(b"1")
        answered.set()
        while pool._idle and is_quiet(pool._idle[0][0]):
            time.sleep(0.001)
        assert pool.send(b"2").status == 200
        _close(pool)


def test_a_server_that_hangs_costs_the_time_allowed(authority: Authority, tmp_path: Path) -> None:
    """And no more: the test would end all the same, but the pool has to give up first."""
    released = threading.Event()
    with serving(until(released), tls=authority.server_context(tmp_path, "127.0.0.1")) as port:
        with pytest.raises(ReadTimeout):
            _pool(port).send(b"1", seconds=0.5)
        released.set()


def test_nobody_there(socket_enabled: None) -> None:
    """The port is closed again."""
    with serving() as port:
        pass
    with pytest.raises(ConnectError):
        _pool(port, tls=False).send(b"1")
