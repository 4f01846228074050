"""The judge's own books of a month: figures in the place of contents, so that five million events fit into memory."""

import time
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

import attrs
from saai_domain.codes import number_of
from saai_domain.testing.dynamodb import Written
from saai_domain.testing.values import Item

from tests.faults.audit import Audit

DAY: Final = 86_400
EVENT_DAYS: Final = 7
"""How long an event can be recovered (docs/domain.md, "Table model")."""
KEPT_DAYS: Final = {"evento": 15, "venta": 1, "predicciones": 1}
"""How long a repeat is recognised, by what is repeated."""


@attrs.define
class Channel:
    """How many events a store's channel had, and of those in the log when each was logged and its text's hash.

    ``moments`` in epoch seconds.
    """

    expired: int = 0
    moments: "array[int]" = attrs.field(factory=lambda: array("Q"))
    texts: "array[int]" = attrs.field(factory=lambda: array("q"))

    def __len__(self) -> int:
        return self.expired + len(self.moments)

    def has(self, seq: int, text: str) -> bool:
        """Tell whether a text is byte for byte an event that is in the log."""
        return self.expired < seq <= len(self) and self.texts[seq - 1 - self.expired] == hash(text)

    def expire(self, epoch: float) -> None:
        """Forget the events that were logged before a moment, in epoch seconds."""
        over = bisect_left(self.moments, epoch)
        del self.moments[:over], self.texts[:over]
        self.expired += over


@attrs.define
class Day:
    """What a store sold on a day, annulled sales left out: sales, soles, and units by product."""

    sales: int = 0
    income: Decimal = Decimal(0)
    units: Counter[str] = attrs.field(factory=Counter)


@attrs.define
class Books(Audit):
    """Every write as it takes effect: the channels, the sales of each day, what is left of each product."""

    channels: dict[tuple[str, str], Channel] = attrs.field(factory=lambda: defaultdict(Channel))
    days: dict[tuple[str, str], Day] = attrs.field(factory=lambda: defaultdict(Day))
    """By store and Lima date."""
    codes: dict[str, int] = attrs.field(factory=dict)
    """Each store's last sale, by number."""
    stock: dict[str, int] = attrs.field(factory=dict)
    """By product."""
    keys: dict[str, "array[int]"] = attrs.field(factory=lambda: {kind: array("Q") for kind in KEPT_DAYS})
    """When each row that is in ``idempotencia`` ends, by its kind, in epoch seconds."""

    def note(self, written: Written) -> None:
        """Take a write down."""
        for (table, tenant, entity), (old, new) in written.items():
            match table:
                case "eventos" if new:
                    self._event(tenant, entity, old, new)
                case "ventas" if new:
                    self._sale(tenant, entity, old, new)
                case "productos" if new:
                    self.stock[entity] = int(new["data"]["M"]["stock"]["N"])
                case "idempotencia" if new:
                    self._key(tenant, entity, old, new)

    def events(self) -> int:
        """Return how many events were logged."""
        return sum(map(len, self.channels.values()))

    def is_logged(self, tenant: str, canal: str, seq: int, text: str) -> bool:
        """Tell whether a text is byte for byte an event that is in the log there."""
        return self.channels[tenant, canal].has(seq, text)

    def expire(self, epoch: float) -> None:
        """Forget the rows that have ended by a moment, in epoch seconds; these books grow no more than the tables."""
        for channel in self.channels.values():
            channel.expire(epoch - EVENT_DAYS * DAY)
        for ends in self.keys.values():
            del ends[: bisect_left(ends, epoch)]

    def rows(self) -> Mapping[str, int]:
        """Return how many rows a table has."""
        events = sum(len(channel.moments) for channel in self.channels.values())
        return {"eventos": events, "idempotencia": sum(map(len, self.keys.values()))}

    def sold(self, tenant: str, days: Sequence[date]) -> Day:
        """Return what a store sold on some days together."""
        found = [self.days[tenant, day.isoformat()] for day in days]
        return Day(
            sales=sum(day.sales for day in found),
            income=sum((day.income for day in found), Decimal(0)),
            units=sum((day.units for day in found), Counter()),
        )

    def _event(self, tenant: str, entity: str, old: Item | None, new: Item) -> None:
        canal, _, digits = entity.partition("#")
        channel, seq, text = self.channels[tenant, canal], int(digits), new["data"]["M"]["frame"]["S"]
        if old:
            if not self.is_logged(tenant, canal, seq, text) or old["ttl"] != new["ttl"]:
                self.problems.append(f"event {entity} of {tenant} was changed")
            return
        if seq != len(channel) + 1:
            self.problems.append(f"{tenant} {canal} has a gap or a twin at {seq}")
        channel.moments.append(int(new["created_epoch"]["N"]))
        channel.texts.append(hash(text))
        if int(new["ttl"]["N"]) != channel.moments[-1] + EVENT_DAYS * DAY:
            self.problems.append(f"event {entity} of {tenant} is not kept for {EVENT_DAYS} days")

    def _key(self, tenant: str, entity: str, old: Item | None, new: Item) -> None:
        kind, ends = entity.partition("#")[0], int(new["ttl"]["N"])
        if abs(ends - KEPT_DAYS[kind] * DAY - time.time()) > 1:
            self.problems.append(f"{entity} of {tenant} is not kept for {KEPT_DAYS[kind]} days")
        if not old:
            self.keys[kind].append(ends)

    def _sale(self, tenant: str, code: str, old: Item | None, new: Item) -> None:
        data: Mapping[str, Any] = new["data"]["M"]
        day, sign = self.days[tenant, data["fecha"]["S"]], -1 if old else 1
        if not old and number_of(code) != self.codes.get(tenant, 0) + 1:
            self.problems.append(f"{code} doesn't follow {self.codes.get(tenant)}")
        if old and (old["data"]["M"]["estado"], data["estado"]) != ({"S": "COMPLETADA"}, {"S": "ANULADA"}):
            self.problems.append(f"{code} was changed")
        self.codes[tenant] = max(number_of(code), self.codes.get(tenant, 0))
        day.sales += sign
        day.income += sign * Decimal(data["total"]["N"])
        for line in data["productos"]["L"]:
            day.units[line["M"]["codigo_producto"]["S"]] += sign * int(line["M"]["cantidad"]["N"])
