"""Prints the backtest as tables of ratios to the 28-day mean: below 1 is better than it."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from benchmarks.forecast.backtest import MEAN_28, MEAN_28_RESIDUAL, OURS, OURS_WHOLE, Scored, tally
from benchmarks.forecast.scoring import Score, ratios

_WAPE_COLUMNS = (OURS, OURS_WHOLE, "TSB hybrid", "seasonal naive", "Holt-Winters")
_PINBALL_COLUMNS = (OURS, "TSB hybrid", MEAN_28_RESIDUAL, "seasonal naive", "Holt-Winters")
_CONFIDENCE_STEPS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 1.01)


def print_report(scored: Sequence[Scored]) -> None:
    """Print WAPE and pinball loss by series class, by store and in total, then bias, coverage and confidence."""
    groups = {
        **_grouped(scored, lambda one: one.case.kind),
        **_grouped(scored, lambda one: f"store: {one.case.store}"),
        "total": list(scored),
    }
    tallies = {name: tally(group) for name, group in groups.items()}
    print("\nWAPE of the 7-day total, as a ratio to the 28-day mean's (first column: the 28-day mean's own)")
    _print_ratios(tallies, _WAPE_COLUMNS, of=0, base=lambda score: score.wape)
    print("\nPinball loss at 0.9 of the 7-day total, as a ratio to the 28-day mean's (its own, per unit of demand)")
    _print_ratios(tallies, _PINBALL_COLUMNS, of=1, base=lambda score: score.loss_per_unit)
    _print_bias(tallies)
    _print_confidence(scored)


def _grouped(scored: Sequence[Scored], key: Callable[[Scored], str]) -> dict[str, list[Scored]]:
    groups: dict[str, list[Scored]] = {}
    for one in scored:
        groups.setdefault(key(one), []).append(one)
    return dict(sorted(groups.items()))


def _print_ratios(
    tallies: Mapping[str, Mapping[str, Score]], columns: Sequence[str], *, of: int, base: Callable[[Score], float]
) -> None:
    _print_row("", "weeks", MEAN_28, *columns)
    for name, scores in tallies.items():
        relative = ratios(scores, base=MEAN_28)
        _print_row(
            name,
            str(scores[MEAN_28].forecasts),
            f"{base(scores[MEAN_28]):.3f}",
            *(f"{relative[column][of]:.3f}" for column in columns),
        )


def _print_bias(tallies: Mapping[str, Mapping[str, Score]]) -> None:
    print("\nBias of the expected week, and share of weeks within the 0.9 quantile")
    _print_row("", "weeks", "bias SAAI", f"bias {MEAN_28}", "within SAAI", f"within {MEAN_28}")
    for name, scores in tallies.items():
        ours, mean = scores[OURS], scores[MEAN_28]
        _print_row(
            name,
            str(ours.forecasts),
            f"{ours.bias:+.3f}",
            f"{mean.bias:+.3f}",
            f"{ours.coverage:.3f}",
            f"{mean.coverage:.3f}",
        )


def _print_confidence(scored: Sequence[Scored]) -> None:
    print("\nError by confidence (the lowest holds short histories, whose error is not yet known)")
    _print_row("confianza", "weeks", "WAPE")
    for low, high in pairwise(_CONFIDENCE_STEPS):
        group = [one for one in scored if low <= one.ours.confianza < high]
        if group:
            _print_row(f"{low:.1f} to {min(high, 1.0):.1f}", str(len(group)), f"{tally(group)[OURS].wape:.3f}")


def _print_row(first: str, *cells: str) -> None:
    print(f"{first:<20}" + "".join(f"{cell:>{max(12, len(cell) + 2)}}" for cell in cells))
