"""What must be so after a run, whatever died."""

import json
from collections import Counter
from typing import Any

import attrs
from saai_domain.aws.dynamodb import deserialize
from saai_domain.codes import TenantId

from tests.faults.world import PRODUCTS, SCARCE_STOCK, STOCK, World


@attrs.frozen(kw_only=True)
class Verdict:
    """The figures of a run; every list of ``problems`` that isn't empty is a promise broken."""

    sales: int
    events: int
    deliveries: int
    kills: Counter[str]
    lost_answers: int
    problems: tuple[str, ...]


def judge(world: World) -> Verdict:
    """Compare what is stored, what was answered, and what every application got."""
    sold = [order for order in world.orders if order.answer and order.answer["status"] == 201]
    tenants = sorted({seat.tenant_id for seat in world.seats})
    problems = [
        *_sales(world, sold),
        *(problem for tenant in tenants for problem in _log(world, tenant)),
        *_stock(world, tenants),
        *_notices(world, tenants),
        *_screens(world),
    ]
    return Verdict(
        sales=len(sold),
        events=len(world.dynamodb.rows("eventos")),
        deliveries=sum(len(seat.application) for seat in world.seats),
        kills=world.faults.kills,
        lost_answers=world.faults.lost_answers.total(),
        problems=tuple(problems),
    )


def _sales(world: World, sold: list[Any]) -> list[str]:
    """Each order that was answered is one sale, and there is no other; refused is only what the shelf can't give."""
    refused = [order.answer or {} for order in world.orders if order not in sold]
    unfair = [answer for answer in refused if not any("disponible" in entry for entry in answer.get("data", []))]
    if unfair:
        return [f"{len(unfair)} orders were refused for nothing, as {unfair[0]}"]
    stored = sorted(row["entity_id"]["S"] for row in world.dynamodb.rows("ventas"))
    answered = sorted(order.answer["data"]["codigo_venta"] for order in sold)
    return [] if stored == answered else [f"{len(stored)} sales are stored, {len(answered)} were answered"]


def _log(world: World, tenant: TenantId) -> list[str]:
    """Every channel is contiguous, nothing is pending, each sale and each external event is in it once."""
    problems = []
    log = world.log(tenant)
    for canal in {row.canal for row in log}:
        seqs = [row.seq for row in log if row.canal == canal]
        if seqs != list(range(1, len(seqs) + 1)):
            problems.append(f"{tenant} {canal} has gaps")
    if any(row.pending for row in log):
        problems.append(f"{tenant} has pending events")
    told = Counter(
        json.loads(row.frame)["data"].get("codigo_venta") for row in log if row.event_type == "venta_registrada"
    )
    stored = {row["entity_id"]["S"] for row in world.dynamodb.rows("ventas") if row["tenant_id"]["S"] == tenant}
    if told != Counter(stored):
        problems.append(f"{tenant}: the sales and their events differ")
    others = Counter(
        json.loads(row.frame)["data"]["mensaje"] for row in log if row.event_type == "analitica_actualizada"
    )
    wanted = Counter(request["payload"]["mensaje"] for request in world.external if request["tenant_id"] == tenant)
    if others != wanted:
        problems.append(f"{tenant}: {wanted - others or others - wanted} of other services")
    return problems


def _stock(world: World, tenants: list[TenantId]) -> list[str]:
    """The stock is exactly what the sales left."""
    sold: Counter[str] = Counter()
    for row in world.dynamodb.rows("ventas"):
        for line in deserialize(row)["data"]["productos"]:
            sold[line["codigo_producto"]] += int(line["cantidad"])
    left = {row["entity_id"]["S"]: int(deserialize(row)["data"]["stock"]) for row in world.dynamodb.rows("productos")}
    return [
        f"{code} should have {wanted - sold[code]}, has {left[code]}"
        for tenant in tenants
        for number in range(1, PRODUCTS + 1)
        for code, wanted in [(f"{tenant}P{number:03d}", SCARCE_STOCK if number == PRODUCTS else STOCK)]
        if left[code] != wanted - sold[code] or left[code] < 0
    ]


def _notices(world: World, tenants: list[TenantId]) -> list[str]:
    """Every notice of every event is published, under an id that is the same at every repeat, and is kept once."""
    logged = {
        (str(tenant), json.loads(notice.message)["id"])
        for tenant in tenants
        for row in world.log(tenant)
        for notice in row.notices
    }
    kept = {(row["tenant_id"]["S"], row["entity_id"]["S"]) for row in world.dynamodb.rows("notificaciones")}
    return [
        *(["notices and publications differ"] if logged != world.topic.published else []),
        *(["notices and notifications differ"] if logged != kept else []),
    ]


def _screens(world: World) -> list[str]:
    """Every application has every event of its store that its role may hear: once, in order, and the same one."""
    problems = []
    logs = {seat.tenant_id: world.log(seat.tenant_id) for seat in world.seats}
    for seat in world.seats:
        for canal in seat.channels:
            wanted = [json.loads(row.frame) for row in logs[seat.tenant_id] if row.canal == canal]
            got = [event for event in seat.application if event["canal"] == canal]
            if got != wanted:
                problems.append(f"{seat.name} got {len(got)} of {len(wanted)} events of {canal}, or in another order")
        if any(event["canal"] not in seat.channels for event in seat.application):
            problems.append(f"{seat.name} heard what is not for a {seat.rol}")
        if any(event["tenant_id"] != seat.tenant_id for event in seat.application):
            problems.append(f"{seat.name} got another store's event")
        if seat.reloads:
            problems.append(f"{seat.name} was told to reload {seat.reloads} times")
    return problems
