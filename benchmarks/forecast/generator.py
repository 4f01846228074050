"""Generates the daily demand and sales of a store's products.

A product's demand on a day is a compound Poisson count: a Poisson number of customers, each taking a geometric number
of units. The mean number of customers is the product of

* the product's level, a slow random walk on the logarithmic scale, with growth for the trending ones;
* the weekday, the store's pattern times the product's own departure from it;
* payday: a lift on the 15th, the last day of the month and the two days after each;
* noise of the day, one part shared by the whole store, one part the product's own.

Sales are what the shelf allows: a product with stock-outs is restocked at irregular intervals, a day that begins or
ends with an empty shelf is flagged out of stock, and what customers would have taken is not in the sales. A launch has
no sales and no flags before its first day. A fading product stops selling at some day. The true demand is kept beside
the sales: it is what a forecast is held against.
"""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import attrs

from benchmarks.forecast.chance import between, poisson, units_of_one_sale
from benchmarks.forecast.shapes import SHAPES, Kind, ProductShape, StoreShape

FIRST_DAY = date(2025, 1, 6)
"""A Monday."""
_PAYDAY_DAYS = frozenset({15, 16, 17, 30, 31, 1})


@attrs.frozen(kw_only=True)
class Series:
    """One generated product, day by day from ``FIRST_DAY``."""

    kind: Kind
    demand: tuple[int, ...]
    """Units customers wanted."""
    sales: tuple[int, ...]
    """Units sold."""
    in_stock: tuple[bool | None, ...]
    """The day's flag; None where there is none."""
    tickets: tuple[int, ...]
    """Number of sales with this product."""


def generate_store(shape: StoreShape, *, products: int, days: int, seed: int) -> list[Series]:
    """Draw a store. The same arguments give the same store."""
    rng = Random(f"{shape.name}/{seed}")  # noqa: S311 - reproducible noise, no secret
    traffic = [rng.gauss(0.0, shape.common_noise) for _ in range(days)]
    kinds = rng.choices(list(shape.mix), weights=list(shape.mix.values()), k=products)
    return [_draw_product(rng, kind, shape, traffic) for kind in kinds]


def _draw_product(rng: Random, kind: Kind, store: StoreShape, traffic: Sequence[float]) -> Series:
    shape = SHAPES[kind]
    units = between(rng, *shape.units_a_sale)
    means = _customer_means(rng, shape, store, traffic)
    start, end = _lifetime(rng, kind, len(means))
    means = [mean if start <= day < end else 0.0 for day, mean in enumerate(means)]
    customers = [poisson(rng, mean) for mean in means]
    demand = [sum(units_of_one_sale(rng, units) for _ in range(count)) for count in customers]
    _add_orders(rng, shape, demand, customers)
    sales, flags = _through_the_shelf(rng, shape, demand)
    return Series(
        kind=kind,
        demand=tuple(demand),
        sales=tuple(sales),
        in_stock=tuple(flag if day >= start else None for day, flag in enumerate(flags)),
        tickets=tuple(min(count, sold) for count, sold in zip(customers, sales, strict=True)),
    )


def _customer_means(rng: Random, shape: ProductShape, store: StoreShape, traffic: Sequence[float]) -> list[float]:
    own = [weight * math.exp(rng.gauss(0.0, store.weekday_noise)) for weight in store.weekdays]
    weekdays = [weight * 7 / sum(own) for weight in own]
    level = math.log(between(rng, *shape.sales_a_day) * store.scale)
    growth = math.log1p(rng.uniform(*shape.monthly_growth)) / 30
    wander, noise = rng.uniform(*shape.level_noise), rng.uniform(*shape.day_noise)
    lift = rng.uniform(*shape.payday_lift)
    means = []
    for day, common in enumerate(traffic):
        level += growth + rng.gauss(0.0, wander)
        today = FIRST_DAY + timedelta(days=day)
        payday = lift if today.day in _PAYDAY_DAYS else 1.0
        means.append(weekdays[today.weekday()] * payday * math.exp(level + common + rng.gauss(0.0, noise)))
    return means


def _lifetime(rng: Random, kind: Kind, days: int) -> tuple[int, int]:
    """Return the product's first day and the day after its last one."""
    if kind is Kind.LAUNCH:
        return rng.randrange(days // 4, days), days
    if kind is Kind.FADING:
        return 0, rng.randrange(days // 3, days)
    return 0, days


def _add_orders(rng: Random, shape: ProductShape, demand: list[int], customers: list[int]) -> None:
    """Put extraordinary orders on top: one customer taking many days' worth at once."""
    chance = rng.uniform(*shape.order_a_month) / 30
    mean = sum(demand) / max(1, len(demand))
    for day in range(len(demand)):
        if rng.random() < chance:
            demand[day] += max(5, round(mean * rng.uniform(10.0, 40.0)))
            customers[day] += 1


def _through_the_shelf(rng: Random, shape: ProductShape, demand: Sequence[int]) -> tuple[list[int], list[bool]]:
    """Return what the shelf lets through and the flags. Restocking comes late and covers a few days of mean demand."""
    empty_share = rng.uniform(*shape.empty_shelf_share)
    if empty_share == 0.0:
        return list(demand), [True] * len(demand)
    mean = max(0.2, sum(demand) / max(1, len(demand)))
    cycle = rng.uniform(7.0, 20.0)
    refill = max(1, round(mean * cycle * (1.0 - empty_share)))
    shelf, until_restock = refill, cycle
    sales: list[int] = []
    flags: list[bool] = []
    for wanted in demand:
        until_restock -= 1
        if until_restock <= 0:
            shelf, until_restock = max(shelf, refill), cycle * rng.uniform(0.6, 1.4)
        sold = min(wanted, shelf)
        shelf -= sold
        sales.append(sold)
        flags.append(shelf > 0)
    return sales, flags
