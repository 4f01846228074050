"""The floor: requests that were signed beforehand, over sockets that don't block, on one thread."""

import os
import select
import socket
import ssl
import time
from collections import deque
from collections.abc import Sequence

from aws_lite.connection_pool import Endpoint
from aws_lite.credentials import credentials_of, region_of
from aws_lite.sigv4 import Signer, canonical_path, payload_hash


class Floor:
    """Posts as fast as this machine's Python and OpenSSL can, and checks no more than the status."""

    def __init__(self, endpoint: str, connections: int, body: bytes) -> None:
        self._endpoint = Endpoint.parse(endpoint)
        self._context = ssl.create_default_context()
        self._count = connections
        self._body = body
        self._sockets: list[ssl.SSLSocket] = []
        self._requests: dict[str, bytes] = {}

    def prepare(self, names: Sequence[str]) -> None:
        """Sign the requests."""
        signer = Signer(
            credentials=credentials_of(os.environ),
            region=region_of(os.environ),
            service="execute-api",
            method="POST",
            host=self._endpoint.authority,
        )
        body_hash = payload_hash(self._body)
        for name in names:
            path = f"{self._endpoint.prefix}/@connections/{name}"
            lines = signer.header_lines(canonical_path(path), body_hash, time.time())
            head = f"POST {path} HTTP/1.1\r\n{lines}content-length: {len(self._body)}\r\n\r\n"
            self._requests[name] = head.encode() + self._body

    def send(self, names: Sequence[str]) -> list[float]:
        """Post to every id."""
        waiting = deque(names)
        sent: list[float] = []
        poll = select.epoll()
        while len(self._sockets) < min(self._count, len(names)):
            self._sockets.append(self._connect())
        posting: dict[int, tuple[ssl.SSLSocket, str]] = {}
        for each in self._sockets:
            if waiting:
                poll.register(each, select.EPOLLIN)
                name = waiting.popleft()
                each.send(self._requests[name])
                posting[each.fileno()] = (each, name)
        while posting:
            for descriptor, _ in poll.poll():
                each, name = posting[descriptor]
                try:
                    answer = each.recv(65_536)
                except ssl.SSLWantReadError:
                    continue  # a session ticket
                if answer.startswith(b"HTTP/1.1 200"):
                    sent.append(time.monotonic())
                if waiting:
                    name = waiting.popleft()
                    each.send(self._requests[name])
                    posting[descriptor] = (each, name)
                else:
                    del posting[descriptor]
        poll.close()
        return sent

    def _connect(self) -> ssl.SSLSocket:
        plain = socket.create_connection((self._endpoint.host, self._endpoint.port))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        secured = self._context.wrap_socket(plain, server_hostname=self._endpoint.host)
        secured.setblocking(False)  # noqa: FBT003 - socket's own signature
        return secured
