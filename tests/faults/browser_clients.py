"""The browser client itself (``packages/ws_client``) for each screen, in a Node process at the end of two pipes."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Final

from tests.faults.clients import Action, Close, Connect, Seat, Send

SCRIPT: Final = Path(__file__).with_name("browser_clients.mjs")


def node() -> str | None:
    """Return where Node is; None where it isn't."""
    return shutil.which("node")


class BrowserClients:
    """The clients. Their clock is told the time, and runs nowhere by itself."""

    def __init__(self, node: str) -> None:
        self._process = subprocess.Popen([node, str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own script
        self._seats: list[Seat] = []

    def start(self, seats: Sequence[Seat]) -> list[Action]:
        self._seats = list(seats)
        actions: list[Action] = []
        for seat in seats:
            cursor = dict.fromkeys(seat.channels, 0)
            actions += self._tell(
                it="sit", seat=seat.number, tenant=seat.tenant_id, cursor=cursor, seed=seat.number + 1
            )
        return actions

    def opened(self, socket: int) -> list[Action]:
        return self._tell(it="opened", socket=socket)

    def message(self, socket: int, text: str) -> list[Action]:
        return self._tell(it="message", socket=socket, text=text)

    def closed(self, socket: int) -> list[Action]:
        return self._tell(it="closed", socket=socket)

    def advance(self, seconds: float) -> list[Action]:
        return self._tell(it="advance", milliseconds=seconds * 1000)

    def close(self) -> None:
        stdin, stdout = self._pipes()
        stdin.close()
        self._process.wait(10)
        stdout.close()

    def _tell(self, **happening: Any) -> list[Action]:
        stdin, stdout = self._pipes()
        stdin.write(json.dumps(happening) + "\n")
        stdin.flush()
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
            case _:
                self._seats[done["seat"]].reloads += 1
        return []

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise AssertionError
        return stdin, stdout
