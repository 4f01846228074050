"""An endpoint's addresses: looked up once, used in turn."""

import socket

import pytest
from aws_lite.connection_pool import Endpoint
from ws_gateway.delivery.addresses import Addresses

ENDPOINT = Endpoint(host="abc.test", port=443, tls=True)


def test_addresses_are_looked_up_once_and_used_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name of API Gateway's has several."""
    asked: list[tuple[object, ...]] = []

    def found(*name: object, **_: object) -> list[object]:
        asked.append(name)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, 443)) for host in ("10.0.0.1", "10.0.0.2")]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    addresses = Addresses(ENDPOINT)
    assert addresses.count == 0
    assert [addresses.at(turn)[1][0] for turn in range(3)] == ["10.0.0.1", "10.0.0.2", "10.0.0.1"]
    assert addresses.count == 2
    assert asked == [(b"abc.test", 443)]


def test_a_name_without_addresses_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system may take seconds to say it, so it is asked once."""
    asked: list[object] = []

    def nowhere(*name: object, **_: object) -> list[object]:
        asked.append(name)
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    addresses = Addresses(ENDPOINT)
    for turn in range(3):
        with pytest.raises(socket.gaierror):
            addresses.at(turn)
    assert len(asked) == 1
