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

from tests.saai_events.forecasts.almacen import Almacen
from tests.saai_events.summaries.historia import NOON, TENANT, at, day

P001 = ProductCode("T001P001")


@pytest.fixture
def almacen(aws: InMemoryAws) -> Almacen:
    """Four units of P001 have been sold on every one of the last 90 days."""
    almacen = Almacen(aws.client("dynamodb"))
    almacen.has("P001")
    almacen.sold_daily(P001=4)
    return almacen


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


def test_a_prediction_is_made_stored_and_told(almacen: Almacen) -> None:
    """4 a day are 4 tomorrow and 28 in the week; of 40 in stock nothing lacks."""
    answered = predict_product(almacen.demand(), TENANT, P001)
    assert answered.answer == {"codigo_producto": "T001P001", "demanda_manana": 4, "demanda_proxima_semana": 28}
    row = almacen.prediction("P001")
    assert row is not None
    assert row["data"]["forecast_7_dias"] == [Decimal(4)] * 7
    assert (row["data"]["stock_actual"], row["data"]["fecha_prediccion"]) == (40, "2025-12-31")
    (event,) = almacen.events()
    assert event["entity_id"] == "administracion#000000000001"
    assert data_of(event) == {**answered.answer, "stock_actual": 40}
    assert event["data"]["notices"] == []
    assert event["pendiente"] == 1


def test_an_alert_is_the_events_notice(almacen: Almacen) -> None:
    """3 units don't last until tomorrow's evening."""
    almacen.has("P001", stock=3)
    predict_product(almacen.demand(), TENANT, P001)
    (event,) = almacen.events()
    assert data_of(event)["alerta"] == "stockBajoManana"
    (notice,) = event["data"]["notices"]
    assert notice["attributes"] == {
        "tenant_id": "T001",
        "tipo": "stockBajoManana",
        "severidad": "CRITICAL",
        "origen": "PrediccionDemanda",
        "ts": "2025-12-31T12:00:00-05:00",
    }


def test_the_answer_is_kept_for_the_day(almacen: Almacen) -> None:
    """Asked again, nothing is forecast, stored or told; the next day it is."""
    first = predict_product(almacen.demand(), TENANT, P001)
    almacen.has("P001", stock=0)
    calls = almacen.client.aws.record()
    again = predict_product(almacen.demand(), TENANT, P001)
    assert (again.answer, again.event) == (first.answer, None)
    assert [call.operation for call in calls] == ["batch_get_item"]
    almacen.moment = NOON + timedelta(days=1)
    assert predict_product(almacen.demand(), TENANT, P001).event is not None
    assert len(almacen.events()) == 2


def test_of_two_requests_at_once_one_tells(almacen: Almacen) -> None:
    """The slower one finds the faster one's prediction and answers with it."""
    faster: list[Any] = []

    def overtake(call: Call, make: Callable[[], Any]) -> Any:
        if call.operation == "transact_write_items" and not faster:
            faster.append(None)
            faster[0] = predict_product(almacen.demand(), TENANT, P001)
        return make()

    almacen.client.aws.around.append(overtake)
    slower = predict_product(almacen.demand(), TENANT, P001)
    assert (slower.answer, slower.event) == (faster[0].answer, None)
    assert len(almacen.events()) == 1


def test_todays_sales_dont_count_yet(almacen: Almacen) -> None:
    """The history ends yesterday: a morning's few sales, or a single huge one, say nothing about a day."""
    almacen.sells(day(0), units={"P001": 500})
    assert predict_product(almacen.demand(), TENANT, P001).answer["demanda_manana"] == 4


def test_days_without_stock_dont_count(almacen: Almacen) -> None:
    """Two weeks in which it could hardly be sold leave the demand as it was."""
    almacen.client.delete_item(TableName="counters", Key={"tenant_id": {"S": TENANT}, "entity_id": {"S": "ventas"}})
    almacen.number = 0
    for back in range(90, 0, -1):
        almacen.sells(day(back), units={"P001": 1 if back <= 14 else 4})
    demand = almacen.demand()
    almacen.saved(demand.days.history(TENANT, moment=NOON))
    for back in range(1, 15):
        almacen.client.update_item(
            TableName="resumenes",
            Key={"tenant_id": {"S": TENANT}, "entity_id": {"S": day(back).isoformat()}},
            UpdateExpression="SET #data.sin_stock = :codes",
            ExpressionAttributeNames={"#data": "data"},
            ExpressionAttributeValues={":codes": {"L": [{"S": P001}]}},
        )
    assert predict_product(demand, TENANT, P001).answer["demanda_proxima_semana"] == 28


@pytest.mark.parametrize("code", ["T001P009", "T002P001"])
def test_what_the_store_doesnt_sell_is_unknown(almacen: Almacen, code: str) -> None:
    """Another store's product as well."""
    with pytest.raises(UnknownProduct):
        predict_product(almacen.demand(), TENANT, ProductCode(code))


def test_what_is_sold_no_more_is_unknown_even_if_it_was_predicted(almacen: Almacen) -> None:
    """INACTIVO means deleted."""
    predict_product(almacen.demand(), TENANT, P001)
    almacen.has("P001", estado="INACTIVO")
    with pytest.raises(UnknownProduct):
        predict_product(almacen.demand(), TENANT, P001)


def test_a_product_whose_row_cant_be_read_is_told_by_its_code(almacen: Almacen) -> None:
    """Its stock is no number."""
    almacen.has("P001", stock="mucho")
    with pytest.raises(UnreadableProduct, match="T001P001"):
        predict_product(almacen.demand(), TENANT, P001)


@pytest.mark.parametrize("sales", [0, 4])
def test_fewer_than_five_sales_are_too_few(almacen: Almacen, sales: int) -> None:
    """Nothing is stored or told."""
    almacen.has("P002")
    almacen.sold_daily(days=range(sales, 0, -1), P002=10)
    with pytest.raises(NotEnoughSales):
        predict_product(almacen.demand(), TENANT, ProductCode("T001P002"))
    assert (almacen.events(), almacen.prediction("P002")) == ([], None)


def test_the_night_predicts_every_product_and_tells_it_once(almacen: Almacen) -> None:
    """Those with too few sales are skipped and counted; the alerts are the event's notices."""
    almacen.has("P001", stock=2)
    almacen.has("P002", stock=20)
    almacen.has("P003")
    almacen.has("P004", estado="INACTIVO")
    almacen.sold_daily(P002=3, P004=9)
    almacen.moment = at(day(0), hour=2)
    night = predict_store(almacen.demand(), TENANT)
    assert (night.predicted, night.skipped, night.alerts) == (2, 1, 2)
    (event,) = almacen.events()
    assert data_of(event) == {"productos": 2, "alertas": 2}
    assert tipos(event) == ["stockBajoManana", "stockBajoProximaSemana"]
    rows = [almacen.prediction(code) for code in ("P001", "P002", "P003", "P004")]
    assert [row and row["data"]["demanda_proxima_semana"] for row in rows] == [28, 21, None, None]


def test_the_night_closes_the_last_days_first(almacen: Almacen) -> None:
    """A sale that was annulled since counts no more, in the summaries and in the forecast."""
    number = almacen.sells(day(1), units={"P001": 500})
    almacen.saved(almacen.days.history(TENANT, moment=NOON))
    assert almacen.rows()[day(1).isoformat()]["productos"][P001]["unidades"] == 504
    almacen.annuls(number)
    predict_store(almacen.demand(), TENANT)
    assert almacen.rows()[day(1).isoformat()]["productos"][P001]["unidades"] == 4
    row = almacen.prediction("P001")
    assert row is not None
    assert row["data"]["demanda_proxima_semana"] == 28


def test_a_message_that_comes_again_tells_nothing(almacen: Almacen) -> None:
    """SQS delivers at least once; the next night it is told again."""
    assert predict_store(almacen.demand(), TENANT).event is not None
    calls = almacen.client.aws.record()
    assert predict_store(almacen.demand(), TENANT).event is None
    assert [call.operation for call in calls] == ["batch_get_item"]
    almacen.moment = NOON + timedelta(days=1)
    assert predict_store(almacen.demand(), TENANT).event is not None
    assert len(almacen.events()) == 2


@pytest.mark.parametrize("operation", ["batch_write_item", "transact_write_items", "put_item"])
def test_a_night_that_dies_is_done_again(almacen: Almacen, operation: str) -> None:
    """In the middle of the summaries, before the predictions, or before the event: in the end it is told once."""
    fails_once(almacen.client, operation)
    with pytest.raises(ClientError):
        predict_store(almacen.demand(), TENANT)
    assert almacen.events() == []
    night = predict_store(almacen.demand(), TENANT)
    assert (night.predicted, len(almacen.events())) == (1, 1)
    assert predict_store(almacen.demand(), TENANT).event is None


def test_of_two_workers_at_once_one_tells(almacen: Almacen) -> None:
    """The slower one finds that the day's batch is done."""
    faster: list[Any] = []

    def overtake(call: Call, make: Callable[[], Any]) -> Any:
        if call.operation == "transact_write_items" and not faster:
            faster.append(None)
            faster[0] = predict_store(almacen.demand(), TENANT)
        return make()

    almacen.client.aws.around.append(overtake)
    assert predict_store(almacen.demand(), TENANT).event is None
    assert faster[0].event is not None
    assert len(almacen.events()) == 1


def test_after_the_night_a_request_is_answered_with_what_it_stored(almacen: Almacen) -> None:
    """Without another event."""
    predict_store(almacen.demand(), TENANT)
    answered = predict_product(almacen.demand(), TENANT, P001)
    assert (answered.answer["demanda_proxima_semana"], answered.event) == (28, None)
    assert len(almacen.events()) == 1


def test_a_store_that_sold_nothing_has_an_empty_batch(almacen: Almacen) -> None:
    """Its products are counted as skipped."""
    almacen.client.delete_item(TableName="counters", Key={"tenant_id": {"S": TENANT}, "entity_id": {"S": "ventas"}})
    night = predict_store(almacen.demand(), TENANT)
    assert (night.predicted, night.skipped) == (0, 1)
    assert data_of(almacen.events()[0]) == {"productos": 0, "alertas": 0}


def test_a_product_that_cant_be_read_keeps_no_other_from_its_forecast(almacen: Almacen) -> None:
    """It is told among the unreadable rows."""
    almacen.has("P002", stock="mucho")
    night = predict_store(almacen.demand(), TENANT)
    assert (night.predicted, [str(each) for each in night.unreadable]) == (1, ["product T001P002: stock is 'mucho'"])
