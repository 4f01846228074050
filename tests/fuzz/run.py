"""A run of so many inputs over every door, and its verdict."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import attrs

from tests.fuzz.doors import DOORS, MANY, World, knock

CLIENT: Final = "frames into the client"
CLIENT_PART: Final = 0.2
"""Beside the inputs of the functions' doors, as a part of these."""
_SHOWN: Final = 20


@attrs.frozen(kw_only=True)
class Verdict:
    """Inputs tried by door, and what was wrong."""

    tried: dict[str, int]
    wrong: list[str]


def run(inputs: int, *, seed: int, progress: Callable[[str, int], None] = lambda _door, _count: None) -> Verdict:
    """Try so many inputs, in every door its part; the same seed is the same run."""
    tried: dict[str, int] = {}
    wrong: list[str] = []
    for door, (_, part) in DOORS.items():
        count = max(1, round(inputs * part))
        tried[door] = count
        wrong += _through(door, count, seed)
        progress(door, count)
    return Verdict(tried=tried, wrong=wrong[:_SHOWN])


def _through(door: str, count: int, seed: int) -> Iterator[str]:
    world = World.opened()
    for number in range(count):
        if number % MANY == 0:
            world = World.opened()
        yield from knock(door, number, seed, world)


def client(inputs: int, *, seed: int) -> Verdict | None:
    """Send frames into the browser client, in Node; None without Node."""
    node = shutil.which("node")
    if node is None:
        return None
    script = Path(__file__).with_name("client_frames.mjs")
    done = subprocess.run(  # noqa: S603 - our own command, no shell
        [node, str(script), str(inputs), str(seed)], capture_output=True, text=True, timeout=1_800, check=False
    )
    wrong = json.loads(done.stdout)["wrong"] if done.returncode == 0 else [done.stderr[-2_000:]]
    return Verdict(tried={CLIENT: inputs}, wrong=wrong[:_SHOWN])
