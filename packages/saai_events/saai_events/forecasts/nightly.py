"""The predictions of all products of a store, every night: made, kept, and told its owner once a day."""

from collections.abc import Sequence

from saai_domain.aws.dynamodb import Counter, Key, batch_get
from saai_domain.aws.event_log import idempotency_record
from saai_domain.aws.transactions import Decision, commit
from saai_domain.codes import TenantId
from saai_domain.event_log import LoggedEvent
from saai_domain.events import PrediccionGenerada
from saai_domain.time import lima_date
from saai_domain.value_object import value_object

from saai_events.entities import UnreadableEntity
from saai_events.forecasts.alerts import notices_of
from saai_events.forecasts.demand import Demand, prediction_event
from saai_events.forecasts.forecaster import Forecaster
from saai_events.forecasts.prediction import Prediction


@value_object
class Batch:
    """A store's batch: its event (None where the day's batch is done already) and the number of its products."""

    event: LoggedEvent | None
    predicted: int = 0
    skipped: int = 0
    alerts: int = 0
    sales_read: int = 0
    unreadable: Sequence[UnreadableEntity] = ()


def predict_store(demand: Demand, tenant_id: TenantId) -> Batch:
    """Close the last days of a store, predict all its products, and tell its owner once a day.

    Repeating it after a failure does no harm: until the event is committed everything is done again.

    Raises:
        ReadThrottled, WriteThrottled, Contention, OutcomeUnknown: It could not be finished.
    """
    moment = demand.clock()
    fecha = lima_date(moment)
    done = Key(demand.events.idempotencia_table, tenant_id, f"predicciones#{fecha.isoformat()}")
    if done in batch_get(demand.client, (done,)):
        return Batch(event=None)
    sold = demand.products.of_store(tenant_id)
    counted = demand.days.close(tenant_id, moment=moment, out_of_stock=sold.out_of_stock)
    demand.days.save(tenant_id, counted)
    predictions = Forecaster.from_days(counted.days, fecha).predict_all(sold.products)
    demand.predictions.write_all(prediction.item(tenant_id, moment) for prediction in predictions)
    committed = commit(demand.client, lambda: _decide(demand, tenant_id, predictions, done), backoff=demand.backoff)
    return Batch(
        event=committed.result,
        predicted=len(predictions),
        skipped=len(sold.products) - len(predictions),
        alerts=_alerts(predictions),
        sales_read=counted.sales_read,
        unreadable=(*sold.unreadable, *counted.unreadable),
    )


def _decide(
    demand: Demand, tenant_id: TenantId, predictions: Sequence[Prediction], done: Key
) -> Decision[LoggedEvent | None]:
    counter_key = demand.counter_key(tenant_id)
    rows = batch_get(demand.client, (done, counter_key))
    if done in rows:
        return Decision(result=None)
    counter = Counter.among(rows, counter_key)
    event = PrediccionGenerada(productos=len(predictions), alertas=_alerts(predictions))
    logged = prediction_event(tenant_id, event, counter, demand.clock(), notices_of(predictions))
    record = idempotency_record(done, {"event_id": logged.event_id}, logged)
    return Decision(result=logged, actions={**demand.events.actions(logged, counter), "idempotency record": record})


def _alerts(predictions: Sequence[Prediction]) -> int:
    return sum(prediction.alerta is not None for prediction in predictions)
