"""The addresses of an endpoint's name, for sockets that don't block."""

import socket

from aws_lite.connection_pool import Endpoint


class Addresses:
    """The endpoint's addresses, looked up once a run: if that fails or takes long, then for all at once."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._found: list[tuple[int, tuple[object, ...]]] | None = None
        self._problem: OSError | None = None

    @property
    def count(self) -> int:
        """How many there are; 0 before they are looked up."""
        return len(self._found or ())

    def at(self, turn: int) -> tuple[int, tuple[object, ...]]:
        """Return the family and the address whose turn it is.

        Raises:
            OSError: There are none.
        """
        if self._problem is not None:
            raise self._problem
        if self._found is None:
            try:
                found = socket.getaddrinfo(self._endpoint.host_bytes, self._endpoint.port, type=socket.SOCK_STREAM)
            except OSError as error:
                self._problem = error
                raise
            self._found = [(family, address) for family, _, _, _, address in found]
        return self._found[turn % len(self._found)]
