"""Connections to one host, kept and used again, also by the invocations that follow.

TLS is verified; ``trust`` says against whose certificates. Plain HTTP is for an AWS on this machine.
"""

import select
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

import msgspec

from aws_lite.http_exchange import ConnectError, HttpResponse, PeerClosed, ReadTimeout, Stream, exchange
from aws_lite.trust import Trust

__all__ = ["CONNECT_SECONDS", "SECONDS", "ConnectionPool", "Endpoint"]

IDLE_SECONDS: Final = 50.0
"""A connection that was idle for longer may be closed at the other end, of which a frozen function hears nothing."""
CONNECT_SECONDS: Final = 1.0
SECONDS: Final = 3.0
"""For everything between a request and its response."""
_LEAST: Final = 0.001
"""Seconds of a wait that may be over already: zero would mean not to wait at all."""


class Socket(Stream, Protocol):
    """A connected socket, plain or TLS."""

    def fileno(self) -> int:
        """Return its descriptor."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where requests go: the origin of an address, and the path that stands before every request's own."""

    host: str
    port: int
    tls: bool
    prefix: str = ""

    @property
    def authority(self) -> str:
        """What the ``Host`` header says: the port only where it is not the usual one."""
        usual = 443 if self.tls else 80
        return self.host if self.port == usual else f"{self.host}:{self.port}"

    @property
    def host_bytes(self) -> bytes:
        """The host as bytes, which sockets take as they are: a text is first encoded as an international name."""
        return self.host.encode("ascii")

    @classmethod
    def parse(cls, address: str) -> "Endpoint":
        """Read an address such as ``https://abc.execute-api.us-east-1.amazonaws.com/dev``.

        Raises:
            ValueError: It is not one of http or https with a host.
        """
        scheme, found, rest = address.partition("://")
        authority, slash, path = rest.partition("/")
        host, colon, port = authority.partition(":")
        if (
            not found
            or scheme not in {"http", "https"}
            or not host
            or (colon and not port.isdigit())
            or not host.isascii()
        ):
            msg = f"not the address of an endpoint: {address!r}"
            raise ValueError(msg)
        tls = scheme == "https"
        usual = 443 if tls else 80
        return cls(host=host, port=int(port or usual), tls=tls, prefix=(slash + path).rstrip("/"))


def open_socket(endpoint: Endpoint, trust: Trust, seconds: float) -> Socket:
    """Connect, and agree on TLS, within so many seconds. Looking the host up is bounded by the system only.

    Raises:
        OSError: No connection, among them ``ssl.SSLCertVerificationError``.
    """
    deadline = time.monotonic() + seconds
    while True:
        plain = _open_plain(endpoint, max(_LEAST, deadline - time.monotonic()))
        if not endpoint.tls:
            return plain
        context = trust.context()
        try:
            plain.settimeout(max(_LEAST, deadline - time.monotonic()))
            return context.wrap_socket(plain, server_hostname=endpoint.host_bytes)
        except ssl.SSLCertVerificationError as error:
            plain.close()
            if not trust.may_try_again(context, error):
                raise
        except BaseException:
            plain.close()
            raise


def _open_plain(endpoint: Endpoint, seconds: float) -> socket.socket:
    # Its type asks for text, but it passes on what getaddrinfo takes.
    plain = socket.create_connection((endpoint.host_bytes, endpoint.port), timeout=seconds)  # type: ignore[arg-type]
    # One small request, one small response: nothing to wait for.
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return plain


def is_quiet(connection: Socket) -> bool:
    """Tell whether there is nothing to read: neither the connection's end nor a response that nobody asked for."""
    if isinstance(connection, ssl.SSLSocket) and connection.pending():
        return False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return not poll.poll(0) or _got_tickets_only(connection)


def _got_tickets_only(connection: Socket) -> bool:
    """Tell whether what came is TLS's own: a server sends tickets for later sessions after the handshake."""
    if not isinstance(connection, ssl.SSLSocket):
        return False
    connection.settimeout(0.0)
    try:
        connection.recv(1)
    except ssl.SSLWantReadError:
        return True
    except OSError:
        pass
    return False


class ConnectionPool:
    """Sends requests, each on a connection of its own while it lasts. Safe on many threads."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        trust: Trust | None = None,
        connect: Callable[[Endpoint, Trust, float], Socket] = open_socket,
        quiet: Callable[[Socket], bool] = is_quiet,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        """``now`` tells how long a connection was idle: while a function is frozen, the monotonic clock may be too."""
        self.endpoint = endpoint
        self.trust = trust or Trust.in_host(endpoint.host)
        self._connect = connect
        self._quiet = quiet
        self._monotonic = monotonic
        self._now = now
        # The one that was used last is taken first, so that the others may grow old. Both ends are atomic.
        self._idle: deque[tuple[Socket, float]] = deque()

    def prepare(self) -> None:
        """Read the certificates, while the process starts: that takes longer than a call."""
        if self.endpoint.tls:
            self.trust.context()

    def open_ahead(self) -> None:
        """Open a connection for the first request. A failure is met again by that request."""
        try:
            self.keep(self._open(self._monotonic() + CONNECT_SECONDS))
        except ConnectError:
            return

    def send(self, request: bytes, *, seconds: float = SECONDS) -> HttpResponse:
        """Send a whole request and return its response, all within ``seconds``.

        A kept connection that the peer closed before it responded is replaced once, and the request sent again. The
        peer may have got the first one: send only what may arrive twice.

        Raises:
            ConnectError: There is no connection.
            ExchangeError: There is no response; see ``http_exchange``.
        """
        deadline = self._monotonic() + seconds
        kept = self.take()
        if kept is not None:
            try:
                return self._on(kept, request, deadline)
            except PeerClosed:
                pass
        return self._on(self._open(deadline), request, deadline)

    def take(self) -> Socket | None:
        """Take out a connection that may still be open; None where there is none."""
        try:
            while True:
                connection, since = self._idle.pop()
                if 0 <= self._now() - since <= IDLE_SECONDS and self._quiet(connection):
                    return connection
                connection.close()
        except IndexError:
            return None

    def keep(self, connection: Socket) -> None:
        """Put a connection in, on which no response is outstanding."""
        self._idle.append((connection, self._now()))

    def _on(self, connection: Socket, request: bytes, deadline: float) -> HttpResponse:
        try:
            response = exchange(connection, request, deadline=deadline, monotonic=self._monotonic)
        except BaseException:
            connection.close()
            raise
        if response.keep:
            self.keep(connection)
        else:
            connection.close()
        return response

    def _open(self, deadline: float) -> Socket:
        seconds = min(CONNECT_SECONDS, deadline - self._monotonic())
        if seconds <= 0:
            raise ReadTimeout
        try:
            return self._connect(self.endpoint, self.trust, seconds)
        except OSError as error:
            raise ConnectError(f"{self.endpoint.authority}: {error}") from error
