"""Sales in DynamoDB: one consistent batch read, one decision, one transaction for everything
(docs/architecture.md, "The way of a sale").
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import attrs
from aws_lite.backoff import Backoff
from saai_domain import event_log
from saai_domain.aws.admission import Admission
from saai_domain.aws.dynamodb import Counter, Item, Key, batch_get, put, update
from saai_domain.aws.event_log import EVENT, EventLog, idempotency_record
from saai_domain.aws.transactions import Decision, commit
from saai_domain.codes import sale_code_for
from saai_domain.component import component
from saai_domain.errors import CounterBehind, IdempotencyMismatch, NotAdmitted, SaaiError
from saai_domain.event_log import LoggedEvent
from saai_domain.events import VentaRegistrada, event_of
from saai_domain.money import soles
from saai_domain.time import Clock, epoch_seconds, iso_timestamp, lima_now

from saai_events.products.storage import Products
from saai_events.sales.sale import Line, Sale, decide_lines, sale_event, sale_row
from saai_events.sales.sale_request import SaleRequest

if TYPE_CHECKING:
    from saai_domain.auth import Claims
    from saai_domain.aws.clients import DynamoDBClient

SALES_COUNTER: Final = "ventas"
ORIGIN: Final = "RegistrarVenta"
SALE: Final = "sale"
"""The name of the sale's own write in its transaction."""


@attrs.frozen(kw_only=True)
class Registered:
    """What a request is answered, and the event of a sale that was made just now; None for one made before."""

    answer: Mapping[str, Any]
    event: LoggedEvent | None
    attempts: int = 1


@component
class SalesLedger:
    """The stores' sales, with the stock, counters and events that change with them."""

    client: "DynamoDBClient"
    events: EventLog
    products: Products
    admission: Admission
    ventas_table: str
    clock: Clock = lima_now
    backoff: Backoff = attrs.field(factory=Backoff)

    def register(self, request: SaleRequest, claims: "Claims", *, key: str) -> Registered:
        """Make a sale, or return the answer of the one that was made under the same key within 24 hours.

        Nothing is refused before the row of the key was read once more, by itself: a batch reads each row at its own
        moment, so a repeat may miss the row of its original and find the stock that it left.

        Raises:
            NotAdmitted: The store or the user is not active.
            IdempotencyMismatch: The key was used with another request.
            UnknownProducts, InsufficientStock, UnreadableProduct: The store can't sell this.
            Contention, OutcomeUnknown: See ``saai_domain.aws.transactions.commit``.
            CounterBehind: The next sale code, or the next event's place, exists already.
        """
        record_key = Key(self.events.idempotencia_table, claims.tenant_id, f"venta#{claims.codigo_usuario}#{key}")

        def decide() -> Decision[Registered]:
            return self._decide(request, claims, key, record_key)

        try:
            committed = commit(self.client, decide, backoff=self.backoff)
        except SaaiError:
            rows = batch_get(self.client, (record_key,))
            before = _registered_before(rows.get(record_key), request, key, moment=self.clock())
            if before is None:
                raise
            return before
        return attrs.evolve(committed.result, attempts=committed.attempts)

    def _decide(self, request: SaleRequest, claims: "Claims", key: str, record_key: Key) -> Decision[Registered]:
        tenant = claims.tenant_id
        sales_key = Key(self.events.counters_table, tenant, SALES_COUNTER)
        events_key = self.events.counter_key(tenant, VentaRegistrada.canal)
        product_keys = self.products.keys(tenant, request.units)
        admission_keys = self.admission.keys(tenant, claims.codigo_usuario)
        rows = batch_get(self.client, (sales_key, events_key, record_key, *admission_keys, *product_keys.values()))
        moment = self.clock()
        before = _registered_before(rows.get(record_key), request, key, moment=moment)
        if before is not None:
            return Decision(result=before)
        reason = self.admission.refusal(rows, tenant, claims.codigo_usuario)
        if reason is not None:
            raise NotAdmitted(reason)
        sales, events = Counter.among(rows, sales_key), Counter.among(rows, events_key)
        sale = Sale(
            codigo_venta=sale_code_for(tenant, sales.value + 1),
            tenant_id=tenant,
            codigo_usuario=claims.codigo_usuario,
            metodo_pago=request.metodo_pago,
            moment=moment,
            lines=decide_lines(request, self.products.among(rows, product_keys)),
        )
        event = sale_event(sale)
        logged = event_log.log_event(
            event_of(event),
            tenant_id=tenant,
            seq=events.value + 1,
            moment=moment,
            origen=ORIGIN,
            notices=event.notices,
        )
        return Decision(
            result=Registered(answer=sale.answer, event=logged),
            actions={
                SALE: put(self.ventas_table, sale_row(sale), condition="attribute_not_exists(entity_id)"),
                "sale counter": sales.advance(now=logged.timestamp),
                **self.events.actions(logged, events),
                **{f"stock of {line.product.codigo}": self._lower_stock(sale, line) for line in sale.lines},
                "idempotency record": idempotency_record(record_key, _outcome(sale, request, logged), logged),
            },
            on_cancelled=lambda refused: _refuse_taken_places(refused, sale, logged),
        )

    def _lower_stock(self, sale: Sale, line: Line) -> Any:  # noqa: ANN401 - boto3's own nested type
        """Lower a product's stock, on condition that what the sale was decided on still stands."""
        row = line.product.row
        return update(
            Key(self.products.table, sale.tenant_id, line.product.codigo),
            expression="SET #data.#stock = :left, #data.updated_at = :now",
            condition="#data.#stock = :stock AND #data.precio = :precio AND #data.estado = :estado",
            names={"#data": "data", "#stock": "stock"},
            values={
                ":left": line.stock_left,
                ":now": iso_timestamp(sale.moment),
                ":stock": row["stock"],
                ":precio": row["precio"],
                ":estado": row["estado"],
            },
        )


def _refuse_taken_places(refused: Mapping[str, str], sale: Sale, logged: LoggedEvent) -> None:
    """Raise CounterBehind where nothing but a taken place is to blame: the counters stand where they were read."""
    # A sale that was overtaken finds the counters moved as well.
    if not refused.keys() <= {SALE, EVENT} or set(refused.values()) != {"ConditionalCheckFailed"}:
        return
    if SALE in refused:
        raise CounterBehind(SALES_COUNTER, sale.codigo_venta)
    raise CounterBehind(event_log.counter_name(logged.canal), logged.entity_id)


def _outcome(sale: Sale, request: SaleRequest, logged: LoggedEvent) -> dict[str, Any]:
    """Return what a repeat of the request is judged by and answered with."""
    return {"hash": request.body_hash, "respuesta": sale.answer, "canal": logged.canal, "seq": logged.seq}


def _registered_before(record: Item | None, request: SaleRequest, key: str, *, moment: datetime) -> Registered | None:
    """Return the answer of the sale that was made under a key; None where its row is missing, or past its time."""
    if record is None or record["ttl"] <= epoch_seconds(moment):
        return None
    if record["data"]["hash"] != request.body_hash:
        raise IdempotencyMismatch(key)
    answer = record["data"]["respuesta"]
    # DynamoDB drops a number's trailing zeros.
    return Registered(answer={**answer, "total": soles(answer["total"])}, event=None)
