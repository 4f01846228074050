"""``python -m benchmarks.cold_start``: how long a function takes from its process's start, as Lambda runs it.

The ground is AWS's own runtime client, with zip and layer unpacked as Lambda does, on one core; the measure is a
function that only makes boto3's clients of DynamoDB and Lambda, in the same run. All take turns. Then the first
request: a sale that finds no process, beside the same one with the services called by boto3 (``saai:awsClient``).
"""

import argparse
import contextlib
import statistics
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, TypeVar

import attrs
from saai_infra.build import build_layer
from saai_infra.catalog import FUNCTION_NAMES
from saai_support.lambda_runtime.environment import STAGE_PYTHON, host_target, installed
from saai_support.lambda_runtime.process import Place

from benchmarks.cold_start.first_request import SCREENS, NotShown, Sold, open_screens, sell
from benchmarks.cold_start.ground import BOTO3, EMPTY, ONE_WAY, Cold, Ground

GOALS: Final = {
    "RegistrarVenta": 0.42,
    "AutorizarConexion": 0.42,
    "EmitirTicketWs": 0.42,
    "OnConnect": 0.38,
    "OnMessage": 0.38,
    "EmitirEventosWs": 0.32,
}
"""Of the time of boto3's two clients."""
FIRST_REQUEST: Final = 0.5
"""Of the same sale's time with boto3."""
T = TypeVar("T", Cold, Sold)


def main() -> None:
    """Measure every side in turn, as often as told, and print the medians."""
    parser = argparse.ArgumentParser(prog="benchmarks.cold_start", description=__doc__)
    parser.add_argument("--alternations", type=int, default=7, help="how often each side is measured")
    parser.add_argument("--function", action="append", help="this one alone; may be repeated")
    arguments = parser.parse_args()
    if not installed():
        sys.exit("Lambda's runtime client is not installed: make .venv-lambda/.installed")
    with tempfile.TemporaryDirectory(prefix="saai-bench-") as name:
        place = Place.unpacked(Path(name))
        version = place.python_version
        other = "" if version == STAGE_PYTHON else f": the stage's {STAGE_PYTHON} isn't here"
        print(f"Python {version}{other}; medians of {arguments.alternations} processes each")
        with Ground.prepared(Path(name), place) as ground:
            _starts(ground, arguments.function or FUNCTION_NAMES, arguments.alternations)
            _first_requests(ground, arguments.alternations)
    print(f"\nThe layer is {build_layer(host_target()).size / 1e6:.2f} MB zipped; goal 2.5.")


def _starts(ground: Ground, functions: Iterable[str], alternations: int) -> None:
    sides = (EMPTY, BOTO3, *functions)
    runs: Mapping[str, list[Cold]] = {side: [] for side in sides}
    for _ in range(alternations):
        for side in sides:
            runs[side].append(ground.start(side))
    print("\nFrom the process's start to its first poll")
    print(f"{'':<20} {'wall, ms':>9} {'ratio':>6} {'CPU, ms':>9} {'ratio':>6}")
    found = {side: _median(cold) for side, cold in runs.items()}
    base = found[BOTO3]
    for side, cold in found.items():
        wall, processor = cold.wall / base.wall, cold.processor / base.processor
        goal = GOALS.get(side)
        verdict = "" if goal is None else f" goal {goal}: {'met' if wall <= goal else 'MISSED'}"
        columns = f"{cold.wall * 1000:>9.0f} {wall:>6.2f} {cold.processor * 1000:>9.0f} {processor:>6.2f}"
        print(f"{side:<20} {columns}{verdict}")


def _first_requests(ground: Ground, alternations: int) -> None:
    open_screens(ground)
    runs: Mapping[str, list[Sold]] = {client: [] for client in ("lite", "boto3")}
    for _ in range(alternations):
        for client, sold in runs.items():
            sold.append(_sell(ground, client))
    lite, boto3 = (_median(sold) for sold in runs.values())
    print(f"\nA cold sale from its event, endpoints {ONE_WAY * 1000:.0f} ms away")
    print(f"{'':<32} {'ms':>6} {'boto3':>6} {'ratio':>6}")
    for name, ours, theirs in (
        ("to its answer", lite.answered, boto3.answered),
        (f"to the last of {SCREENS} screens", lite.shown, boto3.shown),
        ("CPU of both functions", lite.processor, boto3.processor),
    ):
        ratio = ours / theirs
        verdict = (
            "" if name.startswith("CPU") else f" goal {FIRST_REQUEST}: {'met' if ratio <= FIRST_REQUEST else 'MISSED'}"
        )
        print(f"{name:<32} {ours * 1000:>6.0f} {theirs * 1000:>6.0f} {ratio:>6.2f}{verdict}")


def _sell(ground: Ground, client: str, tries: int = 5) -> Sold:
    """Make a sale, again where the machine was too slow for it."""
    for _ in range(tries - 1):
        with contextlib.suppress(NotShown):
            return sell(ground, client)
    return sell(ground, client)


def _median(measured: Iterable[T]) -> T:
    """Return the median of each column."""
    rows = list(measured)
    columns = zip(*(attrs.astuple(row) for row in rows), strict=True)
    return type(rows[0])(*(statistics.median(column) for column in columns))


if __name__ == "__main__":
    main()
