"""The judge's own books: what the tables' writes amounted to, noted as each took effect."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import attrs
from saai_domain.aws.dynamodb import deserialize
from saai_domain.event_log import LoggedEvent, from_item
from saai_domain.events import Canal
from saai_domain.testing.dynamodb import Written


@attrs.frozen(kw_only=True)
class SaleMade:
    """A sale as it was committed: its row's ``data``, the prices and stocks of its products around it, its event."""

    tenant_id: str
    row: Mapping[str, Any]
    prices: Mapping[str, Decimal]
    left: Mapping[str, int]
    event: LoggedEvent


@attrs.define
class Audit:
    """Sales, stock and the event log, as they came to be."""

    sales: dict[str, SaleMade] = attrs.field(factory=dict)
    """By code."""
    log: dict[tuple[str, Canal], list[LoggedEvent]] = attrs.field(factory=lambda: defaultdict(list))
    """Each channel from its beginning."""
    stocks: dict[str, list[int]] = attrs.field(factory=lambda: defaultdict(list))
    """Every stock that a product had, by code."""
    told_at: dict[str, list[float]] = attrs.field(factory=lambda: defaultdict(list))
    """How far its store's channel had come then; what came after an event and before the next stands half-way."""
    moved: Counter[str] = attrs.field(factory=Counter)
    """Units that other services put on the shelf, or took."""
    annulled: set[str] = attrs.field(factory=set)
    """Sales that other services have annulled."""
    problems: list[str] = attrs.field(factory=list)
    """Writes that must never be."""

    def note(self, written: Written) -> None:
        """Take a write down."""
        rows = {
            (table, entity): (tenant, old and deserialize(old), new and deserialize(new))
            for (table, tenant, entity), (old, new) in written.items()
            if table in {"ventas", "productos", "eventos"}
        }
        events = [
            self._logged(new) for (table, _), (_, old, new) in rows.items() if table == "eventos" and not old and new
        ]
        for (table, entity), (tenant, old, new) in rows.items():
            match table:
                case "eventos" if old and new:
                    self._marked(old, new)
                case "productos" if new:
                    self._stocked(tenant, entity, old, new, sold=any(name == "ventas" for name, _ in rows))
                case "ventas" if new and not old:
                    products = {code: row for (name, code), row in rows.items() if name == "productos"}
                    self._sold(tenant, entity, new, products, events)
                case "ventas" if old and new:
                    self._annulled(entity, old, new)

    def frame(self, tenant_id: str, canal: str, seq: int) -> str | None:
        """Return the exact text of an event; None where there is none."""
        rows = self.log[tenant_id, Canal(canal)]
        return rows[seq - 1].frame if 0 < seq <= len(rows) else None

    def stocks_since(self, code: str, place: int) -> Sequence[int]:
        """Return the stocks that a product has had since its history was so long, with the one that it had then."""
        return self.stocks[code][max(0, place - 1) :]

    def stocks_beyond(self, code: str, seq: int) -> Sequence[int]:
        """Return the stocks that a product has had since its store's channel stood there."""
        known = sum(place <= seq for place in self.told_at[code])
        return self.stocks_since(code, known)

    def _logged(self, new: Mapping[str, Any]) -> LoggedEvent:
        event = from_item(new)
        rows = self.log[event.tenant_id, event.canal]
        rows.append(event)
        if event.seq != len(rows):
            self.problems.append(f"{event.tenant_id} {event.canal} has a gap or a twin at {event.seq}")
        return event

    def _marked(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        if from_item(old).frame != from_item(new).frame or old["ttl"] != new["ttl"]:
            self.problems.append(f"event {new['entity_id']} of {new['tenant_id']} was changed")

    def _stocked(self, tenant: str, code: str, old: Any, new: Mapping[str, Any], *, sold: bool) -> None:
        stock = int(new["data"]["stock"])
        before = int(old["data"]["stock"]) if old else stock
        if not sold:
            self.moved[code] += stock - before
        if not old or stock != before:
            self.stocks[code].append(stock)
            self.told_at[code].append(len(self.log[tenant, Canal.TIENDA]) + (0 if sold else 0.5))

    def _sold(
        self, tenant: str, code: str, new: Mapping[str, Any], products: Mapping[str, Any], events: Sequence[LoggedEvent]
    ) -> None:
        if len(events) != 1:
            self.problems.append(f"{code} was written with {len(events)} events")
            return
        self.sales[code] = SaleMade(
            tenant_id=tenant,
            row=new["data"],
            prices={product: old["data"]["precio"] for product, (_, old, _) in products.items()},
            left={product: int(after["data"]["stock"]) for product, (_, _, after) in products.items()},
            event=events[0],
        )

    def _annulled(self, code: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        if {**old["data"], "estado": "ANULADA", "updated_at": None} != {**new["data"], "updated_at": None}:
            self.problems.append(f"{code} was changed")
        self.annulled.add(code)
