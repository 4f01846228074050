"""What the judge finds, harm by harm. Over whole runs: tests/faults."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import attrs
import msgspec
import pytest
from local_aws.judge import ApiAnswer, Books, Viewer, problems, strays, undelivered
from saai_domain.codes import TenantId
from saai_domain.event_log import LoggedEvent
from saai_domain.events import Canal
from saai_domain.roles import Rol
from saai_domain.time import LIMA, epoch_seconds

NOON = datetime(2026, 11, 24, 12, tzinfo=LIMA)
BEFORE = Books(sales={}, stock={"T001P001": 10}, log=[])


def event(seq: int, *, canal: Canal = Canal.TIENDA, **data: Any) -> LoggedEvent:
    event_type = "venta_registrada" if canal is Canal.TIENDA else "analitica_actualizada"
    frame = {"event_type": event_type, "tenant_id": "T001", "canal": canal.value, "seq": seq, "data": data}
    return LoggedEvent(
        tenant_id=TenantId("T001"),
        canal=canal,
        seq=seq,
        event_id=f"e-{canal}-{seq}",
        event_type=event_type,
        timestamp=NOON.isoformat(),
        created_epoch=epoch_seconds(NOON),
        frame=json.dumps(frame),
        pending=False,
    )


SALE = {"productos": [{"codigo_producto": "T001P001", "cantidad": 2}]}
TOLD = event(1, codigo_venta="T001V001")
REFRESHED = event(1, canal=Canal.ADMINISTRACION, mensaje="Analítica actualizada")
AFTER = Books(sales={"T001V001": SALE}, stock={"T001P001": 8}, log=[REFRESHED, TOLD])
SOLD = ApiAnswer(201, {"data": {"codigo_venta": "T001V001"}})
SHORT = ApiAnswer(409, {"message": "No hay stock", "data": [{"disponible": 3}]})


def frames(*events: LoggedEvent) -> list[Any]:
    return [json.loads(each.frame) for each in events]


CASHIER = Viewer(name="Luz", tenant_id="T001", rol=Rol.TRABAJADOR, events=frames(TOLD))
OWNER = Viewer(name="Rosa", tenant_id="T001", rol=Rol.ADMIN, events=frames(REFRESHED, TOLD))
NEIGHBOUR = Viewer(name="Kevin", tenant_id="T002", rol=Rol.TRABAJADOR, events=[])


def found(
    after: Books = AFTER, answers: Sequence[ApiAnswer] = (SOLD, SHORT), viewers: Sequence[Viewer] = (CASHIER, OWNER)
) -> list[str]:
    return list(problems(before=BEFORE, after=after, answers=answers, viewers=[*viewers, NEIGHBOUR]))


def test_all_is_well_when_everything_is_where_it_belongs() -> None:
    """A sale, a refusal for lack of stock, and each screen has what is for it."""
    assert found() == []


@pytest.mark.parametrize(
    ("harmed", "problem"),
    [
        (attrs.evolve(AFTER, sales={}), "0 sales are stored, 1 were answered"),
        (attrs.evolve(AFTER, sales={**AFTER.sales, "T001V002": SALE}), "2 sales are stored, 1 were answered"),
        (attrs.evolve(AFTER, stock={"T001P001": 9}), "T001P001 should have 8, has 9"),
        (
            attrs.evolve(AFTER, log=[TOLD, msgspec.structs.replace(REFRESHED, seq=2)]),
            "T001 administracion has a gap or a twin at 2",
        ),
        (attrs.evolve(AFTER, log=[REFRESHED, TOLD, TOLD]), "T001 tienda has a gap or a twin at 1"),
        (attrs.evolve(AFTER, log=[REFRESHED, msgspec.structs.replace(TOLD, pending=True)]), "T001 tienda 1 is pending"),
        (attrs.evolve(AFTER, log=[REFRESHED]), "sales and their events differ: ['T001V001']"),
        (attrs.evolve(AFTER, log=[REFRESHED, event(1, codigo_venta="T002V001")]), "T001 was told of T002V001"),
    ],
)
def test_what_the_tables_say_wrongly_is_found(harmed: Books, problem: str) -> None:
    """Sales lost or invented, stock, gaps and twins of the log, deliveries left undone."""
    assert problem in found(harmed)


def test_stock_never_goes_below_nothing() -> None:
    """Even where the units are those that were sold."""
    before, after = attrs.evolve(BEFORE, stock={"T001P001": 1}), attrs.evolve(AFTER, stock={"T001P001": -1})
    assert "T001P001 should have -1, has -1" in list(problems(before=before, after=after, answers=[SOLD], viewers=[]))


def test_only_lack_of_stock_is_a_reason_to_refuse() -> None:
    """Whatever else the API answers is a fault; and a run without a sale shows nothing."""
    assert found(answers=[SOLD, ApiAnswer(500, {"message": "Error"})]) == ["a request was answered 500 Error"]
    assert "no sale was registered" in found(attrs.evolve(AFTER, sales={}), answers=[])


@pytest.mark.parametrize("events", [(), (TOLD, TOLD)])
def test_an_event_that_a_screen_lacks_or_has_twice_is_found(events: Sequence[LoggedEvent]) -> None:
    """By the channel."""
    viewer = attrs.evolve(CASHIER, events=frames(*events))
    assert list(undelivered(AFTER.log, viewer)) == [f"Luz got {len(events)} of 1 events of tienda, or in another order"]


def test_what_a_screen_must_never_hear_is_found() -> None:
    """Another store's event, and the owner's on a cashier's screen."""
    assert list(strays(attrs.evolve(CASHIER, tenant_id="T002"))) == ["Luz of T002 got venta_registrada of T001"]
    overheard = attrs.evolve(CASHIER, events=frames(TOLD, REFRESHED))
    assert list(strays(overheard)) == ["Luz got analitica_actualizada, which is not for a TRABAJADOR"]
    assert found(viewers=[overheard, OWNER]) == ["Luz got analitica_actualizada, which is not for a TRABAJADOR"]
