"""List prices and assumptions, out of ``prices.toml``."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

import attrs

PATH: Final = Path(__file__).with_name("prices.toml")


@attrs.frozen(kw_only=True)
class Price:
    """What ``per`` units of a meter cost, on which service's bill, and where that stands."""

    meter: str
    service: str
    usd: float
    per: float
    source: str
    seen: str

    def of(self, units: float) -> float:
        """Return what so many units cost."""
        return units * self.usd / self.per


@attrs.frozen(kw_only=True)
class Assumptions:
    """What was not counted. Times of calls and functions are in milliseconds, by name."""

    milliseconds: Mapping[str, float]
    cold_share: float
    cold_milliseconds: float
    days: int
    hours_open: float
    busiest_hour_share: float
    owner_screens: int
    lines_a_sale: int
    products: int
    days_of_history: int
    days_of_logs: int
    ping_minutes: float
    rotation_minutes: float
    retry_first_seconds: float
    retry_limit_seconds: float
    round_trip_seconds: float
    loads_a_day: float
    runtime_log_bytes: int
    idle_receives_a_minute: float

    @property
    def minutes(self) -> int:
        """Minutes of a month."""
        return self.days * 24 * 60


@attrs.frozen(kw_only=True)
class PriceList:
    """The whole file."""

    checked: date
    region: str
    terms: str
    prices: Mapping[str, Price]
    """By meter."""
    assumed: Assumptions


def load(path: Path = PATH) -> PriceList:
    """Read the file.

    Raises:
        TypeError: An assumption is missing, or there is one that nobody reads.
    """
    raw = tomllib.loads(path.read_text("utf-8"))
    cold = raw["cold_starts"]
    return PriceList(
        checked=raw["checked"],
        region=raw["region"],
        terms=raw["terms"],
        prices={
            each["meter"]: Price(
                meter=each["meter"],
                service=each["service"],
                usd=each["usd"],
                per=each["per"],
                source=each["from"],
                seen=each["seen"],
            )
            for each in raw["price"]
        },
        assumed=Assumptions(
            milliseconds=raw["milliseconds"],
            cold_share=cold["share"],
            cold_milliseconds=cold["milliseconds"],
            **raw["month"],
            **raw["store"],
            **raw["client"],
            **raw["lambda"],
        ),
    )
