"""A TCP relay between the browser and the local AWS that a test can cut: DevTools' offline mode spares WebSockets."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit, urlunsplit

import attrs

_CHUNK = 65_536


@attrs.define(eq=False)
class Wire:
    """Relays connections while it is whole; while it is cut, those there were are dead and new ones are refused."""

    target: tuple[str, int]
    listener: socket.socket
    _whole: bool = True
    _unanswered: bytes | None = None
    _sockets: set[socket.socket] = attrs.field(factory=set)
    _lock: threading.Lock = attrs.field(factory=threading.Lock)

    def through(self, url: str) -> str:
        """Return the URL by way of this wire."""
        host, port = self.listener.getsockname()
        return urlunsplit(urlsplit(url)._replace(netloc=f"{host}:{port}"))

    def cut(self) -> None:
        """End every connection without a word, and take no more."""
        with self._lock:
            self._whole = False
            for each in self._sockets:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def lose_answers_to(self, request: str) -> None:
        """Let requests that begin like that pass, ``POST`` for example, and nothing of what comes back."""
        self._unanswered = request.encode()

    def mend(self) -> None:
        """Relay again, everything."""
        with self._lock:
            self._whole = True
            self._unanswered = None

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._relay, args=(near,), daemon=True).start()

    def _relay(self, near: socket.socket) -> None:
        with contextlib.suppress(OSError), near, socket.create_connection(self.target) as far:
            with self._lock:
                if not self._whole:
                    return
                self._sockets |= {near, far}
            lost = threading.Event()
            back = threading.Thread(target=_pump, args=(far, near, lambda _: not lost.is_set()), daemon=True)
            back.start()
            _pump(near, far, lambda data: self._noticed(data, lost))
            back.join()
            with self._lock:
                self._sockets -= {near, far}

    def _noticed(self, data: bytes, lost: threading.Event) -> bool:
        if self._unanswered is not None and data.startswith(self._unanswered):
            lost.set()
        return True


@contextlib.contextmanager
def running_wire(endpoint_url: str) -> Iterator[Wire]:
    """Lay a wire to an endpoint; it is cut and taken away after the block."""
    parts = urlsplit(endpoint_url)
    assert parts.hostname is not None
    assert parts.port is not None
    with socket.create_server(("127.0.0.1", 0)) as listener:
        wire = Wire(target=(parts.hostname, parts.port), listener=listener)
        thread = threading.Thread(target=wire.serve, daemon=True)
        thread.start()
        try:
            yield wire
        finally:
            wire.cut()
            # Wakes the thread that waits for a connection; closing alone doesn't.
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _pump(source: socket.socket, sink: socket.socket, passes: Callable[[bytes], bool]) -> None:
    """Carry what passes one way until either side ends, then end both."""
    with contextlib.suppress(OSError):
        while data := source.recv(_CHUNK):
            if passes(data):
                sink.sendall(data)
    for each in (source, sink):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
