"""The browser client itself (``packages/ws_client``) for each screen, in a Node process at the end of two pipes."""

import json
import select
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

from tests.faults.clients import Action, Close, Connect, GiveUp, Load, Seat, Send

SCRIPT: Final = Path(__file__).with_name("browser_clients.mjs")
ANSWER_SECONDS: Final = 60
"""What the clients may take to react, which otherwise is milliseconds; beyond that they never will."""


class ClientsHang(Exception):
    """The clients are in an endless loop."""


def node() -> str | None:
    """Return where Node is; None where it isn't."""
    return shutil.which("node")


class BrowserClients:
    """The clients. Their clock is told the time, and runs nowhere by itself."""

    def __init__(self, node: str) -> None:
        self._process = subprocess.Popen([node, str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own script
        self._seats: list[Seat] = []
        self._stale: list[int] = []

    def start(self, seats: Sequence[Seat]) -> list[Action]:
        self._seats = list(seats)
        actions: list[Action] = []
        for seat in seats:
            actions += self.come_back(seat, dict.fromkeys(seat.channels, 0))
        return actions

    def leave(self, seat: Seat) -> list[Action]:
        return self._tell(it="leave", seat=seat.number)

    def come_back(self, seat: Seat, cursor: Mapping[str, int] | None) -> list[Action]:
        return self._tell(it="sit", seat=seat.number, tenant=seat.tenant_id, cursor=cursor)

    def loaded(self, number: int, cursor: Mapping[str, int] | None) -> list[Action]:
        return self._tell(it="loaded", number=number, cursor=cursor)

    def opened(self, socket: int) -> list[Action]:
        return self._tell(it="opened", socket=socket)

    def message(self, socket: int, text: str) -> list[Action]:
        return self._tell(it="message", socket=socket, text=text)

    def closed(self, socket: int) -> list[Action]:
        return self._tell(it="closed", socket=socket)

    def advance(self, seconds: float) -> list[Action]:
        return self._tell(it="advance", milliseconds=seconds * 1000)

    def stale(self) -> list[int]:
        self._tell(it="stale")
        return self._stale

    def close(self) -> None:
        stdin, stdout = self._pipes()
        stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        stdout.close()

    def _tell(self, **happening: Any) -> list[Action]:
        stdin, stdout = self._pipes()
        stdin.write(json.dumps(happening) + "\n")
        stdin.flush()
        if not select.select([stdout], [], [], ANSWER_SECONDS)[0]:
            raise ClientsHang
        return [action for each in json.loads(stdout.readline()) for action in self._read(each)]

    def _read(self, done: dict[str, Any]) -> list[Action]:
        match done["do"]:
            case "connect":
                return [Connect(self._seats[done["seat"]], done["socket"])]
            case "send":
                return [Send(done["socket"], done["text"])]
            case "close":
                return [Close(done["socket"])]
            case "event":
                self._seats[done["seat"]].application.append(done["event"])
            case "load":
                return [Load(self._seats[done["seat"]], done["number"])]
            case "give up":
                return [GiveUp(done["number"])]
            case _:
                self._stale = done["seats"]
        return []

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise AssertionError
        return stdin, stdout
