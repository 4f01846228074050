"""What the generated stores and products look like: parameters only, the drawing is in ``generator``.

The ranges describe small Peruvian shops (bodega, minimarket, market stall, wholesaler, school kiosk): most products
sell on few days, a handful sells all day long, weekends and the days after payday (the 15th and the end of the month)
are stronger, products come and go, and shelves run empty. The forecast's few constants were chosen on the first five
stores; the school kiosk was not looked at before.
"""

from enum import StrEnum

import attrs


class Kind(StrEnum):
    """A series class of the report."""

    INTERMITTENT = "intermittent"
    LUMPY = "lumpy"
    REGULAR = "regular"
    FAST = "fast"
    LAUNCH = "launch"
    STOCK_OUT = "stock-outs"
    TREND = "trend"
    PAYDAY = "payday"
    FADING = "fading"
    OUTLIER = "outliers"


@attrs.frozen(kw_only=True)
class ProductShape:
    """Ranges from which one product is drawn; every pair is (lowest, highest)."""

    sales_a_day: tuple[float, float]
    """Mean number of customers a day."""
    units_a_sale: tuple[float, float] = (1.0, 1.4)
    """Mean units a customer takes."""
    level_noise: tuple[float, float] = (0.0, 0.03)
    """Daily standard deviation of the slowly wandering (log) level."""
    day_noise: tuple[float, float] = (0.0, 0.3)
    """Standard deviation of the (log) demand of single days: what no method can foresee."""
    monthly_growth: tuple[float, float] = (0.0, 0.0)
    """Relative growth in 30 days; halves are as likely as doubles when the range says so."""
    payday_lift: tuple[float, float] = (1.0, 1.1)
    """Factor on the three days from each payday."""
    empty_shelf_share: tuple[float, float] = (0.0, 0.0)
    """How far restocking lags behind: share of days on which the shelf is expected to be empty."""
    order_a_month: tuple[float, float] = (0.0, 0.0)
    """Extraordinary orders a month, each of 10 to 40 times a mean day."""


SHAPES: dict[Kind, ProductShape] = {
    Kind.INTERMITTENT: ProductShape(sales_a_day=(0.07, 0.4)),
    Kind.LUMPY: ProductShape(sales_a_day=(0.07, 0.5), units_a_sale=(2.5, 9.0)),
    Kind.REGULAR: ProductShape(sales_a_day=(0.6, 6.0), units_a_sale=(1.0, 1.8)),
    Kind.FAST: ProductShape(sales_a_day=(8.0, 60.0), units_a_sale=(1.0, 2.0), day_noise=(0.1, 0.3)),
    Kind.LAUNCH: ProductShape(sales_a_day=(0.3, 8.0), units_a_sale=(1.0, 1.6), monthly_growth=(-0.2, 0.4)),
    Kind.STOCK_OUT: ProductShape(sales_a_day=(0.3, 8.0), units_a_sale=(1.0, 1.6), empty_shelf_share=(0.1, 0.35)),
    Kind.TREND: ProductShape(sales_a_day=(0.4, 10.0), monthly_growth=(-0.4, 0.5)),
    Kind.PAYDAY: ProductShape(sales_a_day=(0.4, 8.0), units_a_sale=(1.0, 2.0), payday_lift=(1.4, 2.2)),
    Kind.FADING: ProductShape(sales_a_day=(0.3, 5.0)),
    Kind.OUTLIER: ProductShape(sales_a_day=(0.3, 6.0), order_a_month=(0.3, 0.8)),
}


@attrs.frozen(kw_only=True)
class StoreShape:
    """A kind of store: its weekday pattern, how much all its products move together, and its mix of products."""

    name: str
    weekdays: tuple[float, ...]
    """Demand by weekday, Monday first; only their relation counts. 0: closed."""
    weekday_noise: float
    """Standard deviation of a product's own (log) departure from the store's weekdays."""
    common_noise: float
    """Standard deviation of the (log) traffic that all products share on a day."""
    scale: float
    """Factor on every product's number of customers."""
    mix: dict[Kind, int]
    """Weights of the series classes."""


BODEGA = StoreShape(
    name="bodega",
    weekdays=(0.9, 0.85, 0.9, 0.95, 1.1, 1.3, 1.0),
    weekday_noise=0.1,
    common_noise=0.1,
    scale=0.6,
    mix={
        Kind.INTERMITTENT: 8,
        Kind.LUMPY: 2,
        Kind.REGULAR: 4,
        Kind.LAUNCH: 1,
        Kind.STOCK_OUT: 2,
        Kind.TREND: 1,
        Kind.PAYDAY: 1,
        Kind.FADING: 1,
        Kind.OUTLIER: 1,
    },
)
MINIMARKET = StoreShape(
    name="minimarket",
    weekdays=(0.85, 0.8, 0.85, 0.9, 1.15, 1.4, 1.05),
    weekday_noise=0.15,
    common_noise=0.12,
    scale=1.0,
    mix={
        Kind.INTERMITTENT: 5,
        Kind.LUMPY: 1,
        Kind.REGULAR: 5,
        Kind.FAST: 2,
        Kind.LAUNCH: 2,
        Kind.STOCK_OUT: 2,
        Kind.TREND: 2,
        Kind.PAYDAY: 2,
        Kind.FADING: 1,
        Kind.OUTLIER: 1,
    },
)
MARKET_STALL = StoreShape(
    name="market stall",
    weekdays=(0.0, 0.7, 0.75, 0.8, 1.0, 1.9, 1.85),
    weekday_noise=0.2,
    common_noise=0.2,
    scale=1.5,
    mix={Kind.INTERMITTENT: 2, Kind.REGULAR: 6, Kind.FAST: 4, Kind.STOCK_OUT: 3, Kind.TREND: 2, Kind.LAUNCH: 1},
)
WHOLESALER = StoreShape(
    name="wholesaler",
    weekdays=(1.4, 1.2, 1.1, 1.1, 1.2, 0.8, 0.2),
    weekday_noise=0.15,
    common_noise=0.1,
    scale=0.8,
    mix={Kind.LUMPY: 8, Kind.REGULAR: 3, Kind.PAYDAY: 3, Kind.FADING: 2, Kind.OUTLIER: 3, Kind.LAUNCH: 1},
)
NEW_STORE = StoreShape(
    name="new store",
    weekdays=(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
    weekday_noise=0.1,
    common_noise=0.15,
    scale=0.8,
    mix={Kind.LAUNCH: 6, Kind.TREND: 4, Kind.INTERMITTENT: 3, Kind.REGULAR: 3, Kind.STOCK_OUT: 2},
)
SCHOOL_KIOSK = StoreShape(
    name="school kiosk",
    weekdays=(1.1, 1.0, 1.0, 1.0, 1.2, 0.0, 0.0),
    weekday_noise=0.15,
    common_noise=0.3,
    scale=1.2,
    mix={
        Kind.INTERMITTENT: 3,
        Kind.REGULAR: 6,
        Kind.FAST: 2,
        Kind.STOCK_OUT: 3,
        Kind.LAUNCH: 1,
        Kind.FADING: 1,
        Kind.OUTLIER: 1,
    },
)
STORES = (BODEGA, MINIMARKET, MARKET_STALL, WHOLESALER, NEW_STORE, SCHOOL_KIOSK)
