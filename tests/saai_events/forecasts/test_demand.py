"""Predictions of a store: one on request, all at night, each told once."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from aws_lite.wire import decode_json_with_decimals
from botocore.exceptions import ClientError
from saai_domain.codes import ProductCode
from saai_domain.testing.aws import Call, InMemoryAws
from saai_events.forecasts.model.history import NotEnoughSales
from saai_events.forecasts.nightly import predict_store
from saai_events.forecasts.on_request import UnknownProduct, predict_product
from saai_events.products.product import UnreadableProduct

from tests.saai_events.forecasts.forecast_store import ForecastStore
from tests.saai_events.summaries.sales_history import NOON, TENANT, at, day

P001 = ProductCode("T001P001")


@pytest.fixture
def store(aws: InMemoryAws) -> ForecastStore:
    """Four units of P001 have been sold on every one of the last 90 days."""
    store = ForecastStore(aws.client("dynamodb"))
    store.has("P001")
    store.sold_daily(P001=4)
    return store


def data_of(event: dict[str, Any]) -> Any:
    """What the screens of an event are told."""
    frame: Any = decode_json_with_decimals(event["data"]["frame"])
    return frame["data"]


def tipos(event: dict[str, Any]) -> list[str]:
    return [notice["attributes"]["tipo"] for notice in event["data"]["notices"]]


def fails_once(client: Any, operation: str, when: Callable[[Mapping[str, Any]], bool] = bool) -> None:
    """Let the next call of an operation fail, as a process that dies there."""
    failed: list[bool] = []

    def fail(call: Call, make: Callable[[], Any]) -> Any:
        if call.operation == operation and not failed and when(call.params):
            failed.append(True)
            error: Any = {"Error": {"Code": "InternalServerError"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
            raise ClientError(error, operation)
        return make()

    client.aws.around.append(fail)


def test_a_prediction_is_made_stored_and_told(store: ForecastStore) -> None:
    """4 a day are 4 tomorrow and 28 in the week; of 40 in stock nothing lacks."""
    answered = predict_product(store.demand(), TENANT, P001)
    assert answered.answer == {"codigo_producto": "T001P001", "demanda_manana": 4, "demanda_proxima_semana": 28}
    row = store.prediction("P001")
    assert row is not None
    assert row["data"]["forecast_7_dias"] == [Decimal(4)] * 7
    assert (row["data"]["stock_actual"], row["data"]["fecha_prediccion"]) == (40, "2025-12-31")
    (event,) = store.events()
    assert event["entity_id"] == "administracion#000000000001"
    assert data_of(event) == {**answered.answer, "stock_actual": 40}
    assert event["data"]["notices"] == []
    assert event["pendiente"] == 1


def test_an_alert_is_the_events_notice(store: ForecastStore) -> None:
    """3 units don't last until tomorrow's evening."""
    store.has("P001", stock=3)
    predict_product(store.demand(), TENANT, P001)
    (event,) = store.events()
    assert data_of(event)["alerta"] == "stockBajoManana"
    (notice,) = event["data"]["notices"]
    assert notice["attributes"] == {
        "tenant_id": "T001",
        "tipo": "stockBajoManana",
        "severidad": "CRITICAL",
        "origen": "PrediccionDemanda",
        "ts": "2025-12-31T12:00:00-05:00",
    }


def test_the_answer_is_kept_for_the_day(store: ForecastStore) -> None:
    """Asked again, nothing is forecast, stored or told; the next day it is."""
    first = predict_product(store.demand(), TENANT, P001)
    store.has("P001", stock=0)
    calls = store.client.aws.record()
    again = predict_product(store.demand(), TENANT, P001)
    assert (again.answer, again.event) == (first.answer, None)
    assert [call.operation for call in calls] == ["batch_get_item"]
    store.moment = NOON + timedelta(days=1)
    assert predict_product(store.demand(), TENANT, P001).event is not None
    assert len(store.events()) == 2


def test_of_two_requests_at_once_one_tells(store: ForecastStore) -> None:
    """The slower one finds the faster one's prediction and answers with it."""
    faster: list[Any] = []

    def overtake(call: Call, make: Callable[[], Any]) -> Any:
        if call.operation == "transact_write_items" and not faster:
            faster.append(None)
            faster[0] = predict_product(store.demand(), TENANT, P001)
        return make()

    store.client.aws.around.append(overtake)
    slower = predict_product(store.demand(), TENANT, P001)
    assert (slower.answer, slower.event) == (faster[0].answer, None)
    assert len(store.events()) == 1


def test_todays_sales_dont_count_yet(store: ForecastStore) -> None:
    """The history ends yesterday: a morning's few sales, or a single huge one, say nothing about a day."""
    store.sells(day(0), units={"P001": 500})
    assert predict_product(store.demand(), TENANT, P001).answer["demanda_manana"] == 4


def test_days_without_stock_dont_count(store: ForecastStore) -> None:
    """Two weeks in which it could hardly be sold leave the demand as it was."""
    store.client.delete_item(TableName="counters", Key={"tenant_id": {"S": TENANT}, "entity_id": {"S": "ventas"}})
    store.number = 0
    for back in range(90, 0, -1):
        store.sells(day(back), units={"P001": 1 if back <= 14 else 4})
    demand = store.demand()
    store.saved(demand.days.history(TENANT, moment=NOON))
    for back in range(1, 15):
        store.client.update_item(
            TableName="resumenes",
            Key={"tenant_id": {"S": TENANT}, "entity_id": {"S": day(back).isoformat()}},
            UpdateExpression="SET #data.sin_stock = :codes",
            ExpressionAttributeNames={"#data": "data"},
            ExpressionAttributeValues={":codes": {"L": [{"S": P001}]}},
        )
    assert predict_product(demand, TENANT, P001).answer["demanda_proxima_semana"] == 28


@pytest.mark.parametrize("code", ["T001P009", "T002P001"])
def test_what_the_store_doesnt_sell_is_unknown(store: ForecastStore, code: str) -> None:
    """Another store's product as well."""
    with pytest.raises(UnknownProduct):
        predict_product(store.demand(), TENANT, ProductCode(code))


def test_what_is_sold_no_more_is_unknown_even_if_it_was_predicted(store: ForecastStore) -> None:
    """INACTIVO means deleted."""
    predict_product(store.demand(), TENANT, P001)
    store.has("P001", estado="INACTIVO")
    with pytest.raises(UnknownProduct):
        predict_product(store.demand(), TENANT, P001)


def test_a_product_whose_row_cant_be_read_is_told_by_its_code(store: ForecastStore) -> None:
    """Its stock is no number."""
    store.has("P001", stock="mucho")
    with pytest.raises(UnreadableProduct, match="T001P001"):
        predict_product(store.demand(), TENANT, P001)


@pytest.mark.parametrize("sales", [0, 4])
def test_fewer_than_five_sales_are_too_few(store: ForecastStore, sales: int) -> None:
    """Nothing is stored or told."""
    store.has("P002")
    store.sold_daily(days=range(sales, 0, -1), P002=10)
    with pytest.raises(NotEnoughSales):
        predict_product(store.demand(), TENANT, ProductCode("T001P002"))
    assert (store.events(), store.prediction("P002")) == ([], None)


def test_the_night_predicts_every_product_and_tells_it_once(store: ForecastStore) -> None:
    """Those with too few sales are skipped and counted; the alerts are the event's notices."""
    store.has("P001", stock=2)
    store.has("P002", stock=20)
    store.has("P003")
    store.has("P004", estado="INACTIVO")
    store.sold_daily(P002=3, P004=9)
    store.moment = at(day(0), hour=2)
    night = predict_store(store.demand(), TENANT)
    assert (night.predicted, night.skipped, night.alerts) == (2, 1, 2)
    (event,) = store.events()
    assert data_of(event) == {"productos": 2, "alertas": 2}
    assert tipos(event) == ["stockBajoManana", "stockBajoProximaSemana"]
    rows = [store.prediction(code) for code in ("P001", "P002", "P003", "P004")]
    assert [row and row["data"]["demanda_proxima_semana"] for row in rows] == [28, 21, None, None]


def test_the_night_closes_the_last_days_first(store: ForecastStore) -> None:
    """A sale that was annulled since counts no more, in the summaries and in the forecast."""
    number = store.sells(day(1), units={"P001": 500})
    store.saved(store.days.history(TENANT, moment=NOON))
    assert store.rows()[day(1).isoformat()]["productos"][P001]["unidades"] == 504
    store.annuls(number)
    predict_store(store.demand(), TENANT)
    assert store.rows()[day(1).isoformat()]["productos"][P001]["unidades"] == 4
    row = store.prediction("P001")
    assert row is not None
    assert row["data"]["demanda_proxima_semana"] == 28


def test_a_message_that_comes_again_tells_nothing(store: ForecastStore) -> None:
    """SQS delivers at least once; the next night it is told again."""
    assert predict_store(store.demand(), TENANT).event is not None
    calls = store.client.aws.record()
    assert predict_store(store.demand(), TENANT).event is None
    assert [call.operation for call in calls] == ["batch_get_item"]
    store.moment = NOON + timedelta(days=1)
    assert predict_store(store.demand(), TENANT).event is not None
    assert len(store.events()) == 2


@pytest.mark.parametrize("operation", ["batch_write_item", "transact_write_items", "put_item"])
def test_a_night_that_dies_is_done_again(store: ForecastStore, operation: str) -> None:
    """In the middle of the summaries, before the predictions, or before the event: in the end it is told once."""
    fails_once(store.client, operation)
    with pytest.raises(ClientError):
        predict_store(store.demand(), TENANT)
    assert store.events() == []
    night = predict_store(store.demand(), TENANT)
    assert (night.predicted, len(store.events())) == (1, 1)
    assert predict_store(store.demand(), TENANT).event is None


def test_of_two_workers_at_once_one_tells(store: ForecastStore) -> None:
    """The slower one finds that the day's batch is done."""
    faster: list[Any] = []

    def overtake(call: Call, make: Callable[[], Any]) -> Any:
        if call.operation == "transact_write_items" and not faster:
            faster.append(None)
            faster[0] = predict_store(store.demand(), TENANT)
        return make()

    store.client.aws.around.append(overtake)
    assert predict_store(store.demand(), TENANT).event is None
    assert faster[0].event is not None
    assert len(store.events()) == 1


def test_after_the_night_a_request_is_answered_with_what_it_stored(store: ForecastStore) -> None:
    """Without another event."""
    predict_store(store.demand(), TENANT)
    answered = predict_product(store.demand(), TENANT, P001)
    assert (answered.answer["demanda_proxima_semana"], answered.event) == (28, None)
    assert len(store.events()) == 1


def test_a_store_that_sold_nothing_has_an_empty_batch(store: ForecastStore) -> None:
    """Its products are counted as skipped."""
    store.client.delete_item(TableName="counters", Key={"tenant_id": {"S": TENANT}, "entity_id": {"S": "ventas"}})
    night = predict_store(store.demand(), TENANT)
    assert (night.predicted, night.skipped) == (0, 1)
    assert data_of(store.events()[0]) == {"productos": 0, "alertas": 0}


def test_a_product_that_cant_be_read_keeps_no_other_from_its_forecast(store: ForecastStore) -> None:
    """It is told among the unreadable rows."""
    store.has("P002", stock="mucho")
    night = predict_store(store.demand(), TENANT)
    assert (night.predicted, [str(each) for each in night.unreadable]) == (1, ["product T001P002: stock is 'mucho'"])
