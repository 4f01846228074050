"""What was measured, as medians, and the goals as ratios between both sides of the same run."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any, Final

import attrs

N: Final = 1_000
FEW: Final = 20
"""Screens of a usual store."""
POOLS: Final = (10, 32, 64)


@attrs.frozen
class Case:
    """One kind of measured process."""

    client: str
    connections: int
    recipients: str
    delay_millis: int
    rounds: int


OURS: Final = Case("ours", 64, str(N), 5, 3)
OURS_AT_20: Final = Case("ours", 128, str(N), 20, 3)
OURS_FEW: Final = Case("ours", 128, str(FEW), 5, 0)
HEALTHY: Final = Case("ours", 64, "940", 5, 3)
BESIDE: Final = Case("ours", 64, "940:10:50", 5, 3)
"""1 % hung, 5 % Gone."""
FLOOR: Final = Case("floor", 64, str(N), 5, 3)
BOTO3: Final = tuple(Case("boto3", pool, str(N), 5, 2) for pool in POOLS)
BOTO3_FEW: Final = tuple(Case("boto3", pool, str(FEW), 5, 0) for pool in POOLS[:2])
CASES: Final = (OURS, *BOTO3, FLOOR, OURS_AT_20, OURS_FEW, *BOTO3_FEW, HEALTHY, BESIDE)


@attrs.frozen
class Medians:
    """A case's medians, in milliseconds; warm ones are None where nothing was measured warm."""

    start_cpu: float
    cold_wall: float
    warm_wall: float | None
    warm_cpu: float | None

    @classmethod
    def of(cls, runs: Sequence[Mapping[str, Any]]) -> "Medians":
        """Summarise what a case's processes printed."""
        warm = [each for run in runs for each in run["warm"]]
        return cls(
            start_cpu=_millis(run["start_cpu"] for run in runs),
            cold_wall=_millis(run["cold_wall"] for run in runs),
            warm_wall=_millis(each["wall"] for each in warm) if warm else None,
            warm_cpu=_millis(each["cpu"] for each in warm) if warm else None,
        )


@attrs.frozen
class Check:
    """One goal: the ratio may be this large."""

    what: str
    of: str
    ratio: float
    goal: float


def checks(medians: Mapping[Case, Medians]) -> list[Check]:
    """Compare with the best of boto3's pools, for each metric by itself."""
    ours, floor = medians[OURS], medians[FLOOR]
    best_cpu = min(_warm(medians[case].warm_cpu) for case in BOTO3)
    best_wall = min(_warm(medians[case].warm_wall) for case in BOTO3)
    best_cold = min(medians[case].cold_wall for case in BOTO3)
    best_cold_few = min(medians[case].cold_wall for case in BOTO3_FEW)
    best_start = min(medians[case].start_cpu for case in (*BOTO3, *BOTO3_FEW))
    start = median(each.start_cpu for case, each in medians.items() if case.client == "ours")
    ideal = N * OURS_AT_20.delay_millis / OURS_AT_20.connections
    cpu = _warm(ours.warm_cpu)
    return [
        Check("warm CPU, 5 ms, 64 connections", "boto3's best", cpu / best_cpu, 1 / 10),
        Check("warm CPU, 5 ms, 64 connections", "the floor", cpu / _warm(floor.warm_cpu), 4),
        Check("warm wall, 5 ms, 64 connections", "boto3's best", _warm(ours.warm_wall) / best_wall, 1 / 7),
        Check(
            "warm wall, 20 ms, 128 connections",
            "N x delay / connections",
            _warm(medians[OURS_AT_20].warm_wall) / ideal,
            1.25,
        ),
        Check("cold, process start to last post", "boto3's best", ours.cold_wall / best_cold, 1 / 5),
        Check(f"the same to {FEW} recipients", "boto3's best", medians[OURS_FEW].cold_wall / best_cold_few, 1 / 4),
        Check("CPU of import and construction", "boto3's best", start / best_start, 1 / 3),
        Check(
            "healthy beside 1 % hung, 5 % Gone",
            "without them",
            _warm(medians[BESIDE].warm_wall) / _warm(medians[HEALTHY].warm_wall),
            1.3,
        ),
    ]


def print_report(medians: Mapping[Case, Medians], alternations: int) -> None:
    """Print both tables."""
    print(f"\n{N} posts of 600 bytes over TLS 1.3, client on one core; medians of {alternations} alternations, ms")
    print("  client connections recipients delay  start   cold   wall    CPU")
    for case, each in medians.items():
        print(
            f"{case.client:>8} {case.connections:>11} {case.recipients:>10} {case.delay_millis:>5}"
            f" {each.start_cpu:>6.0f} {each.cold_wall:>6.0f} {_shown(each.warm_wall)} {_shown(each.warm_cpu)}"
        )
    print(f"\n{'check':<36} {'as a ratio to':<24} {'goal':>6} {'is':>7}")
    for check in checks(medians):
        verdict = "met" if check.ratio <= check.goal else "MISSED"
        print(f"{check.what:<36} {check.of:<24} {check.goal:>6.3f} {check.ratio:>7.3f} {verdict}")


def _millis(seconds: Iterable[float]) -> float:
    return median(seconds) * 1_000


def _warm(value: float | None) -> float:
    assert value is not None  # noqa: S101 - the case has warm rounds
    return value


def _shown(value: float | None) -> str:
    return f"{'':>6}" if value is None else f"{value:>6.0f}"
