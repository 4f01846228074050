"""Random counts that ``random.Random`` does not offer, reproducible by its seed."""

import math
from random import Random

_LARGEST_MEAN_BY_INVERSION = 30.0


def poisson(rng: Random, mean: float) -> int:
    """Draw a Poisson count. A large mean is halved until inversion is safe: the sum of Poisson counts is Poisson."""
    if mean <= 0:
        return 0
    if mean > _LARGEST_MEAN_BY_INVERSION:
        return poisson(rng, mean / 2) + poisson(rng, mean / 2)
    count, probability = 0, math.exp(-mean)
    cumulative, target = probability, rng.random()
    while target > cumulative and probability > 0:
        count += 1
        probability *= mean / count
        cumulative += probability
    return count


def units_of_one_sale(rng: Random, mean: float) -> int:
    """Draw the units a customer takes at once: 1 or more, geometric, ``mean`` on average."""
    if mean <= 1:
        return 1
    return 1 + int(math.log(1.0 - rng.random()) / math.log(1.0 - 1.0 / mean))


def between(rng: Random, low: float, high: float) -> float:
    """Draw a positive number, uniform on the logarithmic scale: small ones are as likely as large ones."""
    return math.exp(rng.uniform(math.log(low), math.log(high)))
