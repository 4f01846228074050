"""``python -m benchmarks.cold_start``: how long a function takes from its process's start, as Lambda runs it.

The ground is AWS's own runtime client, with zip and layer unpacked as Lambda does, on one core; the measure is a
function that only makes boto3's clients of DynamoDB and Lambda, in the same run. All take turns.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import attrs
from saai_infra.build import build_layer
from saai_infra.catalog import FUNCTION_NAMES
from saai_support.lambda_runtime.environment import STAGE_PYTHON, host_target, installed
from saai_support.lambda_runtime.process import Place

from benchmarks.cold_start.ground import BOTO3, EMPTY, Cold, Ground

GOALS: Final = {
    "RegistrarVenta": 0.42,
    "AutorizarConexion": 0.42,
    "EmitirTicketWs": 0.42,
    "OnConnect": 0.38,
    "OnMessage": 0.38,
    "EmitirEventosWs": 0.32,
}
"""Of the time of boto3's two clients."""


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


def _median(cold: Iterable[Cold]) -> Cold:
    cold = list(cold)
    columns = zip(*(attrs.astuple(each) for each in cold), strict=True)
    return Cold(*(statistics.median(column) for column in columns))


if __name__ == "__main__":
    main()
