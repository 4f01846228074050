"""Sales in DynamoDB: one consistent batch read, one decision, one transaction for everything
(docs/architecture.md, "The way of a sale").
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
from aws_lite.backoff import Backoff
from saai_domain import event_log
from saai_domain.aws.dynamodb import Counter, Item, Key, batch_get, put, update
from saai_domain.aws.event_log import EventLog, remember
from saai_domain.aws.transactions import Decision, commit
from saai_domain.codes import ProductCode, sale_code_for, tenant_of
from saai_domain.errors import CounterBehind, IdempotencyMismatch
from saai_domain.event_log import LoggedEvent
from saai_domain.events import VentaRegistrada, event_of
from saai_domain.money import soles
from saai_domain.time import Clock, epoch_seconds, iso_timestamp, lima_now

from saai_events.sales.request import SaleRequest
from saai_events.sales.sale import (
    Line,
    Product,
    Sale,
    decide_lines,
    readable_product,
    sale_data,
    sale_event,
    sale_notice,
)

if TYPE_CHECKING:
    from saai_domain.auth import Claims
    from saai_domain.aws.clients import DynamoDBClient

SALES_COUNTER: Final = "ventas"


@attrs.frozen(kw_only=True)
class Registered:
    """What a request is answered, and the event of a sale that was made just now; None for one made before."""

    answer: Mapping[str, Any]
    event: LoggedEvent | None
    attempts: int


@attrs.frozen(kw_only=True)
class SalesLedger:
    """The stores' sales, with the stock, counters and events that change with them."""

    client: "DynamoDBClient"
    events: EventLog
    productos_table: str
    ventas_table: str
    clock: Clock = lima_now
    backoff: Backoff = attrs.field(factory=Backoff)

    def register(self, request: SaleRequest, claims: "Claims", *, key: str) -> Registered:
        """Make a sale, or return the answer of the one that was made under the same key within 24 hours.

        Raises:
            IdempotencyMismatch: The key was used with another request.
            UnknownProducts, InsufficientStock, UnreadableProduct: The store can't sell this.
            Contention, OutcomeUnknown: See ``saai_domain.aws.transactions.commit``.
            CounterBehind: The next sale code, or the next event's place, exists already.
        """
        attempts = 0

        def decide() -> Decision[Registered]:
            nonlocal attempts
            attempts += 1
            return self._decide(request, claims, key, attempts)

        return commit(self.client, decide, backoff=self.backoff)

    def _decide(self, request: SaleRequest, claims: "Claims", key: str, attempts: int) -> Decision[Registered]:
        tenant = claims.tenant_id
        sales_key = Key(self.events.counters_table, tenant, SALES_COUNTER)
        events_key = self.events.counter_key(tenant, VentaRegistrada.canal)
        repeat_key = Key(self.events.idempotencia_table, tenant, f"venta#{claims.codigo_usuario}#{key}")
        # Another store's code is as unknown here as one that never was.
        product_keys = {
            code: Key(self.productos_table, tenant, code) for code in request.units if tenant_of(code) == tenant
        }
        rows = batch_get(self.client, (sales_key, events_key, repeat_key, *product_keys.values()))
        moment = self.clock()
        seen = rows.get(repeat_key)
        if seen is not None and seen["ttl"] > epoch_seconds(moment):
            return Decision(result=_repeated(seen, request, key, attempts))
        counter = Counter.among(rows, sales_key)
        sale = Sale(
            codigo_venta=sale_code_for(tenant, counter.value + 1),
            tenant_id=tenant,
            codigo_usuario=claims.codigo_usuario,
            metodo_pago=request.metodo_pago,
            moment=moment,
            lines=decide_lines(request, _products(rows, product_keys)),
        )
        return self._decision(
            sale, request, sales=counter, events=Counter.among(rows, events_key), repeat=repeat_key, attempts=attempts
        )

    def _decision(
        self,
        sale: Sale,
        request: SaleRequest,
        *,
        sales: Counter,
        events: Counter,
        repeat: Key,
        attempts: int,
    ) -> Decision[Registered]:
        logged = event_log.log_event(
            event_of(sale_event(sale)),
            tenant_id=sale.tenant_id,
            seq=events.value + 1,
            moment=sale.moment,
            origen="RegistrarVenta",
            notices=(sale_notice(sale),),
        )
        move_events, put_event = self.events.actions(logged, events)
        # Sale and event stand first: refuse_taken_places looks at their reasons.
        actions = (
            put(self.ventas_table, _row(sale), condition="attribute_not_exists(entity_id)"),
            put_event,
            move_events,
            sales.advance(now=logged.timestamp),
            *(self._sell(sale, line) for line in sale.lines),
            remember(repeat, _outcome(sale, request, logged), logged),
        )

        def refuse_taken_places(reasons: Sequence[str]) -> None:
            # A sale that was overtaken finds the counters moved as well.
            to_blame = {place: reason for place, reason in enumerate(reasons) if reason != "None"}
            if not to_blame.keys() <= {0, 1} or set(to_blame.values()) != {"ConditionalCheckFailed"}:
                return
            if 0 in to_blame:
                raise CounterBehind(SALES_COUNTER, sale.codigo_venta)
            raise CounterBehind(event_log.counter_name(logged.canal), logged.entity_id)

        registered = Registered(answer=sale.answer, event=logged, attempts=attempts)
        return Decision(result=registered, actions=actions, on_cancelled=refuse_taken_places)

    def _sell(self, sale: Sale, line: Line) -> Any:  # noqa: ANN401 - boto3's own nested type
        """Lower a product's stock, on condition that what the sale was decided on still stands."""
        row = line.product.row
        return update(
            Key(self.productos_table, sale.tenant_id, line.product.codigo),
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


def _products(rows: Mapping[Key, Item], keys: Mapping[ProductCode, Key]) -> dict[ProductCode, Product]:
    found = {code: readable_product(code, rows[key].get("data")) for code, key in keys.items() if key in rows}
    return {code: product for code, product in found.items() if product is not None}


def _row(sale: Sale) -> dict[str, Any]:
    return {"tenant_id": sale.tenant_id, "entity_id": sale.codigo_venta, "data": sale_data(sale)}


def _outcome(sale: Sale, request: SaleRequest, logged: LoggedEvent) -> dict[str, Any]:
    """What a repeat of the request is judged by and answered with."""
    return {"hash": request.body_hash, "respuesta": sale.answer, "canal": logged.canal, "seq": logged.seq}


def _repeated(seen: Item, request: SaleRequest, key: str, attempts: int) -> Registered:
    if seen["data"]["hash"] != request.body_hash:
        raise IdempotencyMismatch(key)
    answer = seen["data"]["respuesta"]
    # DynamoDB drops a number's trailing zeros.
    return Registered(answer={**answer, "total": soles(answer["total"])}, event=None, attempts=attempts)
