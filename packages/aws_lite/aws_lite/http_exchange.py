"""One HTTP/1.1 request and its response, over a connection that is open already (RFC 9112).

The reader is strict, since a connection that is kept must stay in step: a response that isn't plainly framed is
refused, and whoever gets an error here has to close the connection.

::

    ExchangeError
    ├── ConnectError         no connection (raised by ``connection_pool``)
    ├── PeerClosed           before the response began: the request may be repeated on a new connection
    ├── ReadTimeout          the response wasn't there in time
    └── MalformedResponse    cut off, too large, not plainly framed, or not what the service sends
"""

import time
from collections.abc import Callable, Mapping
from typing import Final, Protocol

import msgspec

__all__ = [
    "ConnectError",
    "ExchangeError",
    "HttpResponse",
    "MalformedResponse",
    "PeerClosed",
    "ReadTimeout",
    "exchange",
]

MAX_HEAD: Final = 16_384
"""Bytes of a status line with its headers."""
MAX_BODY: Final = 67_108_864
"""Bytes of a response's body; DynamoDB's largest, 16 MB of a batch, take less in JSON."""
RECEIVE: Final = 65_536
"""Bytes that are asked for at once: more than TLS has in a record."""
_MAX_DIGITS: Final = len(str(MAX_BODY)) + 2
_NO_CONTENT: Final = 204
_TOKEN: Final = frozenset(b"!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_STATUS_LINE: Final = len(b"HTTP/1.1 200")


class ExchangeError(Exception):
    """There is no response that may be relied on, and the connection is of no further use."""


class ConnectError(ExchangeError):
    """No connection: no address, nobody there, or a certificate that isn't trusted."""


class PeerClosed(ExchangeError):
    """The peer closed the connection before it sent a byte of its response."""


class ReadTimeout(ExchangeError):
    """The time for the response is up."""


class MalformedResponse(ExchangeError):
    """What came is not one whole response, or more than one. ``problem`` says which rule it breaks."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class Stream(Protocol):
    """What is used of a socket, plain or TLS."""

    def sendall(self, data: bytes, /) -> None:
        """Send everything."""
        ...

    def recv(self, size: int, /) -> bytes:
        """Return some bytes; none when the peer has closed."""
        ...

    def settimeout(self, seconds: float, /) -> None:
        """Bound the calls that follow."""
        ...


class HttpResponse(msgspec.Struct, frozen=True):
    """A whole response."""

    status: int
    body: bytes
    keep: bool
    """Whether the connection may be used for another request."""
    headers: Mapping[bytes, bytes] = msgspec.field(default_factory=dict)
    """By name in lower case."""


def exchange(
    stream: Stream, request: bytes, *, deadline: float, monotonic: Callable[[], float] = time.monotonic
) -> HttpResponse:
    """Send a request and read its response until ``deadline``, a moment on the monotonic clock.

    Raises:
        ExchangeError: One of the module's tree.
    """
    received = bytearray()
    try:
        stream.settimeout(_left(deadline, monotonic))
        stream.sendall(request)
        _receive(stream, received)
        while (response := read_response(received)) is None:
            stream.settimeout(_left(deadline, monotonic))
            _receive(stream, received)
    except TimeoutError:
        raise ReadTimeout from None
    except OSError as error:
        raise closed_after(received) from error
    return response


def _left(deadline: float, monotonic: Callable[[], float]) -> float:
    seconds = deadline - monotonic()
    if seconds <= 0:
        raise ReadTimeout
    return seconds


def _receive(stream: Stream, received: bytearray) -> None:
    piece = stream.recv(RECEIVE)
    if not piece:
        raise closed_after(received)
    received += piece


def closed_after(received: bytes | bytearray) -> ExchangeError:
    """Tell what it means that the peer has closed after so much of a response."""
    return MalformedResponse("cut off") if received else PeerClosed()


def read_response(received: bytes | bytearray, *, max_body: int = MAX_BODY) -> HttpResponse | None:
    """Read what was received so far; None where more has to come.

    Raises:
        MalformedResponse: It is not one whole response and can't become one.
    """
    end = received.find(b"\r\n\r\n", 0, MAX_HEAD)
    if end < 0:
        if len(received) >= MAX_HEAD:
            raise MalformedResponse(f"a head of more than {MAX_HEAD} bytes")
        return None
    status, headers = read_head(bytes(received[:end]))
    begin = end + 4
    length = _length(status, headers)
    if length is None:
        chunks = _read_chunks(received, begin, max_body)
        if chunks is None:
            return None
        body, stop = chunks
    else:
        if length > max_body:
            raise MalformedResponse(f"a body of {length} bytes")
        stop = begin + length
        if len(received) < stop:
            return None
        body = bytes(received[begin:stop])
    if len(received) > stop:
        raise MalformedResponse("bytes after the response")
    return HttpResponse(status, body, b"close" not in headers.get(b"connection", b"").lower(), headers)


def _length(status: int, headers: Mapping[bytes, bytes]) -> int | None:
    """Return how long the body is; None where it comes in chunks."""
    length = headers.get(b"content-length")
    coding = headers.get(b"transfer-encoding")
    if coding is not None:
        # RFC 9112, section 6.1: a response with both may be an attempt at smuggling; 204 has no body.
        if length is not None or status == _NO_CONTENT or coding.lower() != b"chunked":
            raise MalformedResponse("framed in two ways, or in an unknown one")
        return None
    if length is None:
        if status == _NO_CONTENT:
            return 0
        raise MalformedResponse("no length")
    # int() takes signs, spaces and underscores.
    if not length.isdigit() or len(length) > _MAX_DIGITS:
        raise MalformedResponse("its length is not a number, or too large")
    if status == _NO_CONTENT and int(length):
        raise MalformedResponse("a body where none may be")
    return int(length)


def _read_chunks(received: bytes | bytearray, position: int, max_body: int) -> tuple[bytes, int] | None:
    """Read a chunked body (RFC 9112, section 7.1), without extensions or trailers, which AWS doesn't send.

    Returns it with its end, or None where more has to come.
    """
    body = bytearray()
    while True:
        line = received.find(b"\r\n", position, position + _MAX_DIGITS)
        if line < 0:
            if len(received) >= position + _MAX_DIGITS:
                raise MalformedResponse("a chunk without a size")
            return None
        size = received[position:line]
        if not size or size.strip(b"0123456789abcdefABCDEF"):
            raise MalformedResponse("the size of a chunk is not a number")
        begin, end = line + 2, line + 2 + int(size, 16)
        if len(body) + end - begin > max_body:
            raise MalformedResponse(f"a body of more than {max_body} bytes")
        if len(received) < end + 2:
            return None
        if received[end : end + 2] != b"\r\n":
            raise MalformedResponse("a chunk doesn't end where it should")
        if begin == end:
            return bytes(body), end + 2
        body += received[begin:end]
        position = end + 2


def read_head(head: bytes) -> tuple[int, dict[bytes, bytes]]:
    """Read a status line and the headers, whose names come out in lower case.

    Raises:
        MalformedResponse: Something isn't as RFC 9112 wants it from a sender; leniency is for browsers.
    """
    status_line, *lines = head.split(b"\r\n")
    if not head.count(b"\r") == head.count(b"\n") == len(lines) or b"\0" in head:
        raise MalformedResponse("a line break or NUL that stands alone")
    code = status_line[9:_STATUS_LINE]
    if not status_line.startswith(b"HTTP/1.1 ") or not code.isdigit() or len(code) != 3:  # noqa: PLR2004
        raise MalformedResponse("not a response of HTTP/1.1")
    if status_line[_STATUS_LINE : _STATUS_LINE + 1] not in {b"", b" "}:
        raise MalformedResponse("a status of more than three digits")
    status = int(code)
    if not 200 <= status < 600:  # noqa: PLR2004 - nobody asked for an interim response
        raise MalformedResponse(f"status {status}")
    headers: dict[bytes, bytes] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or not name or not _TOKEN.issuperset(name):
            raise MalformedResponse("a line that is no header")
        name = name.lower()
        if name in headers and name in {b"content-length", b"transfer-encoding", b"connection"}:
            raise MalformedResponse("its framing is stated twice")
        headers[name] = value.strip(b" \t")
    return status, headers
