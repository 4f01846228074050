"""An ``@connections`` endpoint that takes some time to answer: ``server.py certificate.pem``, then prints its port.

One thread, epoll and TLS 1.3: it has to be faster than every client. The delay is the stage of the path, such as
``/5ms/@connections/x``; an id that begins with ``gone`` is answered 410, one that begins with ``hung`` never.
"""

import contextlib
import heapq
import itertools
import select
import socket
import ssl
import sys
import time

_REST = b"\r\ndate: Wed, 31 Dec 2025 12:00:00 GMT\r\ncontent-type: application/json\r\ncontent-length: 0\r\n"
_REST += b"connection: keep-alive\r\nx-amzn-requestid: 6f2a1b9c-0000-4000-8000-000000000000\r\n\r\n"
_OK = b"HTTP/1.1 200 OK" + _REST
_GONE = b"HTTP/1.1 410 Gone" + _REST


class _Connection:
    def __init__(self, secured: ssl.SSLSocket) -> None:
        self.socket = secured
        self.received = b""
        self.open = False

    def request(self) -> bytes | None:
        """Take a whole request off what was received, and return its head."""
        head, found, rest = self.received.partition(b"\r\n\r\n")
        if not found:
            return None
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:"),
            0,
        )
        if len(rest) < length:
            return None
        self.received = rest[length:]
        return head


class Server:
    """Answers until it is terminated."""

    def __init__(self, certificate: str) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_3
        self._context.load_cert_chain(certificate)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self._listener.setblocking(False)  # noqa: FBT003 - socket's own signature
        self.port: int = self._listener.getsockname()[1]
        self._poll = select.epoll()
        self._poll.register(self._listener, select.EPOLLIN)
        self._connections: dict[int, _Connection] = {}
        self._due: list[tuple[float, int, _Connection, bytes]] = []
        self._order = itertools.count()

    def serve(self) -> None:
        """Serve forever."""
        while True:
            for descriptor, _ in self._poll.poll(self._patience()):
                if descriptor == self._listener.fileno():
                    self._accept()
                else:
                    self._advance(self._connections[descriptor])
            now = time.monotonic()
            while self._due and self._due[0][0] <= now:
                _, _, connection, answer = heapq.heappop(self._due)
                try:
                    connection.socket.send(answer)
                except OSError:
                    self._close(connection)

    def _patience(self) -> float | None:
        """Return how long to sleep. epoll counts milliseconds and would be late, so the last one is spent awake."""
        if not self._due:
            return None
        return max(0.0, self._due[0][0] - time.monotonic() - 0.001)

    def _accept(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                plain, _ = self._listener.accept()
                plain.setblocking(False)  # noqa: FBT003
                plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                secured = self._context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
                self._connections[secured.fileno()] = _Connection(secured)
                self._poll.register(secured, select.EPOLLIN)

    def _advance(self, connection: _Connection) -> None:
        try:
            if not connection.open:
                connection.socket.do_handshake()
                connection.open = True
            data = connection.socket.recv(65_536)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except OSError:
            data = b""
        if not data:
            self._close(connection)
            return
        connection.received += data
        while (head := connection.request()) is not None:
            self._plan(connection, head)

    def _plan(self, connection: _Connection, head: bytes) -> None:
        # POST /5ms/@connections/id HTTP/1.1, with the @ encoded or not
        _, stage, _, name = head.split(b" ", 2)[1].split(b"/")
        if name.startswith(b"hung"):
            return
        answer = _GONE if name.startswith(b"gone") else _OK
        due = time.monotonic() + int(stage.removesuffix(b"ms")) / 1000
        heapq.heappush(self._due, (due, next(self._order), connection, answer))

    def _close(self, connection: _Connection) -> None:
        descriptor = connection.socket.fileno()
        if descriptor >= 0 and self._connections.pop(descriptor, None) is not None:
            self._poll.unregister(descriptor)
            connection.socket.close()


def main() -> None:
    """Serve, with the certificate that the command line names."""
    server = Server(sys.argv[1])
    print(server.port, flush=True)
    server.serve()


if __name__ == "__main__":
    main()
