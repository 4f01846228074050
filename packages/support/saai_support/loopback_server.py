"""A server on this machine that plays its part connection by connection, as a test tells it."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

CLOSE = b"CLOSE"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

Part = Callable[[socket.socket], None]
"""What the server does on one connection, which is closed afterwards."""


@contextlib.contextmanager
def serving(*parts: Part, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Play the parts, one connection after another, and yield the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)

        def serve() -> None:
            for part in parts:
                with contextlib.suppress(OSError):
                    connection, _ = listener.accept()
                    connection.settimeout(30)
                    with connection:
                        if tls is None:
                            part(connection)
                        else:
                            with tls.wrap_socket(connection, server_side=True) as secured:
                                part(secured)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            # Ends an accept that no client came for.
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            thread.join(30)


Reaction = Callable[[bytes], bytes | None]
"""What is answered to a request; nothing, for as long as the server lives, where it is None."""


@contextlib.contextmanager
def reacting(react: Reaction, *, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Answer on many connections at once, and yield the port. An answer that begins with ``CLOSE`` ends one."""
    over = threading.Event()
    threads: list[threading.Thread] = []

    def converse(plain: socket.socket) -> None:
        with contextlib.suppress(OSError), plain:
            plain.settimeout(30)
            with tls.wrap_socket(plain, server_side=True) if tls else plain as connection:
                while (request := connection.recv(262_144)) and not over.is_set():
                    answer = react(request)
                    if answer is None:
                        over.wait(30)
                        return
                    connection.sendall(answer.removeprefix(CLOSE))
                    if answer.startswith(CLOSE):
                        return

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                thread = threading.Thread(target=converse, args=(listener.accept()[0],))
                thread.start()
                threads.append(thread)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        acceptor = threading.Thread(target=accept)
        acceptor.start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            acceptor.join(30)
            for thread in threads:
                thread.join(30)


def answering(*answers: bytes) -> Part:
    """Give an answer to each request, in order, then close."""

    def part(connection: socket.socket) -> None:
        for answer in answers:
            if not connection.recv(65_536):
                return
            connection.sendall(answer)

    return part


def until(event: threading.Event) -> Part:
    """Take what comes and say nothing until the event is set."""

    def part(connection: socket.socket) -> None:
        connection.recv(65_536)
        event.wait(30)

    return part
