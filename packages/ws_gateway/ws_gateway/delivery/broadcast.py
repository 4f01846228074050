"""Many exchanges with one endpoint at once, on one thread: sockets that don't block, and a selector.

Threads would spend most of a fan-out's CPU on handing the interpreter to each other (docs/decisions.md). Each lane
takes one request after another over its connection; none waits for another lane.
"""

import os
import selectors
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, cast

from aws_lite.connection_pool import (
    CONNECT_SECONDS,
    SECONDS,
    ConnectError,
    ConnectionPool,
    Socket,
)
from aws_lite.http_exchange import RECEIVE, ExchangeError, HttpResponse, ReadTimeout, closed_after, read_response
from saai_domain.codes import ConnectionId

from ws_gateway.delivery.addresses import Addresses

Result = HttpResponse | ExchangeError
_READ: Final = selectors.EVENT_READ
_WRITE: Final = selectors.EVENT_WRITE


class _Lane:
    """A connection and what it is used for at the moment."""

    __slots__ = (
        *("connection", "events", "job", "job_until", "kept", "opening"),
        *("received", "request", "tries", "turn", "unsent", "until"),
    )

    def __init__(self) -> None:
        self.connection: socket.socket | None = None
        self.events = 0
        self.job: ConnectionId | None = None
        self.request = b""
        self.unsent = b""
        self.received = b""
        self.job_until = 0.0
        """When the answer is overdue."""
        self.until = 0.0
        """When the present step is, which may be sooner."""
        self.opening = False
        self.kept = False
        """Whether the connection served a request before this one."""
        self.tries = 0
        self.turn = 0


class Broadcast:
    """One run over all jobs: a request for each connection of API Gateway's."""

    def __init__(
        self,
        pool: ConnectionPool,
        *,
        request: Callable[[ConnectionId], bytes],
        settle: Callable[[ConnectionId, Result], float | None],
        deadline: float,
        seconds: float = SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare a run.

        Args:
            pool: Where kept connections come from and go to.
            request: Makes a connection's whole request, at the moment at which it is sent.
            settle: Takes its result, and returns after how many seconds it is to be sent again, or None.
            deadline: A moment on the monotonic clock after which no request is begun and no answer awaited.
            seconds: What a request has until its answer, with connecting.
            monotonic: The clock.
        """
        self._pool = pool
        self._request = request
        self._settle = settle
        self._deadline = deadline
        self._seconds = seconds
        self._monotonic = monotonic
        self._selector = selectors.DefaultSelector()
        self._waiting: deque[ConnectionId] = deque()
        self._later: list[tuple[float, ConnectionId]] = []
        """Jobs to be sent again, and when: the soonest last."""
        self._lanes: list[_Lane] = []
        self._free: list[_Lane] = []
        self._next_overdue = float("inf")
        self._addresses = Addresses(pool.endpoint)
        self._connected = 0

    def run(self, jobs: Sequence[ConnectionId], *, lanes: int) -> None:
        """Send every job's request, over at most so many connections, until each is settled or time is up."""
        self._waiting.extend(jobs)
        self._lanes = [_Lane() for _ in range(min(lanes, len(jobs)))]
        self._free = list(self._lanes)
        try:
            while (now := self._monotonic()) < self._deadline:
                self._begin_what_is_due(now)
                if len(self._free) == len(self._lanes) and not self._later:
                    return
                self._wait(now)
        finally:
            for lane in self._lanes:
                self._part_with(lane)
            self._selector.close()

    def _begin_what_is_due(self, now: float) -> None:
        while self._free:
            if self._later and self._later[-1][0] <= now:
                _, job = self._later.pop()
            elif self._waiting:
                job = self._waiting.popleft()
            else:
                return
            self._begin(self._free.pop(), job)

    def _wait(self, now: float) -> None:
        wake = min(self._deadline, self._next_overdue)
        if self._free and self._later:
            wake = min(wake, self._later[-1][0])
        for key, _ in self._selector.select(max(0.0, wake - now)):
            self._advance(key.data)
        if self._monotonic() >= self._next_overdue:
            self._give_up_overdue()

    def _begin(self, lane: _Lane, job: ConnectionId) -> None:
        lane.job = job
        lane.request = lane.unsent = self._request(job)
        lane.received = b""
        lane.tries = 0
        lane.job_until = self._monotonic() + self._seconds
        self._is_due(lane, lane.job_until)
        if lane.connection is None:
            kept = self._pool.take()
            if kept is None:
                self._connect(lane)
                return
            self._attach(lane, kept, _READ)
        lane.kept = True
        self._advance(lane)

    def _is_due(self, lane: _Lane, moment: float) -> None:
        lane.until = min(moment, lane.job_until)
        self._next_overdue = min(self._next_overdue, lane.until)

    def _attach(self, lane: _Lane, connection: Socket, events: int) -> None:
        # The pool's port is narrower than what its sockets are.
        lane.connection = cast("socket.socket", connection)
        lane.connection.setblocking(False)  # noqa: FBT003 - socket's own signature
        lane.events = events
        self._selector.register(connection, events, lane)

    def _connect(self, lane: _Lane) -> None:
        """Begin to connect, to one address after another."""
        lane.kept = False
        lane.opening = True
        try:
            if lane.tries == 0:
                self._connected += 1
                lane.turn = self._connected
            family, address = self._addresses.at(lane.turn + lane.tries)
            lane.tries += 1
            connection = socket.socket(family, socket.SOCK_STREAM)
            self._attach(lane, connection, _WRITE)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.connect(address)
        except BlockingIOError:
            self._is_due(lane, self._monotonic() + CONNECT_SECONDS)
        except OSError as error:
            self._cant_connect(lane, error)
        else:
            self._advance(lane)

    def _cant_connect(self, lane: _Lane, error: OSError | str) -> None:
        self._drop(lane)
        if lane.tries < self._addresses.count:
            self._connect(lane)
        else:
            self._finish(lane, ConnectError(f"{self._pool.endpoint.authority}: {error}"))

    def _advance(self, lane: _Lane) -> None:
        """Take the next steps that don't block."""
        if lane.job is None:
            # The peer closed an idle connection, or sent something unasked.
            self._drop(lane)
            return
        try:
            if lane.opening:
                self._open(lane)
            if lane.unsent:
                self._send(lane)
            else:
                self._receive(lane)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError) as error:
            sending = isinstance(error, BlockingIOError) and bool(lane.unsent)
            self._watch(lane, _WRITE if sending or isinstance(error, ssl.SSLWantWriteError) else _READ)
        except ssl.SSLCertVerificationError as error:
            self._not_trusted(lane, error)
        except OSError as error:
            if lane.opening:
                self._cant_connect(lane, error)
            else:
                self._lost(lane)

    def _not_trusted(self, lane: _Lane, error: ssl.SSLCertVerificationError) -> None:
        context = cast("ssl.SSLSocket", lane.connection).context
        if self._pool.trust.may_try_again(context, error):
            lane.tries -= 1
            self._drop(lane)
            self._connect(lane)
        else:
            self._cant_connect(lane, error)

    def _open(self, lane: _Lane) -> None:
        """Finish connecting, then agree on TLS."""
        connection = lane.connection
        assert connection is not None  # noqa: S101 - it is opening
        problem = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if problem:
            raise OSError(problem, os.strerror(problem))
        if self._pool.endpoint.tls:
            if not isinstance(connection, ssl.SSLSocket):
                # Takes over the descriptor, under which the selector knows it.
                connection = lane.connection = self._pool.trust.context().wrap_socket(
                    connection, server_hostname=self._pool.endpoint.host_bytes, do_handshake_on_connect=False
                )
            connection.do_handshake()
        lane.opening = False
        self._is_due(lane, lane.job_until)

    def _send(self, lane: _Lane) -> None:
        while lane.unsent:
            lane.unsent = lane.unsent[lane.connection.send(lane.unsent) :]  # type: ignore[union-attr]
        self._watch(lane, _READ)

    def _receive(self, lane: _Lane) -> None:
        piece = lane.connection.recv(RECEIVE)  # type: ignore[union-attr]
        if not piece:
            self._lost(lane)
            return
        lane.received += piece
        try:
            answer = read_response(lane.received)
        except ExchangeError as error:
            self._finish(lane, error)
            return
        if answer is not None:
            self._finish(lane, answer)

    def _watch(self, lane: _Lane, events: int) -> None:
        if lane.events != events:
            lane.events = events
            self._selector.modify(lane.connection, events, lane)  # type: ignore[arg-type]

    def _lost(self, lane: _Lane) -> None:
        """The peer has closed. A connection that was kept is replaced once, if the answer had not begun."""
        if lane.kept and not lane.received:
            self._drop(lane)
            lane.unsent = lane.request
            self._connect(lane)
        else:
            self._finish(lane, closed_after(lane.received))

    def _give_up_overdue(self) -> None:
        now = self._monotonic()
        self._next_overdue = float("inf")
        for lane in self._lanes:
            if lane.job is None:
                continue
            if lane.until > now:
                self._next_overdue = min(self._next_overdue, lane.until)
            elif lane.opening:
                self._cant_connect(lane, "no connection in time")
            else:
                self._finish(lane, ReadTimeout())

    def _finish(self, lane: _Lane, result: Result) -> None:
        if not isinstance(result, HttpResponse) or not result.keep:
            self._drop(lane)
        job = lane.job
        assert job is not None  # noqa: S101 - it has a result
        lane.job = None
        lane.opening = False
        self._free.append(lane)
        seconds = self._settle(job, result)
        if seconds is not None:
            from bisect import insort_left  # noqa: PLC0415 - posts are rarely repeated

            insort_left(self._later, (self._monotonic() + seconds, job), key=lambda later: -later[0])

    def _drop(self, lane: _Lane) -> None:
        """Close a lane's connection."""
        if lane.connection is not None:
            self._selector.unregister(lane.connection)
            lane.connection.close()
            lane.connection = None

    def _part_with(self, lane: _Lane) -> None:
        """At the end: what waits for an answer is closed, the rest kept."""
        if lane.job is None and lane.connection is not None:
            self._pool.keep(lane.connection)
        else:
            self._drop(lane)
