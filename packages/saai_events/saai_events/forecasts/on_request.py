"""The prediction of one product, on request: made once a day, and then answered from its row."""

from typing import Any

from saai_domain.aws.dynamodb import Counter, Key, batch_get
from saai_domain.aws.transactions import Decision, commit
from saai_domain.codes import ProductCode, TenantId
from saai_domain.errors import NotFound
from saai_domain.event_log import LoggedEvent
from saai_domain.time import lima_date
from saai_domain.value_object import value_object

from saai_events.forecasts.alerts import notice_of
from saai_events.forecasts.demand import Demand, prediction_event
from saai_events.forecasts.forecaster import Forecaster
from saai_events.forecasts.prediction import Prediction, answer_of


class UnknownProduct(NotFound):
    """A product that the store doesn't have, or no longer sells."""

    user_message = "El producto no existe en la tienda o ya no se vende."

    def __init__(self, code: str) -> None:
        super().__init__("product", [code])


@value_object
class Answered:
    """The answer to a request, and the event of a prediction that was made for it; None where it existed before."""

    answer: dict[str, Any]
    event: LoggedEvent | None


def predict_product(demand: Demand, tenant_id: TenantId, code: ProductCode) -> Answered:
    """Return today's prediction of a product, making it if there is none yet.

    Raises:
        UnknownProduct: The store doesn't sell it.
        UnreadableProduct: Its row has no price or no whole stock.
        NotEnoughSales: It has fewer than 5 sales in the last 90 days.
        ReadThrottled, Contention, OutcomeUnknown: It could not be made; safe to repeat.
    """
    moment = demand.clock()
    product_keys = demand.products.keys(tenant_id, [code])
    prediction_key = demand.predictions.key(tenant_id, code, lima_date(moment))
    rows = batch_get(demand.client, (prediction_key, *product_keys.values())) if product_keys else {}
    product = demand.products.among(rows, product_keys).get(code)
    if product is None:
        raise UnknownProduct(code)
    if prediction_key in rows:
        return Answered(answer=answer_of(rows[prediction_key]["data"]), event=None)
    # A day that is not closed yet is closed here, and that needs to know everything that is out of stock.
    out_of_stock = demand.products.of_store(tenant_id).out_of_stock
    counted = demand.days.history(tenant_id, moment=moment, out_of_stock=out_of_stock)
    demand.days.save(tenant_id, counted)
    prediction = Forecaster.from_days(counted.days, lima_date(moment)).predict(product)
    return commit(
        demand.client, lambda: _decide(demand, tenant_id, prediction, prediction_key), backoff=demand.backoff
    ).result


def _decide(demand: Demand, tenant_id: TenantId, prediction: Prediction, key: Key) -> Decision[Answered]:
    counter_key = demand.counter_key(tenant_id)
    rows = batch_get(demand.client, (key, counter_key))
    if key in rows:
        # Another request was faster.
        return Decision(result=Answered(answer=answer_of(rows[key]["data"]), event=None))
    moment = demand.clock()
    counter = Counter.among(rows, counter_key)
    notices = [notice_of(prediction)] if prediction.alerta else []
    logged = prediction_event(tenant_id, prediction.event, counter, moment, notices)
    item = prediction.item(tenant_id, moment)
    return Decision(
        result=Answered(answer=answer_of(item["data"]), event=logged),
        actions={**demand.events.actions(logged, counter), "prediction": demand.predictions.put(item)},
    )
