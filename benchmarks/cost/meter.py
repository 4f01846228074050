"""What is counted: units that AWS bills, and the calls that a function makes."""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import attrs

Units = Mapping[str, float]
"""Units by the name of their meter in ``prices.toml``."""


@attrs.frozen(kw_only=True)
class Count:
    """What was done in a stretch."""

    units: Units
    calls: Mapping[str, int]
    """By ``{function} {operation}``; that a function was called stands as ``{function} called``."""
    reads: Mapping[str, float]
    """Read units by table, of an index as ``{table}/{index}``."""
    writes: Mapping[str, float]
    """Write units, the same way."""
    seconds: Mapping[str, float]
    """How long each function would have run."""
    metrics: frozenset[tuple[str, str]]
    """Metrics that were printed, with their function."""
    received: int
    """Messages that screens sent."""


def _sums() -> defaultdict[str, float]:
    return defaultdict(float)


@attrs.define(kw_only=True)
class Meter:
    """Counts from the beginning, or since the last ``take``."""

    times: Mapping[str, float]
    """Milliseconds that a call takes, by its kind."""
    function: str = "nobody"
    """Whose calls are counted now."""
    milliseconds: float = 0.0
    """How long that one's calls have taken."""
    units: dict[str, float] = attrs.field(factory=_sums)
    calls: Counter[str] = attrs.field(factory=Counter)
    reads: dict[str, float] = attrs.field(factory=_sums)
    writes: dict[str, float] = attrs.field(factory=_sums)
    seconds: dict[str, float] = attrs.field(factory=_sums)
    metrics: set[tuple[str, str]] = attrs.field(factory=set)
    received: int = 0
    _lock: threading.Lock = attrs.field(factory=threading.Lock)
    """DespacharTiendas sends from several threads."""

    def call(self, operation: str, kind: str, *, waits: int = 1) -> None:
        """Count a call, for which the function waits so many times as long as its kind takes."""
        with self._lock:
            self.calls[f"{self.function} {operation}"] += 1
            self.milliseconds += waits * self.times[kind]

    def read(self, place: str, units: float) -> None:
        """Count read units of a table or index."""
        self.reads[place] += units
        self.add("dynamodb read units", units)

    def write(self, place: str, units: float) -> None:
        """Count write units of a table or index."""
        self.writes[place] += units
        self.add("dynamodb write units", units)

    def add(self, meter: str, units: float) -> None:
        """Count units of any other meter."""
        with self._lock:
            self.units[meter] += units

    def take(self) -> Count:
        """Return what was counted, and begin anew."""
        count = Count(
            units=dict(self.units),
            calls=dict(self.calls),
            reads=dict(self.reads),
            writes=dict(self.writes),
            seconds=dict(self.seconds),
            metrics=frozenset(self.metrics),
            received=self.received,
        )
        self.received = 0
        for each in (self.units, self.calls, self.reads, self.writes, self.seconds, self.metrics):
            each.clear()
        return count

    @contextmanager
    def within(self, function: str) -> Iterator[None]:
        """Count for a function, as long as the block lasts."""
        self.function, self.milliseconds = function, 0.0
        self.calls[f"{function} called"] += 1
        try:
            yield
        finally:
            self.function = "nobody"
