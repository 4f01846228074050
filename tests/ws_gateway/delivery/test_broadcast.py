"""Many exchanges on one thread, with servers of this machine: none waits for another, whatever becomes of it."""

import collections
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from ssl import SSLContext, create_default_context

import attrs
import pytest
from aws_lite import trust
from aws_lite.connection_pool import ConnectError, ConnectionPool, Endpoint
from aws_lite.http_exchange import HttpResponse, MalformedResponse, PeerClosed, ReadTimeout
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from saai_domain.codes import ConnectionId
from saai_support.loopback_server import CLOSE, OK, reacting
from saai_support.loopback_tls import Authority
from ws_gateway.delivery.broadcast import Broadcast, Result

GONE = b"HTTP/1.1 410 Gone\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(params=["tls", "plain"])
def secured(
    request: pytest.FixtureRequest,
    authority: Authority,
    socket_enabled: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[SSLContext | None]:
    """The server's TLS settings, or none: everything here holds for both."""
    (tmp_path / "authority.pem").write_bytes(authority.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    trust.system_context.cache_clear()
    yield authority.server_context(tmp_path, "127.0.0.1") if request.param == "tls" else None
    trust.system_context.cache_clear()


Statuses = dict[str, list[int | str]]


@attrs.define
class Run:
    """Runs over one pool, and what each job came to."""

    pool: ConnectionPool
    results: dict[str, list[Result]] = attrs.field(factory=lambda: collections.defaultdict(list))
    again: Callable[[str, Result], float | None] = lambda _job, _result: None
    size: int = 0
    monotonic: Callable[[], float] = time.monotonic

    def settle(self, job: str, result: Result) -> float | None:
        self.results[job].append(result)
        return self.again(job, result)

    def request(self, job: str) -> bytes:
        return f"POST /{job} HTTP/1.1\r\ncontent-length: {self.size}\r\n\r\n".encode() + b"x" * self.size

    def over(self, *jobs: str, lanes: int = 4, seconds: float = 10.0, until: float = 30.0) -> Statuses:
        """Run, and return each job's statuses or errors, in order."""
        self.results.clear()
        deadline = self.monotonic() + until
        broadcast = Broadcast(
            self.pool,
            request=self.request,
            settle=self.settle,
            deadline=deadline,
            seconds=seconds,
            monotonic=self.monotonic,
        )
        broadcast.run([ConnectionId(job) for job in jobs], lanes=lanes)
        return {
            job: [each.status if isinstance(each, HttpResponse) else type(each).__name__ for each in results]
            for job, results in self.results.items()
        }

    def close(self) -> None:
        while (connection := self.pool.take()) is not None:
            connection.close()


def run_against(port: int, secured: SSLContext | None, *, host: str = "127.0.0.1") -> Run:
    return Run(ConnectionPool(Endpoint(host=host, port=port, tls=secured is not None)))


def job_of(request: bytes) -> str:
    return request.split(b" ")[1][1:].decode()


def test_every_job_is_sent_once_and_gets_its_own_answer(secured: SSLContext | None) -> None:
    """Many more jobs than connections."""
    seen: list[str] = []

    def react(request: bytes) -> bytes:
        seen.append(job_of(request))
        return GONE if job_of(request).endswith("7") else OK

    jobs = [str(number) for number in range(50)]
    with reacting(react, tls=secured) as port:
        run = run_against(port, secured)
        results = run.over(*jobs)
        run.close()
    assert sorted(seen) == sorted(jobs)
    assert results == {job: [410 if job.endswith("7") else 200] for job in jobs}


def test_no_more_connections_than_lanes_are_used_and_all_are_kept(secured: SSLContext | None) -> None:
    """Also by the next run."""
    ports: set[int] = set()
    barrier = threading.Barrier(3)

    def react(_request: bytes) -> bytes:
        barrier.wait(30)
        return OK

    with reacting(react, tls=secured) as port:
        run = run_against(port, secured)
        for _ in range(2):
            # Three at once, or the barrier would break.
            assert run.over(*"abcdef", lanes=3) == {job: [200] for job in "abcdef"}
            ports.update(each.getsockname()[1] for each, _ in run.pool._idle)  # type: ignore[attr-defined]
        run.close()
    assert len(ports) == 3


def test_jobs_that_hang_keep_nobody_from_an_answer(secured: SSLContext | None) -> None:
    """Here time stands still until the others have theirs."""
    with reacting(lambda request: None if job_of(request).startswith("hung") else OK, tls=secured) as port:
        run = run_against(port, secured)
        now = [0.0]

        def count(_job: str, _result: Result) -> None:
            if len(run.results) == len("abcdefghijk"):
                now[0] = 20.0

        run.again = count
        run.monotonic = lambda: now[0]
        results = run.over("hung1", *"abcdefgh", "hung2", *"ijk", lanes=3)
        run.close()
    assert results == {"hung1": ["ReadTimeout"], "hung2": ["ReadTimeout"]} | {job: [200] for job in "abcdefghijk"}


def test_more_jobs_that_hang_than_lanes_only_delay_the_others(secured: SSLContext | None) -> None:
    """Each makes room after its time."""
    with reacting(lambda request: None if job_of(request).startswith("hung") else OK, tls=secured) as port:
        run = run_against(port, secured)
        results = run.over("hung1", "hung2", "hung3", "a", lanes=2, seconds=1.0)
        run.close()
    assert results["a"] == [200]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", MalformedResponse),
        (OK + OK, MalformedResponse),
        (CLOSE + OK[:10], MalformedResponse),
        (CLOSE, PeerClosed),
    ],
)
def test_what_is_no_plain_answer_fails_that_job_only(
    secured: SSLContext | None, answer: bytes, error: type[Exception]
) -> None:
    """Its connection is closed, and the next job gets a new one."""
    with reacting(lambda request: answer if job_of(request) == "bad" else OK, tls=secured) as port:
        run = run_against(port, secured)
        results = run.over("bad", "good", lanes=1)
        run.close()
    assert results == {"bad": [error.__name__], "good": [200]}


def test_a_kept_connection_that_the_server_closes_before_its_answer_is_replaced_once(
    secured: SSLContext | None,
) -> None:
    """The first job on a connection and the third are fine; the second finds it closed, once."""
    seen: collections.Counter[str] = collections.Counter()

    def react(request: bytes) -> bytes:
        job = job_of(request)
        seen[job] += 1
        return CLOSE if job == "unlucky" and seen[job] == 1 else OK

    with reacting(react, tls=secured) as port:
        run = run_against(port, secured)
        assert run.over("first", "unlucky", "third", lanes=1) == {"first": [200], "unlucky": [200], "third": [200]}
        run.close()
    assert seen == {"first": 1, "unlucky": 2, "third": 1}


def test_a_new_connection_that_the_server_closes_too_is_not_replaced(secured: SSLContext | None) -> None:
    """Twice is enough."""
    with reacting(lambda request: CLOSE if job_of(request) == "bad" else OK, tls=secured) as port:
        run = run_against(port, secured)
        assert run.over("first", "bad", lanes=1) == {"first": [200], "bad": ["PeerClosed"]}
        run.close()


def test_connections_that_were_closed_between_two_runs_are_not_tried(secured: SSLContext | None) -> None:
    """The function was frozen meanwhile."""
    with reacting(lambda _request: CLOSE + OK, tls=secured) as port:
        run = run_against(port, secured)
        assert run.over("a", "b") == {"a": [200], "b": [200]}
        assert run.over("a", "b") == {"a": [200], "b": [200]}
        run.close()


def test_a_job_may_be_sent_again_later(secured: SSLContext | None) -> None:
    """As often as its settling says; the others go on meanwhile."""
    with reacting(lambda request: GONE if job_of(request) == "slow" else OK, tls=secured) as port:
        run = run_against(port, secured)
        run.again = lambda job, _result: 0.01 if job == "slow" and len(run.results[job]) < 3 else None
        assert run.over("slow", *"abc", lanes=1) == {"slow": [410, 410, 410], "a": [200], "b": [200], "c": [200]}
        run.close()


def test_of_jobs_to_be_sent_again_the_soonest_goes_first(secured: SSLContext | None) -> None:
    """Whoever was told first to wait."""
    sent: list[str] = []

    def react(request: bytes) -> bytes:
        sent.append(job_of(request))
        return OK

    with reacting(react, tls=secured) as port:
        run = run_against(port, secured)
        waits = {"late": 0.3, "soon": 0.0}
        run.again = lambda job, _result: waits.pop(job, None)
        run.over("late", "soon", lanes=1)
        run.close()
    assert sent == ["late", "soon", "soon", "late"]


def test_at_the_deadline_who_waits_and_who_had_no_turn_get_no_result(secured: SSLContext | None) -> None:
    """Not even an error: their time was not used up."""
    with reacting(lambda request: None if job_of(request) == "hung" else OK, tls=secured) as port:
        run = run_against(port, secured)
        assert run.over("a", "hung", "never tried", lanes=1, until=1.5) == {"a": [200]}
        assert run.pool.take() is None


def test_after_the_deadline_nothing_is_sent(secured: SSLContext | None) -> None:
    """Nobody even connects."""
    with reacting(lambda _request: OK, tls=secured) as port:
        assert run_against(port, secured).over("a", until=0.0) == {}


def test_nobody_there_fails_every_job(secured: SSLContext | None) -> None:
    """Each with its own error; a thousand of them need no thousand frames of the stack."""
    with reacting(lambda _request: OK) as port:
        pass
    jobs = [str(number) for number in range(1_000)]
    run = run_against(port, secured)
    assert run.over(*jobs) == {job: ["ConnectError"] for job in jobs}


def test_a_name_that_can_not_be_found_is_looked_up_once(
    secured: SSLContext | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system may take seconds to say so."""
    looked_up: list[bytes] = []

    def nowhere(host: bytes, *_: object, **__: object) -> list[object]:
        looked_up.append(host)
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    run = run_against(1, secured, host="abc.test")
    assert run.over("a", "b", "c") == {job: ["ConnectError"] for job in "abc"}
    assert looked_up == [b"abc.test"]


def test_the_addresses_of_a_name_are_tried_in_turn(secured: SSLContext | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of two may be dead."""
    with reacting(lambda _request: OK, tls=secured) as port, socket.socket() as dead:
        dead.bind(("127.0.0.1", 0))
        addresses = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", address)
            for address in (dead.getsockname(), ("127.0.0.1", port))
        ]

        def found(*_: object, **__: object) -> list[object]:
            return [*addresses]

        monkeypatch.setattr(socket, "getaddrinfo", found)
        run = run_against(port, secured)
        assert run.over(*"abcd") == {job: [200] for job in "abcd"}
        run.close()


def test_a_frame_larger_than_a_socket_takes_at_once_arrives_whole(secured: SSLContext | None) -> None:
    """API Gateway takes 128 KB."""
    received: collections.Counter[str] = collections.Counter()

    def slowly(request: bytes) -> bytes:
        # The server reads piece by piece, and answers when it has everything.
        received["bytes"] += len(request)
        return OK if received["bytes"] >= 131_072 else b""

    with reacting(slowly, tls=secured) as port:
        run = run_against(port, secured)
        run.size = 131_072
        assert run.over("large", lanes=1) == {"large": [200]}
        run.close()


@pytest.mark.parametrize("secured", ["tls"], indirect=True)
def test_a_certificate_that_is_not_trusted_is_no_connection(
    secured: SSLContext, tmp_path: Path, authority: Authority
) -> None:
    """Every job says so."""
    context = Authority("other").server_context(tmp_path, "127.0.0.1")
    with reacting(lambda _request: OK, tls=context) as port:
        run = run_against(port, secured)
        assert run.over("a", "b") == {"a": ["ConnectError"], "b": ["ConnectError"]}
    assert all(isinstance(each, ConnectError) and "certificate" in str(each) for each in run.results["a"])


@pytest.mark.parametrize("secured", ["tls"], indirect=True)
def test_where_the_first_roots_do_not_vouch_every_lane_tries_the_second(
    secured: SSLContext, authority: Authority
) -> None:
    """No recipient is lost by it, however many connections were being opened."""
    first = create_default_context(cadata=Authority("other").pem.decode())
    with reacting(lambda _request: OK, tls=secured) as port:
        endpoint = Endpoint(host="127.0.0.1", port=port, tls=True)
        run = Run(ConnectionPool(endpoint, trust=trust.Trust(lambda: first)))
        assert run.over("a", "b", "c", "d", lanes=4) == {job: [200] for job in "abcd"}
        run.close()


BEHAVIOURS: dict[str, tuple[bytes, set[int | str]]] = {
    "ok": (OK, {200}),
    "gone": (GONE, {410}),
    "closing": (CLOSE + OK, {200}),
    "closed": (CLOSE, {"PeerClosed"}),
    "cut": (CLOSE + OK[:20], {"MalformedResponse"}),
    "garbage": (b"\x00\xff" * 9 + b"\r\n\r\n", {"MalformedResponse"}),
}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.sampled_from(list(BEHAVIOURS)), max_size=12), lanes=st.integers(1, 4))
def test_whatever_becomes_of_the_others_a_job_gets_its_own_result(
    secured: SSLContext | None, kinds: list[str], lanes: int
) -> None:
    """Exactly one, in any mixture and order."""
    jobs = [f"{kind}-{number}" for number, kind in enumerate(kinds)]
    with reacting(lambda request: BEHAVIOURS[job_of(request).split("-")[0]][0], tls=secured) as port:
        run = run_against(port, secured)
        results = run.over(*jobs, lanes=lanes)
        run.close()
    assert set(results) == set(jobs)
    for job, outcome in results.items():
        assert len(outcome) == 1
        assert outcome[0] in BEHAVIOURS[job.split("-")[0]][1]


def test_an_error_of_ours_leaves_no_connection_open(secured: SSLContext | None) -> None:
    """Warnings about open sockets fail the suite."""
    with reacting(lambda _request: OK, tls=secured) as port:
        run = run_against(port, secured)

        def broken(_job: str, _result: Result) -> None:
            raise ZeroDivisionError

        run.again = broken
        with pytest.raises(ZeroDivisionError):
            run.over("a", "b")
        run.close()


def test_a_timed_out_answer_does_not_reach_the_next_job(secured: SSLContext | None) -> None:
    """Its connection is closed, so what comes late comes to nobody."""
    late = threading.Event()

    def react(request: bytes) -> bytes:
        if job_of(request) == "late":
            late.wait(30)
            return GONE
        return OK

    with reacting(react, tls=secured) as port:
        run = run_against(port, secured)
        assert run.over("late", lanes=1, seconds=0.2)["late"] == [ReadTimeout.__name__]
        late.set()
        assert run.over("next", lanes=1) == {"next": [200]}
        run.close()
