"""The notices of forecasts."""

from aws_lite.wire import encode_json
from saai_domain import event_log
from saai_domain.aws.dynamodb import serialize
from saai_domain.events import PrediccionGenerada, event_of
from saai_events.forecasts.alerts import MAX_NOTICES, notice_of, notices_of

from tests.saai_events.forecasts.forecast_store import predicted
from tests.saai_events.summaries.sales_history import NOON, TENANT


def test_tomorrows_notice_says_what_is_there_and_what_is_expected() -> None:
    """In Spanish, with the figures for programs."""
    notice = notice_of(predicted(stock=3))
    assert (notice.tipo, notice.severidad, notice.titulo, notice.mensaje) == (
        "stockBajoManana",
        "CRITICAL",
        "Stock insuficiente para mañana",
        "Arroz: hay 3 en stock y mañana se espera vender 4.",
    )
    assert notice.detalle == {
        "codigo_producto": "T001P001",
        "nombre": "Arroz",
        "stock_actual": 3,
        "demanda_manana": 4,
        "demanda_proxima_semana": 28,
        "fecha_prediccion": "2025-12-31",
    }


def test_the_weeks_notice_speaks_of_the_week() -> None:
    """A warning."""
    notice = notice_of(predicted(stock=10))
    assert (notice.tipo, notice.severidad, notice.mensaje) == (
        "stockBajoProximaSemana",
        "WARNING",
        "Arroz: hay 10 en stock y en los próximos 7 días se espera vender 28.",
    )


def test_the_gravest_come_first() -> None:
    """Tomorrow's before the week's, and what lacks more before what lacks less; no notice where nothing lacks."""
    predictions = [predicted(1, stock=20), predicted(2, stock=1), predicted(3, stock=90), predicted(4, stock=0)]
    assert [each.detalle["codigo_producto"] for each in notices_of(predictions)] == ["T001P004", "T001P002", "T001P001"]


def test_many_alerts_are_summed_up() -> None:
    """The gravest 40 by themselves, the others in one notice for each kind; every alert is in one."""
    predictions = [predicted(number, stock=0 if number <= 45 else 10) for number in range(1, 100)]
    notices = notices_of(predictions)
    assert len(notices) == MAX_NOTICES + 2
    tomorrow, week = notices[-2:]
    assert (tomorrow.tipo, tomorrow.severidad, tomorrow.detalle["productos"]) == ("stockBajoManana", "CRITICAL", 5)
    assert tomorrow.mensaje == "Otros 5 productos no tienen stock suficiente para mañana."
    assert (week.tipo, week.detalle["productos"], len(week.detalle["codigos"])) == ("stockBajoProximaSemana", 54, 54)
    assert week.titulo == "Más productos sin stock para la próxima semana"


def test_a_single_one_beyond_is_spoken_of_as_one() -> None:
    """Not of 1 products."""
    predictions = [predicted(number, stock=0) for number in range(1, MAX_NOTICES + 2)]
    assert notices_of(predictions)[-1].mensaje == "Otro producto no tiene stock suficiente para mañana."


def test_the_largest_batch_fits_a_row_of_the_log() -> None:
    """10,000 alerts with the longest names: far below DynamoDB's 400 KB, and each notice below SNS's 256 KB."""
    predictions = [predicted(number, stock=0, nombre="ñ" * 300) for number in range(1, 10_001)]
    event = event_of(PrediccionGenerada(productos=10_000, alertas=10_000))
    row = event_log.log_event(
        event, tenant_id=TENANT, seq=1, moment=NOON, origen="PrediccionDemanda", notices=notices_of(predictions)
    )
    assert len(encode_json(serialize(event_log.to_item(row))).encode()) < 200_000
    assert max(len(notice.message.encode()) for notice in row.notices) < 256_000
