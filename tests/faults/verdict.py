"""What must be so after a run, whatever failed: everything is compared with the orders and with what was committed."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import attrs
from saai_domain.aws.dynamodb import deserialize
from saai_domain.event_log import NoticeMessage, from_item
from saai_domain.events import Canal
from saai_domain.time import epoch_seconds, lima_now

from tests.faults.audit import Audit, SaleMade
from tests.faults.cashiers import Order
from tests.faults.clients import Following, Seat
from tests.faults.world import SCARCE_STOCK, STOCK, World

SALE_EVENT = "venta_registrada"


@attrs.frozen(kw_only=True)
class Verdict:
    """The figures of a run; ``problems`` are promises broken."""

    sales: int
    refusals: int
    """Orders that were refused for want of stock."""
    events: int
    deliveries: int
    snapshots: int
    kills: Counter[str]
    lost_answers: Counter[str]
    refused: Counter[str]
    happened: Counter[str]
    problems: tuple[str, ...]


def judge(world: World) -> Verdict:
    """Compare what is stored, what was answered, and what every application got."""
    faults = world.faults
    return Verdict(
        sales=world.cashiers.sales,
        refusals=sum(order.refused is not None for order in world.cashiers.answered),
        events=sum(map(len, world.audit.log.values())),
        deliveries=sum(len(following.events) for seat in world.seats for following in seat.followings),
        snapshots=world.network.snapshots,
        kills=faults.kills,
        lost_answers=faults.lost_answers,
        refused=faults.refused,
        happened=world.happened,
        problems=(
            *world.problems,
            *world.audit.problems,
            *world.network.gateway.problems,
            *world.network.problems,
            *world.cashiers.problems,
            *world.others.problems,
            *world.functions.crashes,
            *(f"a function makes {operation} without an end" for operation in faults.endless),
            *_wrong_sales(world),
            *_wrong_shelves(world),
            *_wrong_log(world),
            *_wrong_notices(world),
            *_wrong_events_of_others(world),
            *wrong_screens(world, complete=True),
            *(
                f"seat {number} isn't up to date, or said so while it loaded"
                for number in world.network.clients.stale()
            ),
        ),
    )


def wrong_screens(world: World, *, complete: bool) -> Iterator[str]:
    """Every application has the events of its store that its role may hear, once, in order, as they were logged.

    ``complete``: to the end of the log; otherwise as far as it has come.
    """
    for seat in world.seats:
        for place, following in enumerate(seat.followings):
            last = place == len(seat.followings) - 1
            yield from _wrong_following(world.audit, seat, following, to_the_end=complete and last)


def wrong_live_screens(world: World) -> Iterator[str]:
    """Who is connected has every event by now, without asking for it."""
    for seat in world.seats:
        if world.network.listens(seat):
            for problem in _wrong_following(world.audit, seat, seat.followings[-1], to_the_end=True):
                yield f"{problem}, though it listens"


def _wrong_following(audit: Audit, seat: Seat, following: Following, *, to_the_end: bool) -> Iterator[str]:
    if following.over is not None:
        # Its log is gone: it was compared when that ended.
        if to_the_end or len(following.events) > following.over:
            yield f"seat {seat.number} goes on with a log that was undone"
        return
    known = 0
    for canal in Canal.for_rol(seat.rol):
        got = [event for event in following.events if event["canal"] == canal]
        known += len(got)
        rows = audit.log[seat.tenant_id, canal]
        start = following.start[canal]
        end = len(rows) if to_the_end else start + len(got)
        if got != [json.loads(row.frame) for row in rows[start:end]]:
            yield f"seat {seat.number} got {len(got)} events of {canal} after {start} of {end}, or in another order"
    if known != len(following.events):
        yield f"seat {seat.number} got events that are not for it"


def notices_of(audit: Audit) -> Mapping[tuple[str, str], NoticeMessage]:
    """Return every notice that was logged, by store and id."""
    return {
        (str(row.tenant_id), json.loads(notice.message)["id"]): notice
        for rows in audit.log.values()
        for row in rows
        for notice in row.notices
    }


# -- Sales


def _wrong_sales(world: World) -> Iterator[str]:
    """What was answered is one sale, and there is no other; each is what was ordered, at the prices of its moment."""
    made = [order for order in world.cashiers.answered if order.made is not None]
    claimed = Counter(str(order.made.codigo_venta) for order in made if order.made)
    stored = {row["entity_id"]["S"]: deserialize(row)["data"] for row in world.dynamodb.rows("ventas")}
    if not made:
        yield "no sale was registered"
    of_key = Counter(order.key for order in made)
    for order in world.cashiers.outdone:
        of_key.setdefault(order.key, 0)
    for key, count in of_key.items():
        if count != 1:
            yield f"under {key} {count} orders were made"
    if claimed != Counter(world.audit.sales.keys()) or stored.keys() != world.audit.sales.keys():
        yield f"{len(stored)} sales are stored, {len(world.audit.sales)} were committed, {claimed.total()} answered"
    for order in made:
        code = str(order.made.codigo_venta if order.made else "")
        sale = world.audit.sales.get(code)
        if sale is None:
            continue
        estado = "ANULADA" if code in world.audit.annulled else "COMPLETADA"
        yield from _wrong_sale(code, order, sale)
        if {**sale.row, "estado": estado, "updated_at": None} != {**stored.get(code, {}), "updated_at": None}:
            yield f"{code} is stored otherwise than it was committed"


def _wrong_sale(code: str, order: Order, sale: SaleMade) -> Iterator[str]:
    """A sale's row, answer, event and notice say what was ordered."""
    subtotals = {product: sale.prices[product] * units for product, units in order.units.items()}
    total = sum(subtotals.values(), Decimal(0))
    row, fecha = sale.row, sale.event.timestamp[:10]
    wanted_row = {
        "codigo_venta": code,
        "productos": [
            {
                "codigo_producto": product,
                "nombre_producto": _name(product),
                "precio_unitario": sale.prices[product],
                "cantidad": units,
                "subtotal_item": subtotals[product],
            }
            for product, units in order.units.items()
        ],
        "total": total,
        "metodo_pago": order.metodo_pago,
        "fecha": fecha,
        "codigo_usuario": order.cashier.codigo_usuario,
        "estado": "COMPLETADA",
        "created_at": sale.event.timestamp,
        "updated_at": sale.event.timestamp,
    }
    if row != wanted_row:
        yield f"{code} is {row} in the place of {wanted_row}"
    answer = order.made.envelope["data"] if order.made else {}
    if answer != {"codigo_venta": code, "total": float(total), "fecha": fecha}:
        yield f"{code} was answered {answer}"
    data = {
        "codigo_venta": code,
        "items_count": len(order.units),
        "total": total,
        "metodo_pago": order.metodo_pago,
        "trabajador": order.cashier.codigo_usuario,
        "fecha": fecha,
        "productos_vendidos": [
            {
                "codigo": product,
                "nombre": _name(product),
                "cantidad": units,
                "subtotal": subtotals[product],
                "stock": sale.left[product],
            }
            for product, units in order.units.items()
        ],
    }
    wanted = _frame_of(sale, data)
    if _exact(sale.event.frame) != wanted:
        yield f"{code} was told as {sale.event.frame} in the place of {wanted}"
    told = [_exact(notice.message)["detalle"] for notice in sale.event.notices]
    detail = {"codigo_venta": code, "total": total, "metodo_pago": order.metodo_pago}
    if told != [{**detail, "codigo_usuario": order.cashier.codigo_usuario}]:
        yield f"{code} was notified as {told}"


def _frame_of(sale: SaleMade, data: Mapping[str, Any]) -> Mapping[str, Any]:
    seq = sale.event.seq
    return {
        "event_type": SALE_EVENT,
        "tenant_id": sale.tenant_id,
        "timestamp": sale.row["created_at"],
        "data": data,
        "event_id": f"{sale.tenant_id}-tienda-{seq:012d}",
        "canal": "tienda",
        "seq": seq,
    }


def _name(product: str) -> str:
    return f"Producto {int(product.partition('P')[2])}"


def _exact(text: str) -> Any:
    """Read JSON with exact amounts."""
    return json.loads(text, parse_float=Decimal)


def _wrong_shelves(world: World) -> Iterator[str]:
    """The stock is exactly what the sales and other services left, and was never below zero."""
    sold: Counter[str] = Counter()
    for sale in world.audit.sales.values():
        for line in sale.row["productos"]:
            sold[line["codigo_producto"]] += int(line["cantidad"])
    for row in map(deserialize, world.dynamodb.rows("productos")):
        code = row["entity_id"]
        start = SCARCE_STOCK if world.audit.stocks[code][0] == SCARCE_STOCK else STOCK
        left = start - sold[code] + world.audit.moved[code]
        if int(row["data"]["stock"]) != left or min(world.audit.stocks[code]) < 0:
            yield f"{code} should have {left}, has {row['data']['stock']}"


# -- Events and notices


def _wrong_log(world: World) -> Iterator[str]:
    """The log holds what was committed, unless its time has passed; nothing is pending; each sale was told once."""
    now = epoch_seconds(lima_now())
    held = {
        (row["tenant_id"], row["entity_id"]): (from_item(row), int(row["ttl"]))
        for row in map(deserialize, world.dynamodb.rows("eventos"))
    }
    logged = {(str(row.tenant_id), row.entity_id): row for rows in world.audit.log.values() for row in rows}
    for key in held.keys() - logged.keys():
        yield f"the log holds {key}, which nobody wrote"
    for key, row in logged.items():
        found, ttl = held.get(key, (None, row.created_epoch + 7 * 86_400))
        if found is None and ttl > now:
            yield f"the log has lost {key}"
        if found is not None and found.frame != row.frame:
            yield f"the log holds another text of {key}"
        if found is not None and found.pending:
            yield f"{key} is pending"
    told = Counter(row.event_id for row in logged.values() if row.event_type == SALE_EVENT)
    if told != Counter(sale.event.event_id for sale in world.audit.sales.values()):
        yield "sales and their events differ"


def _wrong_notices(world: World) -> Iterator[str]:
    """Every notice is published, under an id that is the same at every repeat, and is kept once, as it was written."""
    logged = notices_of(world.audit)
    kept = {
        (row["tenant_id"]["S"], row["entity_id"]["S"]): deserialize(row)["data"]
        for row in world.dynamodb.rows("notificaciones")
    }
    if logged.keys() != world.topic.published:
        yield f"notices and publications differ: {sorted(logged.keys() ^ world.topic.published)[:3]}"
    if logged.keys() != kept.keys():
        yield f"notices and notifications differ: {sorted(logged.keys() ^ kept.keys())[:3]}"
    for key in logged.keys() & kept.keys():
        message, data = _exact(logged[key].message), kept[key]
        told = {name: message[name] for name in ("tipo", "titulo", "mensaje", "detalle")}
        attributes = {name: logged[key].attributes[name] for name in ("severidad", "origen", "ts")}
        if {name: data.get(name) for name in (*told, *attributes)} != {**told, **attributes}:
            yield f"{key} is kept otherwise than it was told"


def _wrong_events_of_others(world: World) -> Iterator[str]:
    """What other services had emitted is logged once; what breaks the contract is kept for an operator."""
    others = world.others
    logged: Counter[tuple[str, str]] = Counter()
    for rows in world.audit.log.values():
        for row in rows:
            if row.event_type != SALE_EVENT:
                logged[str(row.tenant_id), json.dumps(json.loads(row.frame)["data"], sort_keys=True)] += 1
    kept = Counter(int(payload["marca"]) for payload in world.kept())
    wanted = Counter((request["tenant_id"], _content(request["payload"])) for request in others.good.values())
    wanted.update((str(tenant), _content({"mensaje": event.mensaje})) for tenant, event in others.emitted.values())
    for rivals in others.rivals:
        losers = [request["marca"] for request in rivals if request["marca"] in kept]
        if len(losers) != 1:
            yield f"of two events under one id {len(losers)} are kept"
        wanted.update(
            (request["tenant_id"], _content(request["payload"])) for request in rivals if request["marca"] not in losers
        )
    if logged != wanted:
        yield f"{(wanted - logged) + (logged - wanted)} of other services"
    refused = others.broken | {request["marca"] for rivals in others.rivals for request in rivals}
    if not others.broken <= kept.keys() <= refused:
        yield f"kept for an operator, or not, are {sorted(kept.keys() ^ others.broken)}, against the contract"


def _content(payload: Mapping[str, Any]) -> str:
    return json.dumps(payload, sort_keys=True)
