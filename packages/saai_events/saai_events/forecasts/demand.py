"""Predictions of a store's products: on request for one, at night for all of them.

Whatever is told is committed first: prediction, event and counter in one transaction. A prediction that exists is never
told again, nor is the batch of a day.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import attrs
from aws_lite.backoff import Backoff
from saai_domain import event_log
from saai_domain.aws.dynamodb import Counter, Key, batch_get
from saai_domain.aws.event_log import EventLog, remember
from saai_domain.aws.transactions import Decision, commit
from saai_domain.codes import ProductCode, TenantId, tenant_of
from saai_domain.errors import SaaiError
from saai_domain.event_log import LoggedEvent, Notice
from saai_domain.events import PrediccionGenerada, event_of
from saai_domain.time import Clock, lima_date, lima_now

from saai_events.forecasts.alerts import notice_of, notices_of
from saai_events.forecasts.forecaster import Forecaster
from saai_events.forecasts.prediction import Prediction, answer_of
from saai_events.forecasts.request import UnknownProduct
from saai_events.forecasts.storage import Predictions, Products
from saai_events.sales.sale import Product, readable_product
from saai_events.summaries.days import Counted, Days

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient

ORIGIN: Final = "PrediccionDemanda"


@attrs.frozen(kw_only=True)
class Answered:
    """What a request is answered, and the event of a prediction that was made just now; None for one made before."""

    answer: dict[str, Any]
    event: LoggedEvent | None


@attrs.frozen(kw_only=True)
class Night:
    """A store's batch: its event (None where the day's batch is done already) and how many products it is about."""

    event: LoggedEvent | None
    predicted: int = 0
    skipped: int = 0
    alerts: int = 0
    sales_read: int = 0
    unreadable: Sequence[SaaiError] = ()


@attrs.frozen(kw_only=True)
class Demand:
    """The stores' demand."""

    client: "DynamoDBClient"
    events: EventLog
    days: Days
    products: Products
    predictions: Predictions
    clock: Clock = lima_now
    backoff: Backoff = attrs.field(factory=Backoff)

    def of_product(self, tenant_id: TenantId, code: ProductCode) -> Answered:
        """Return today's prediction of a product, making it if there is none yet.

        Raises:
            UnknownProduct: The store doesn't sell it.
            UnreadableProduct: Its row has no price or no whole stock.
            NotEnoughSales: It has fewer than 5 sales in the last 90 days.
            ReadThrottled, Contention, OutcomeUnknown: It could not be made; safe to repeat.
        """
        moment = self.clock()
        fecha = lima_date(moment)
        prediction_key = self.predictions.key(tenant_id, code, fecha)
        product_key = self.products.key(tenant_id, code)
        # Another store's code is as unknown here as one that never was.
        rows = batch_get(self.client, (prediction_key, product_key)) if tenant_of(code) == tenant_id else {}
        product = readable_product(code, rows[product_key].get("data")) if product_key in rows else None
        if product is None:
            raise UnknownProduct(code)
        if prediction_key in rows:
            return Answered(answer=answer_of(rows[prediction_key]["data"]), event=None)
        prediction = self._predict(tenant_id, product, moment)
        return commit(self.client, lambda: self._tell_one(tenant_id, prediction, prediction_key), backoff=self.backoff)

    def of_store(self, tenant_id: TenantId) -> Night:
        """Close the last days of a store, predict all its products, and tell its owner once a day.

        Repeating it after a failure does no harm: until the event is committed everything is done again.

        Raises:
            ReadThrottled, WriteThrottled, Contention, OutcomeUnknown: It could not be finished.
        """
        moment = self.clock()
        fecha = lima_date(moment)
        done = Key(self.events.idempotencia_table, tenant_id, f"predicciones#{fecha.isoformat()}")
        if done in batch_get(self.client, (done,)):
            return Night(event=None)
        shelf = self.products.of_store(tenant_id)
        counted = self.days.close(tenant_id, moment=moment, out_of_stock=shelf.out_of_stock)
        predictions = _forecaster(counted, fecha).predict_all(shelf.products)
        self.predictions.write_all(prediction.item(tenant_id, moment) for prediction in predictions)
        return Night(
            event=commit(self.client, lambda: self._tell_all(tenant_id, predictions, done), backoff=self.backoff),
            predicted=len(predictions),
            skipped=len(shelf.products) - len(predictions),
            alerts=sum(prediction.alerta is not None for prediction in predictions),
            sales_read=counted.sales_read,
            unreadable=(*shelf.unreadable, *counted.unreadable),
        )

    def _predict(self, tenant_id: TenantId, product: Product, moment: datetime) -> Prediction:
        # A day that is not closed yet is closed here, and that needs to know everything that is out of stock.
        shelf = self.products.of_store(tenant_id)
        counted = self.days.history(tenant_id, moment=moment, out_of_stock=shelf.out_of_stock)
        return _forecaster(counted, lima_date(moment)).predict(product)

    def _tell_one(self, tenant_id: TenantId, prediction: Prediction, key: Key) -> Decision[Answered]:
        counter_key = self.events.counter_key(tenant_id, PrediccionGenerada.canal)
        rows = batch_get(self.client, (key, counter_key))
        if key in rows:
            # Another request was faster.
            return Decision(result=Answered(answer=answer_of(rows[key]["data"]), event=None))
        moment = self.clock()
        notices = [notice_of(prediction)] if prediction.alerta else []
        counter = Counter.among(rows, counter_key)
        logged = _logged(tenant_id, prediction.event, counter, moment, notices)
        item = prediction.item(tenant_id, moment)
        return Decision(
            result=Answered(answer=answer_of(item["data"]), event=logged),
            actions=(*self.events.actions(logged, counter), self.predictions.put(item)),
        )

    def _tell_all(
        self, tenant_id: TenantId, predictions: Sequence[Prediction], done: Key
    ) -> Decision[LoggedEvent | None]:
        counter_key = self.events.counter_key(tenant_id, PrediccionGenerada.canal)
        rows = batch_get(self.client, (done, counter_key))
        if done in rows:
            return Decision(result=None)
        alerts = sum(prediction.alerta is not None for prediction in predictions)
        event = PrediccionGenerada(productos=len(predictions), alertas=alerts)
        counter = Counter.among(rows, counter_key)
        logged = _logged(tenant_id, event, counter, self.clock(), notices_of(predictions))
        actions = (*self.events.actions(logged, counter), remember(done, {"event_id": logged.event_id}, logged))
        return Decision(result=logged, actions=actions)


def _forecaster(counted: Counted, fecha: date) -> Forecaster:
    return Forecaster.from_days([counted.days[each] for each in sorted(counted.days)], fecha)


def _logged(
    tenant_id: TenantId, event: PrediccionGenerada, counter: Counter, moment: datetime, notices: Sequence[Notice]
) -> LoggedEvent:
    return event_log.log_event(
        event_of(event), tenant_id=tenant_id, seq=counter.value + 1, moment=moment, origen=ORIGIN, notices=notices
    )
