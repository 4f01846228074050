"""One HTTP/1.1 request, one answer, over a connection that is open already (RFC 9112).

The reader is strict, since a connection that is kept must stay in step: an answer that isn't plainly framed is none,
and whoever gets an error here has to close the connection.

::

    ExchangeError
    ├── PeerClosed    before the answer began: the request may be repeated on a new connection
    ├── NoAnswer      in time
    └── BadAnswer     cut off, too large, or not plainly framed
"""

import time
from collections.abc import Callable
from typing import Final, Protocol

import attrs

MAX_HEAD: Final = 16_384
"""Bytes of a status line with its headers."""
MAX_BODY: Final = 4_194_304
"""Bytes of an answer's body; DynamoDB's largest, a page of 1 MB, takes less in JSON."""
_RECEIVE: Final = 65_536
_NO_CONTENT: Final = 204
_TOKEN: Final = frozenset(b"!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_STATUS_LINE: Final = len(b"HTTP/1.1 200")


class ExchangeError(Exception):
    """There is no answer that may be relied on, and the connection is of no further use."""


class PeerClosed(ExchangeError):
    """The peer closed the connection before it sent a byte of its answer."""


class NoAnswer(ExchangeError):
    """Time was up."""


class BadAnswer(ExchangeError):
    """What came is not one whole answer, or more than one. ``problem`` says which rule it breaks."""

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


@attrs.frozen
class Answer:
    """A whole answer."""

    status: int
    body: bytes
    keep: bool
    """Whether the connection may be used for another request."""


def exchange(
    stream: Stream,
    request: bytes,
    *,
    deadline: float,
    max_body: int = MAX_BODY,
    monotonic: Callable[[], float] = time.monotonic,
) -> Answer:
    """Send a request and read its answer until ``deadline``, a moment on the monotonic clock.

    Raises:
        ExchangeError: One of the module's tree.
    """
    seconds = deadline - monotonic()
    if seconds <= 0:
        raise NoAnswer
    received = b""
    try:
        stream.settimeout(seconds)
        stream.sendall(request)
        received = stream.recv(_RECEIVE)
        if not received:
            raise PeerClosed
        return _Reader(stream, received, deadline, max_body, monotonic).answer()
    except TimeoutError:
        raise NoAnswer from None
    except OSError as error:
        if received:
            raise BadAnswer(f"cut off: {error}") from error
        raise PeerClosed from error


class _Reader:
    """The bytes of an answer, as they come."""

    def __init__(
        self, stream: Stream, received: bytes, deadline: float, max_body: int, monotonic: Callable[[], float]
    ) -> None:
        self._stream = stream
        self._buffer = received
        self._deadline = deadline
        self._max_body = max_body
        self._monotonic = monotonic

    def answer(self) -> Answer:
        status, headers = read_head(self._until(b"\r\n\r\n", MAX_HEAD))
        body = self._body(status, headers)
        if self._buffer:
            raise BadAnswer("bytes after the answer")
        return Answer(status, body, b"close" not in headers.get(b"connection", b"").lower())

    def _more(self) -> None:
        """Receive again; the first piece, which mostly is the whole answer, was received before."""
        seconds = self._deadline - self._monotonic()
        if seconds <= 0:
            raise NoAnswer
        self._stream.settimeout(seconds)
        piece = self._stream.recv(_RECEIVE)
        if not piece:
            raise BadAnswer("cut off")
        self._buffer += piece

    def _until(self, mark: bytes, limit: int) -> bytes:
        """Take the bytes before a mark, and drop the mark."""
        while (end := self._buffer.find(mark, 0, limit + len(mark))) < 0:
            if len(self._buffer) >= limit + len(mark):
                raise BadAnswer(f"more than {limit} bytes before {mark!r}")
            self._more()
        taken, self._buffer = self._buffer[:end], self._buffer[end + len(mark) :]
        return taken

    def _exactly(self, size: int) -> bytes:
        if size > self._max_body:
            raise BadAnswer(f"a body of {size} bytes")
        pieces = [self._buffer]
        missing = size - len(self._buffer)
        while missing > 0:
            self._buffer = b""
            self._more()
            pieces.append(self._buffer)
            missing -= len(self._buffer)
        body = b"".join(pieces)
        self._buffer = body[size:]
        return body[:size]

    def _body(self, status: int, headers: dict[bytes, bytes]) -> bytes:
        length = headers.get(b"content-length")
        coding = headers.get(b"transfer-encoding")
        if coding is not None:
            # RFC 9112, section 6.1: an answer with both may be an attempt at smuggling; 204 has no body.
            if length is not None or status == _NO_CONTENT or coding.lower() != b"chunked":
                raise BadAnswer("framed in two ways, or in an unknown one")
            return self._chunks()
        if length is None:
            if status == _NO_CONTENT:
                return b""
            raise BadAnswer("no length")
        # int() takes signs, spaces and underscores.
        if not length.isdigit() or len(length) > len(str(MAX_BODY)):
            raise BadAnswer("its length is not a number, or too large")
        if status == _NO_CONTENT and int(length):
            raise BadAnswer("a body where none may be")
        return self._exactly(int(length))

    def _chunks(self) -> bytes:
        """Read a chunked body (RFC 9112, section 7.1), without extensions or trailers, which AWS has no use for."""
        body = bytearray()
        while True:
            size = self._until(b"\r\n", 8)
            if not size or size.strip(b"0123456789abcdefABCDEF"):
                raise BadAnswer("the size of a chunk is not a number")
            chunk = self._exactly(int(size, 16) + 2)
            if not chunk.endswith(b"\r\n"):
                raise BadAnswer("a chunk doesn't end where it should")
            if len(chunk) == 2:  # noqa: PLR2004 - the end of the last, empty one
                return bytes(body)
            body += chunk[:-2]
            if len(body) > self._max_body:
                raise BadAnswer(f"a body of more than {self._max_body} bytes")


def read_head(head: bytes) -> tuple[int, dict[bytes, bytes]]:
    """Read a status line and the headers, whose names come out in lower case.

    Raises:
        BadAnswer: Something isn't as RFC 9112 wants it from a sender; leniency is for browsers.
    """
    status_line, *lines = head.split(b"\r\n")
    if not head.count(b"\r") == head.count(b"\n") == len(lines) or b"\0" in head:
        raise BadAnswer("a line break or NUL that stands alone")
    code = status_line[9:_STATUS_LINE]
    if not status_line.startswith(b"HTTP/1.1 ") or not code.isdigit() or len(code) != 3:  # noqa: PLR2004
        raise BadAnswer("not an answer of HTTP/1.1")
    if status_line[_STATUS_LINE : _STATUS_LINE + 1] not in {b"", b" "}:
        raise BadAnswer("a status of more than three digits")
    status = int(code)
    if not 200 <= status < 600:  # noqa: PLR2004 - nobody asked for an interim answer
        raise BadAnswer(f"status {status}")
    headers: dict[bytes, bytes] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or not name or not _TOKEN.issuperset(name):
            raise BadAnswer("a line that is no header")
        name = name.lower()
        if name in headers and name in {b"content-length", b"transfer-encoding", b"connection"}:
            raise BadAnswer("its framing is stated twice")
        headers[name] = value.strip(b" \t")
    return status, headers
