"""What a forecast of the week's total is worth: WAPE and pinball loss, gathered by series class."""

import math
from collections.abc import Mapping

import attrs

PROBABILITY = 0.9


def pinball(*, quantile: float, actual: float) -> float:
    """Return the pinball loss at 0.9: a unit short costs nine times a unit too many."""
    return PROBABILITY * (actual - quantile) if actual > quantile else (1.0 - PROBABILITY) * (quantile - actual)


@attrs.define
class Score:
    """Sums over forecasts of one method."""

    forecasts: int = 0
    demand: float = 0.0
    expected: float = 0.0
    missed: float = 0.0
    loss: float = 0.0
    covered: int = 0

    def add(self, *, expected: float, quantile: float, actual: float) -> None:
        """Count one forecast against what was wanted."""
        self.forecasts += 1
        self.demand += actual
        self.expected += expected
        self.missed += abs(expected - actual)
        self.loss += pinball(quantile=quantile, actual=actual)
        self.covered += actual <= quantile

    @property
    def wape(self) -> float:
        """Sum of absolute errors over the sum of demand."""
        return _over(self.missed, self.demand)

    @property
    def loss_per_unit(self) -> float:
        """Pinball loss over the sum of demand."""
        return _over(self.loss, self.demand)

    @property
    def bias(self) -> float:
        """How far all forecasts together lie above (+) or below (-) the demand, relative to it."""
        return _over(self.expected, self.demand) - 1.0

    @property
    def coverage(self) -> float:
        """Share of weeks whose demand stayed within the quantile; 0.9 is meant."""
        return self.covered / self.forecasts


def ratios(scores: Mapping[str, Score], *, base: str) -> dict[str, tuple[float, float]]:
    """Return (WAPE, pinball loss) of each method as ratios to those of ``base``."""
    of = scores[base]
    return {name: (_over(score.missed, of.missed), _over(score.loss, of.loss)) for name, score in scores.items()}


def _over(part: float, whole: float) -> float:
    """Divide; not a number where a class is too small to have demand or errors."""
    return part / whole if whole else math.nan
