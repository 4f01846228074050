"""Other SAAI services: they move stock, change prices, annul sales, bar people, and send events, good and bad."""

import json
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from decimal import Decimal
from typing import Any, Final

import attrs
from saai_domain.aws.dynamodb import Key, serialize, update_if
from saai_domain.aws.publisher import EventPublisher
from saai_domain.codes import TenantId, product_code_for
from saai_domain.errors import InvalidInput, PublishError
from saai_domain.events import AnaliticaActualizada, EventData, PrediccionGenerada
from saai_domain.testing.dynamodb import SimulatedDynamoDB

from tests.faults.clients import Seat
from tests.faults.functions import Functions
from tests.faults.gateway import Gateway
from tests.faults.kills import ProcessKilled

BROKEN: Final[tuple[Mapping[str, Any], ...]] = (
    {"event_type": "venta_inventada", "payload": {}},
    {"event_type": "analitica_actualizada", "payload": {"mensaje": None}},
    {"event_type": "analitica_actualizada", "payload": []},
    {"event_type": "analitica_actualizada", "payload": {"mensaje": "x"}, "event_id": "a\u00a0b"},
    {"event_type": "analitica_actualizada", "payload": {"mensaje": "x"}, "exclude_connection_id": {}},
    {"event_type": "prediccion_generada", "payload": {"productos": -1, "alertas": 0}},
    {"event_type": "prediccion_generada", "payload": {"codigo_producto": "T001P001", "demanda_manana": 1.5}},
    {"event_type": "analitica_actualizada", "payload": {"mensaje": "x" * 140_000}},
    {"canal": "tienda", "seq": 0},
)
"""Invokes that break the contract."""
REFUSED_BY_THE_PUBLISHER: Final[tuple[EventData, ...]] = (
    AnaliticaActualizada(mensaje=None),  # type: ignore[arg-type] - as untyped services would
    PrediccionGenerada(codigo_producto="T001P001", demanda_manana=Decimal("1.5")),  # type: ignore[arg-type]
    AnaliticaActualizada(mensaje="x" * 140_000),
)
PROCESS_SECONDS: Final = 60.0


@attrs.define(eq=False)
class OtherServices:
    """What they did, for the verdict.

    ``mark`` tells their invokes apart: a key that the contract doesn't know.
    """

    random: random.Random
    functions: Functions
    dynamodb: SimulatedDynamoDB
    gateway: Gateway
    publisher: EventPublisher
    lambda_: Any
    seats: list[Seat]
    products: int
    good: dict[int, Mapping[str, Any]] = attrs.field(factory=dict)
    """Invokes that must be logged once, by mark."""
    rivals: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = attrs.field(factory=list)
    """Two events under one id: one must be logged, the other kept."""
    broken: set[int] = attrs.field(factory=set)
    """Marks of what must be kept for an operator."""
    emitted: dict[str, tuple[TenantId, AnaliticaActualizada]] = attrs.field(factory=dict)
    """What a publisher took, by ``event_id``."""
    unsent: list[tuple[TenantId, AnaliticaActualizada, str]] = attrs.field(factory=list)
    """What a publisher did not take yet."""
    inactive: dict[str, Key] = attrs.field(factory=dict)
    """Rows that say so, by the code of store or user."""
    problems: list[str] = attrs.field(factory=list)
    changes: int = 0
    """How often somebody's state was changed."""
    _marks: int = 0

    def barred(self, seat: Seat) -> bool:
        """Tell whether a user, or the store, is not active."""
        return seat.codigo_usuario in self.inactive or seat.tenant_id in self.inactive

    # -- Rows

    def move_stock(self) -> None:
        """A delivery, a count that finds less, or a shelf that is filled up: a conditional update."""
        code, tenant = self._product()
        stock = int(self._row("productos", tenant, code)["data"]["M"]["stock"]["N"])
        left = max(0, stock + self.random.choice((-2, -1, 1, 5, 20)))
        self._change(Key("productos", tenant, code), "stock", left, stock)

    def change_price(self) -> None:
        """A price goes up or down."""
        code, tenant = self._product()
        price = Decimal(self._row("productos", tenant, code)["data"]["M"]["precio"]["N"])
        new = Decimal(self.random.randint(50, 2_000)) / 100
        self._change(Key("productos", tenant, code), "precio", new, price)

    def annul(self) -> None:
        """A sale is annulled."""
        sales = self.dynamodb.rows("ventas")
        if sales:
            row = self.random.choice(sales)
            key = Key("ventas", row["tenant_id"]["S"], row["entity_id"]["S"])
            self._change(key, "estado", "ANULADA", "COMPLETADA")

    # -- Rights

    def bar(self) -> None:
        """A user is made inactive, or a store suspended, and its screens are closed."""
        seat = self.random.choice(self.seats)
        if self.inactive:
            return
        store = self.random.random() < 0.3
        table, tenant, code, state = (
            ("tiendas", "SAAI", seat.tenant_id, "SUSPENDIDA")
            if store
            else ("usuarios", seat.tenant_id, seat.codigo_usuario, "INACTIVO")
        )
        self._put_state(Key(table, tenant, code), state)
        self.inactive[code] = Key(table, tenant, code)
        request = {"tenant_id": seat.tenant_id, **({} if store else {"codigo_usuario": code})}
        for _ in range(3):
            if self.functions.run("CerrarPantallas", request) is not None:
                concerned = [each for each in self.seats if self.barred(each)]
                self.gateway.barred |= {each.codigo_usuario for each in concerned}
                return

    def readmit(self) -> None:
        """Everybody is welcome again."""
        self.gateway.barred.clear()
        for key in self.inactive.values():
            self._put_state(key, "ACTIVA" if key.table == "tiendas" else "ACTIVO")
        self.inactive.clear()

    # -- Events

    def send_event(self) -> None:
        """An event is invoked with, now and then twice under its id."""
        request = self._request()
        self.good[request["marca"]] = request
        for _ in range(self.random.choice((1, 1, 1, 2)) if "event_id" in request else 1):
            self.invoke(request)

    def send_rivals(self) -> None:
        """Two events come under one id."""
        one, other = self._request(), self._request()
        one["event_id"] = other["event_id"] = f"rival-{one['marca']}"
        other["tenant_id"] = one["tenant_id"]
        self.rivals.append((one, other))
        self.invoke(one)
        self.invoke(other)

    def send_broken(self) -> None:
        """An invoke breaks the contract."""
        request: dict[str, Any] = {**self._request(), "event_id": None, **self.random.choice(BROKEN)}
        if "seq" in request:
            del request["event_type"]
        self.broken.add(request["marca"])
        self.invoke(request)

    def emit(self) -> None:
        """A service uses the layer's publisher; what it doesn't take it says, and it may be repeated."""
        tenant = self.random.choice(self.seats).tenant_id
        if self.random.random() < 0.3:
            with self._process():
                self._emit_refused(tenant, self.random.choice(REFUSED_BY_THE_PUBLISHER))
            return
        self._marks += 1
        event = AnaliticaActualizada(mensaje=f"emitido {self._marks}")
        self.unsent.append((tenant, event, f"emitido-{self._marks}"))
        self.emit_unsent()

    def emit_unsent(self) -> None:
        """What was not taken is emitted again, under its id."""
        for each in list(self.unsent):
            tenant, event, event_id = each
            with self._process():
                try:
                    self.publisher.emit(tenant, event, event_id=event_id)
                except PublishError:
                    continue
                self.unsent.remove(each)
                self.emitted[event_id] = tenant, event

    def _emit_refused(self, tenant: TenantId, event: EventData) -> None:
        try:
            self.publisher.emit(tenant, event)
        except InvalidInput:
            return
        except PublishError:
            pass
        self.problems.append("the publisher took what EmitirEventosWs refuses")

    def _request(self) -> dict[str, Any]:
        self._marks += 1
        return {
            "tenant_id": self.random.choice(self.seats).tenant_id,
            "event_type": "analitica_actualizada",
            "payload": {"mensaje": f"externo {self._marks}", "aparte": {"monto": 12.5}},
            "marca": self._marks,
            **({"event_id": f"externo-{self._marks}"} if self.random.random() < 0.5 else {}),
        }

    def invoke(self, request: Mapping[str, Any]) -> None:
        self.lambda_.invoke(
            FunctionName="EmitirEventosWs", InvocationType="Event", Payload=json.dumps(request).encode()
        )

    @contextmanager
    def _process(self) -> Iterator[None]:
        """Run what is inside as a process of another service's, which may die."""
        with self.functions.faults.invocation(PROCESS_SECONDS), suppress(ProcessKilled):
            yield

    def _product(self) -> tuple[str, TenantId]:
        tenant = self.random.choice(self.seats).tenant_id
        return product_code_for(tenant, self.random.randint(1, self.products)), tenant

    def _row(self, table: str, tenant: str, code: str) -> Mapping[str, Any]:
        key = {"tenant_id": {"S": tenant}, "entity_id": {"S": code}}
        row: Mapping[str, Any] = self.dynamodb.get_item(TableName=table, Key=key)["Item"]
        return row

    def _change(self, key: Key, name: str, new: object, old: object) -> None:
        update_if(
            self.dynamodb,  # type: ignore[arg-type] - stands where boto3's client does
            key,
            expression="SET #data.#name = :new",
            condition="#data.#name = :old",
            names={"#data": "data", "#name": name},
            values={":new": new, ":old": old},
        )

    def _put_state(self, key: Key, state: str) -> None:
        self.changes += 1
        row = {"tenant_id": key.tenant_id, "entity_id": key.entity_id, "data": {"estado": state}}
        self.dynamodb.put_item(TableName=key.table, Item=serialize(row))
