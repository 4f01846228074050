"""Reading one answer, strictly: what is plainly framed is understood however it is cut up, everything else refused."""

import contextlib
import itertools
from collections.abc import Iterable, Iterator

import attrs
import pytest
from aws_lite.http_exchange import (
    MAX_HEAD,
    ExchangeError,
    HttpResponse,
    MalformedResponse,
    PeerClosed,
    ReadTimeout,
    exchange,
    read_response,
)
from hypothesis import assume, given
from hypothesis import strategies as st

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@attrs.define
class FakeStream:
    """Gives out pieces, then is closed; an error among them is raised."""

    pieces: Iterator[bytes | Exception]
    sent: bytes = b""
    timeouts: list[float] = attrs.field(factory=list)

    def sendall(self, data: bytes) -> None:
        self.sent += data

    def recv(self, size: int) -> bytes:
        piece = next(self.pieces, b"")
        if isinstance(piece, Exception):
            raise piece
        assert len(piece) <= size
        return piece

    def settimeout(self, seconds: float) -> None:
        self.timeouts.append(seconds)


def answer_to(*pieces: bytes | Exception) -> HttpResponse:
    """What is read of these pieces."""
    return exchange(FakeStream(iter(pieces)), b"?", deadline=1.0, monotonic=lambda: 0.0)


def cut(data: bytes, places: Iterable[int]) -> list[bytes]:
    """The data in pieces, none of them empty."""
    edges = [0, *sorted({place for place in places if 0 < place < len(data)}), len(data)]
    return [data[begin:end] for begin, end in itertools.pairwise(edges)]


def chunked(pieces: Iterable[bytes]) -> bytes:
    """A body in chunks."""
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in [*filter(None, pieces), b""])


places = st.lists(st.integers(1, 400), max_size=6)


def test_the_request_is_sent_whole_and_its_answer_read() -> None:
    """As API Gateway answers a post."""
    stream = FakeStream(iter([b"HTTP/1.1 200 OK\r\nx-amzn-RequestId: 1\r\nContent-Length: 2\r\n\r\n{}"]))
    answer = exchange(stream, b"POST / HTTP/1.1\r\n\r\n", deadline=1.0, monotonic=lambda: 0.0)
    assert stream.sent == b"POST / HTTP/1.1\r\n\r\n"
    assert framed(answer) == (200, b"{}", True)


def framed(response: HttpResponse) -> tuple[int, bytes, bool]:
    """What was read of a response, but for its headers."""
    return response.status, response.body, response.keep


@given(status=st.integers(200, 599), body=st.binary(max_size=300), places=places)
def test_a_body_of_a_stated_length_comes_through_however_it_is_cut_up(
    status: int, body: bytes, places: list[int]
) -> None:
    """TCP keeps no borders."""
    assume(status != 204)
    data = b"HTTP/1.1 %d X\r\nDate: now\r\ncontent-LENGTH:  %d \r\n\r\n%b" % (status, len(body), body)
    assert framed(answer_to(*cut(data, places))) == (status, body, True)


@given(body=st.binary(max_size=300), borders=places, places=places)
def test_a_chunked_body_comes_through_however_it_is_cut_up(body: bytes, borders: list[int], places: list[int]) -> None:
    """Every recipient of HTTP/1.1 has to understand it (RFC 9112, section 7.1)."""
    data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(cut(body, borders))
    assert framed(answer_to(*cut(data, places))) == (200, body, True)


@given(data=st.binary(max_size=200), places=places)
def test_whatever_comes_is_an_answer_or_an_error_of_the_tree(data: bytes, places: list[int]) -> None:
    """No other exception comes of it."""
    with contextlib.suppress(ExchangeError):
        assert isinstance(answer_to(*cut(data, places)), HttpResponse)


PARTS = [
    b"HTTP/1.1",
    b" ",
    b"200",
    b"204",
    b"\r\n",
    b"\n",
    b":",
    b"Content-Length",
    b"Transfer-Encoding",
    b"chunked",
    b"0",
]


@given(
    parts=st.lists(st.sampled_from([*PARTS, b"Connection", b"close", b"5", b"-1", b"hello", OK, OK[:-2]]), max_size=16),
    places=places,
)
def test_pieces_of_answers_in_any_order_are_never_misread(parts: list[bytes], places: list[int]) -> None:
    """What is understood is understood the same way in one piece as in many."""
    data = b"".join(parts)

    def read(*pieces: bytes) -> HttpResponse | None:
        try:
            return answer_to(*pieces)
        except ExchangeError:
            return None

    understood = read(data)
    assert read(*cut(data, places)) == understood
    if understood is not None:
        assert data.startswith(b"HTTP/1.1 %d" % understood.status)
        assert understood.body in data


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", id="another version"),
        pytest.param(b"HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n", id="two digits"),
        pytest.param(b"HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n", id="four digits"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" + OK, id="interim"),
        pytest.param(b"HTTP/1.1 600 X\r\nContent-Length: 0\r\n\r\n", id="no such class"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", id="until the connection closes"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\nx", id="a sign"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 1_0\r\n\r\n0123456789", id="an underscore"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\nx", id="a list"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", id="empty length"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", id="length twice"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", id="both"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n0\r\n\r\n", id="unknown coding"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\n\r\n", id="extension"
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n", id="signed chunk"
        ),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n\r\n", id="no size"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhello\r\n0\r\n\r\n", id="chunk too long"
        ),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\n", id="trailer"),
        pytest.param(b"HTTP/1.1 204 No Content\r\nContent-Length: 1\r\n\r\nx", id="204 with a body"),
        pytest.param(b"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", id="204 in chunks"),
        pytest.param(b"HTTP/1.1 200 OK\nContent-Length: 0\n\n", id="bare line feeds"),
        pytest.param(b"HTTP/1.1 200 OK\r\nA: b\rContent-Length: 0\r\n\r\n", id="a bare carriage return"),
        pytest.param(b"HTTP/1.1 200 OK\r\nA: b\0\r\nContent-Length: 0\r\n\r\n", id="NUL"),
        pytest.param(b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n", id="a folded line"),
        pytest.param(b"HTTP/1.1 200 OK\r\nA : b\r\nContent-Length: 0\r\n\r\n", id="space before the colon"),
        pytest.param(b"HTTP/1.1 200 OK\r\n: b\r\nContent-Length: 0\r\n\r\n", id="a header without a name"),
        pytest.param(b"HTTP/1.1 200 OK\r\nA\r\nContent-Length: 0\r\n\r\n", id="a header without a colon"),
        pytest.param(OK + OK, id="two answers"),
        pytest.param(OK + b"x", id="a byte too many"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", id="a body cut off"),
        pytest.param(OK[:-1], id="a head cut off"),
    ],
)
def test_what_is_not_plainly_framed_is_refused(data: bytes) -> None:
    """A connection that is out of step would give one recipient's answer to the next."""
    with pytest.raises(MalformedResponse):
        answer_to(data)


@pytest.mark.parametrize("length", [b"", b"Content-Length: 0\r\n"])
def test_an_answer_without_content_needs_no_length(length: bytes) -> None:
    """DeleteConnection answers 204."""
    assert framed(answer_to(b"HTTP/1.1 204 No Content\r\n%b\r\n" % length)) == (204, b"", True)


@pytest.mark.parametrize(("value", "keep"), [(b"close", False), (b"Close", False), (b"keep-alive", True)])
def test_the_peer_may_announce_that_it_closes(value: bytes, keep: object) -> None:
    """The answer counts all the same."""
    answer = answer_to(b"HTTP/1.1 200 OK\r\nConnection: %b\r\nContent-Length: 0\r\n\r\n" % value)
    assert (answer.status, answer.keep) == (200, keep)


def test_a_head_has_a_bound() -> None:
    """Nobody fills our memory."""
    line = b"A: " + b"b" * (MAX_HEAD // 4) + b"\r\n"
    with pytest.raises(MalformedResponse, match="head of more"):
        answer_to(b"HTTP/1.1 200 OK\r\n", *[line] * 5, b"\r\n")


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 11\r\n\r\n",
        b"Content-Length: 11111111111\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nb\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n",
    ],
)
def test_a_body_has_a_bound(head: bytes) -> None:
    """What is announced too large is not waited for; many small chunks make a large body."""
    with pytest.raises(MalformedResponse):
        read_response(b"HTTP/1.1 200 OK\r\n" + head, max_body=10)


def test_the_size_of_a_chunk_has_a_bound() -> None:
    """Zeros could go on for ever."""
    with pytest.raises(MalformedResponse, match="without a size"):
        answer_to(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0" * 20)


@pytest.mark.parametrize("nothing", [b"", ConnectionResetError(), BrokenPipeError()])
def test_a_peer_that_closes_before_its_answer_can_be_told_from_all_else(nothing: bytes | Exception) -> None:
    """Only then a kept connection is replaced."""
    with pytest.raises(PeerClosed):
        answer_to(nothing)


@pytest.mark.parametrize("end", [b"", ConnectionResetError()])
def test_a_peer_that_closes_within_its_answer_gave_none(end: bytes | Exception) -> None:
    """It may have acted on the request."""
    with pytest.raises(MalformedResponse, match="cut off"):
        answer_to(OK[:20], end)


@pytest.mark.parametrize("pieces", [[TimeoutError()], [OK[:20], TimeoutError()]])
def test_an_answer_that_is_late_is_none(pieces: list[bytes | Exception]) -> None:
    """Whether or not it had begun."""
    with pytest.raises(ReadTimeout):
        answer_to(*pieces)


def test_the_deadline_holds_for_the_whole_answer() -> None:
    """A peer that sends a byte now and then doesn't put it off."""
    clock = iter([0.0, 0.4, 0.8, 1.2])
    stream = FakeStream(iter([OK[:1], OK[1:2], OK[2:3], OK[3:4]]))
    with pytest.raises(ReadTimeout):
        exchange(stream, b"?", deadline=1.0, monotonic=clock.__next__)
    assert stream.timeouts == pytest.approx([1.0, 0.6, 0.2])


def test_after_the_deadline_nothing_is_sent() -> None:
    """It would only be repeated."""
    stream = FakeStream(iter([OK]))
    with pytest.raises(ReadTimeout):
        exchange(stream, b"?", deadline=1.0, monotonic=lambda: 1.0)
    assert stream.sent == b""
