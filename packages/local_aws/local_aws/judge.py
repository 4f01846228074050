"""What must be so in the stores after they have sold, whatever happened: `make demo` and the fault suite ask it.

Everything is a plain value: tables' rows, answers, and what screens were given.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import attrs
from saai_domain.aws.dynamodb import deserialize
from saai_domain.event_log import LoggedEvent, from_item
from saai_domain.events import Canal
from saai_domain.roles import Rol

SALE_EVENT = "venta_registrada"


@attrs.frozen(kw_only=True)
class Viewer:
    """A user before a screen, and the events that the screen's page was given, in their order."""

    name: str
    tenant_id: str
    rol: Rol
    events: Sequence[Mapping[str, Any]]


@attrs.frozen
class ApiAnswer:
    """The API's answer: its status, and SAAI's envelope."""

    status: int
    envelope: Mapping[str, Any]

    @property
    def succeeded(self) -> bool:
        return self.status in {HTTPStatus.OK, HTTPStatus.CREATED}

    @property
    def codigo_venta(self) -> str | None:
        """The sale that was registered."""
        return self.envelope["data"]["codigo_venta"] if self.status == HTTPStatus.CREATED else None

    @property
    def shortages(self) -> Sequence[Mapping[str, Any]]:
        """Where stock was too short: what was asked for and what there is, by product."""
        data = self.envelope.get("data")
        return [entry for entry in data if "disponible" in entry] if isinstance(data, list) else ()


@attrs.frozen(kw_only=True)
class Books:
    """What the stores' tables say at a moment: sales and stock by code, and the event log."""

    sales: Mapping[str, Mapping[str, Any]]
    stock: Mapping[str, int]
    log: Sequence[LoggedEvent]

    @classmethod
    def read(cls, rows: Callable[[str], Iterable[Mapping[str, Any]]]) -> "Books":
        """Read them; ``rows`` gives a table's rows in DynamoDB's own form."""
        return cls(
            sales={row["entity_id"]: row["data"] for row in map(deserialize, rows("ventas"))},
            stock={row["entity_id"]: int(row["data"]["stock"]) for row in map(deserialize, rows("productos"))},
            log=read_log(rows("eventos")),
        )


def read_log(rows: Iterable[Mapping[str, Any]]) -> Sequence[LoggedEvent]:
    """Return the rows' events, channel by channel in the order of the sequence."""
    return sorted(map(from_item, map(deserialize, rows)), key=lambda row: (row.tenant_id, row.canal, row.seq))


def problems(*, before: Books, after: Books, answers: Sequence[ApiAnswer], viewers: Sequence[Viewer]) -> Iterator[str]:
    """Yield every promise that was broken while the answers were given."""
    sold = {code: after.sales[code] for code in after.sales.keys() - before.sales.keys()}
    yield from _wrong_sales(sold, answers)
    yield from _wrong_stock(before, after, sold)
    yield from _wrong_log(after.log, sold)
    for viewer in viewers:
        yield from strays(viewer)
        yield from undelivered(after.log, viewer)


def events_for(log: Sequence[LoggedEvent], viewer: Viewer) -> Sequence[Mapping[str, Any]]:
    """Return what a screen must come to show, channel by channel in the order of the sequence."""
    return [
        json.loads(row.frame) for row in log if row.tenant_id == viewer.tenant_id and row.canal.heard_by(viewer.rol)
    ]


def undelivered(log: Sequence[LoggedEvent], viewer: Viewer) -> Iterator[str]:
    """Yield each channel of which a screen doesn't have every event, once, in order, as it was logged."""
    logged = events_for(log, viewer)
    for canal in Canal.for_rol(viewer.rol):
        wanted = [event for event in logged if event["canal"] == canal]
        got = [event for event in viewer.events if event["canal"] == canal]
        if got != wanted:
            yield f"{viewer.name} got {len(got)} of {len(wanted)} events of {canal}, or in another order"


def strays(viewer: Viewer) -> Iterator[str]:
    """Yield what a screen must never hear."""
    for event in viewer.events:
        if event["tenant_id"] != viewer.tenant_id:
            yield f"{viewer.name} of {viewer.tenant_id} got {event['event_type']} of {event['tenant_id']}"
        elif not Canal(event["canal"]).heard_by(viewer.rol):
            yield f"{viewer.name} got {event['event_type']}, which is not for a {viewer.rol}"


def _wrong_sales(sold: Mapping[str, Any], answers: Sequence[ApiAnswer]) -> Iterator[str]:
    """What was answered is one sale, and there is no other; refused is only a sale of what the shelf can't give."""
    registered = [answer.codigo_venta for answer in answers if answer.codigo_venta is not None]
    if not registered:
        yield "no sale was registered"
    if sorted(registered) != sorted(sold):
        yield f"{len(sold)} sales are stored, {len(registered)} were answered"
    for answer in answers:
        if not answer.succeeded and not answer.shortages:
            yield f"a request was answered {answer.status} {answer.envelope.get('message')}"


def _wrong_stock(before: Books, after: Books, sold: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The stock is exactly what the sales left."""
    units: Counter[str] = Counter()
    for sale in sold.values():
        for line in sale["productos"]:
            units[line["codigo_producto"]] += int(line["cantidad"])
    for code, stock in before.stock.items():
        if after.stock[code] != stock - units[code] or after.stock[code] < 0:
            yield f"{code} should have {stock - units[code]}, has {after.stock[code]}"


def _wrong_log(log: Sequence[LoggedEvent], sold: Mapping[str, Any]) -> Iterator[str]:
    """Every channel is contiguous, nothing is pending, and each sale is told once, in its own store."""
    told: Counter[str] = Counter()
    places: Counter[tuple[str, str]] = Counter()
    for row in log:
        places[row.tenant_id, row.canal] += 1
        if row.seq != places[row.tenant_id, row.canal]:
            yield f"{row.tenant_id} {row.canal} has a gap or a twin at {row.seq}"
        if row.pending:
            yield f"{row.tenant_id} {row.canal} {row.seq} is pending"
        if row.event_type == SALE_EVENT:
            code = json.loads(row.frame)["data"]["codigo_venta"]
            told[code] += 1
            if not code.startswith(f"{row.tenant_id}V"):
                yield f"{row.tenant_id} was told of {code}"
    stored = Counter(sold.keys())
    if told != stored:
        yield f"sales and their events differ: {sorted((told - stored) + (stored - told))}"
