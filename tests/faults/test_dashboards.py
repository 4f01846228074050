"""Dashboards come to show every sale, and each alert is told once, whatever dies."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from aws_lite.wire import decode_json_with_decimals

from tests.faults.dashboards import STORES, Dashboards

PATH = ("query", "batch_get_item", "put_item", "transact_write_items", "invoke", "update_item", "send_message")
"""The external calls between a sale and the dashboard that shows it."""


@pytest.fixture(autouse=True)
def _no_sockets(socket_disabled: None) -> None:
    """Everything is in memory."""


def _run(
    seed: int, *, steps: int, kill: float, lose_answer: float = 0.0, refuse: float = 0.0, scheduled: bool
) -> tuple[list[str], Counter[str]]:
    """Return the promises that were broken, and who died."""
    with Dashboards.created(seed=seed, kill=kill, lose_answer=lose_answer, refuse=refuse, scheduled=scheduled) as world:
        for _ in range(steps):
            world.step()
        world.settle()
        if lose_answer or refuse:
            # A refresh that could not be asked for is the schedule's to make up for, and so is an annulled sale.
            world.pass_time(10)
            world.schedule()
            world.settle()
        problems = [problem for tenant in STORES for problem in (*_figures(world, tenant), *_alerts(world, tenant))]
        return [*world.problems, *world.functions.crashes, *problems], world.faults.kills


def _figures(world: Dashboards, tenant: str) -> list[str]:
    """The dashboard counts every sale that stands, what it brought in, who sold it and of what it was."""
    sales = [row["data"] for row in world.rows("ventas", tenant) if row["data"]["estado"] == "COMPLETADA"]
    units: Counter[str] = Counter()
    for sale in sales:
        units.update({line["codigo_producto"]: int(line["cantidad"]) for line in sale["productos"]})
    sold = {
        "total_ventas": len(sales),
        "total_ingresos": sum((sale["total"] for sale in sales), Decimal(0)),
        "by_worker": dict(Counter(sale["codigo_usuario"] for sale in sales)),
        "products": dict(units),
    }
    days = [row["data"] for row in world.rows("analitica", tenant) if row["entity_id"] == "dia"]
    shown = {
        "total_ventas": sum(int(day["ventas"]["total_ventas"]) for day in days),
        "total_ingresos": sum((day["ventas"]["total_ingresos"] for day in days), Decimal(0)),
        "by_worker": {
            worker["codigo_usuario"]: int(worker["cantidad"]) for day in days for worker in day["ventas_por_trabajador"]
        },
        "products": {top["codigo_producto"]: int(top["unidades"]) for day in days for top in day["productos_top"]},
    }
    return [] if shown == sold else [f"{tenant}: {shown} are shown of {sold}"]


def _alerts(world: Dashboards, tenant: str) -> list[str]:
    """An event's notices are the alerts that its calculation had and the one before had not; all are published."""
    events = {row["data"]["event_id"]: row["data"] for row in world.rows("eventos", tenant)}
    weeks = [row["data"] for row in world.dynamodb.weeks if row["tenant_id"] == tenant]
    problems: list[str] = []
    before: set[tuple[str, Any]] = set()
    for week in weeks:
        alerts = {(alert["tipo"], alert["detalle"].get("codigo_producto")) for alert in week["alertas_detectadas"]}
        notices: list[Any] = [
            decode_json_with_decimals(notice["message"]) for notice in events[week["event_id"]]["notices"]
        ]
        told = [_identity(notice) for notice in notices]
        if sorted(told, key=str) != sorted(alerts - before, key=str):
            problems.append(f"{tenant}: told {told} of {alerts - before}")
        problems += [
            f"{tenant}: {notice['id']} is not published"
            for notice in notices
            if (tenant, notice["id"]) not in world.topic.published
        ]
        before = alerts
    return problems


def _identity(notice: Mapping[str, Any]) -> tuple[str, Any]:
    return notice["tipo"], notice["detalle"].get("codigo_producto")


@pytest.mark.timeout(300)
def test_whatever_dies_dashboards_show_every_sale_and_tell_each_alert_once() -> None:
    """Deaths before and after every call of the path; workers run twice, at once, and in the middle of each other."""
    kills: Counter[str] = Counter()
    for seed in range(8):
        # Without the schedule nothing but the sales themselves asks for a refresh.
        problems, died = _run(seed, steps=300, kill=0.03, lose_answer=0.015, refuse=0.015, scheduled=seed % 2 == 0)
        assert problems == []
        kills += died
    assert {f"{when} {call}" for when in ("before", "after") for call in PATH} <= kills.keys()


@pytest.mark.timeout(300)
def test_the_last_sale_before_closing_time_is_shown() -> None:
    """No later sale brings the refresh that a death prevented: the event's repetition must.

    Lost answers are left out: the client repeats such a call, which these fakes don't, and what fails in the end is
    counted and alarmed.
    """
    for seed in range(200):
        problems, _ = _run(seed, steps=12, kill=0.08, scheduled=False)
        assert problems == []


def test_a_burst_without_deaths_takes_few_refreshes() -> None:
    """The rule is a refresh every few seconds, not one a sale."""
    with Dashboards.created(seed=1, kill=0.0, lose_answer=0.0, refuse=0.0, scheduled=False) as world:
        for _ in range(60):
            world.sell()
            world.emit()
        world.settle()
        assert len(world.dynamodb.weeks) == len(STORES)
        assert [_figures(world, tenant) for tenant in STORES] == [[], []]
