"""A forecast against the stock: alert, row, answer and event."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from saai_domain.events import Severidad, decode_event, event_of
from saai_events.forecasts.prediction import answer_of

from tests.saai_events.forecasts.forecast_store import predicted
from tests.saai_events.summaries.sales_history import NOON, TENANT


@pytest.mark.parametrize(
    ("stock", "alerta", "severidad"),
    [
        (-1, "stockBajoManana", Severidad.CRITICAL),
        (3, "stockBajoManana", Severidad.CRITICAL),
        (4, "stockBajoProximaSemana", Severidad.WARNING),
        (27, "stockBajoProximaSemana", Severidad.WARNING),
    ],
)
def test_a_stock_below_the_demand_is_an_alert(stock: int, alerta: str, severidad: Severidad) -> None:
    """Of 4 units tomorrow and 28 in the week: the graver one of the two."""
    found = predicted(stock=stock).alerta
    assert found is not None
    assert (found, found.severidad) == (alerta, severidad)


@pytest.mark.parametrize("stock", [28, 1_000])
def test_a_stock_that_suffices_is_none(stock: int) -> None:
    """Also where it is just enough."""
    assert predicted(stock=stock).alerta is None


def test_the_stock_is_held_against_the_whole_units_that_are_shown() -> None:
    """3.5 is shown as 4, and 3 don't reach it; 3.4 is shown as 3."""
    assert predicted(stock=3, manana=3.5).alerta == "stockBajoManana"
    assert predicted(stock=3, manana=3.4).alerta == "stockBajoProximaSemana"


def test_the_row_has_the_contracts_keys() -> None:
    """Method and confidence, each day in hundredths, the week's quantile; the TTL stands at top level."""
    item = predicted(stock=3, manana=4.0, semana=28.004).item(TENANT, NOON)
    assert item == {
        "tenant_id": "T001",
        "entity_id": "T001P001#2025-12-31",
        "ttl": int(NOON.timestamp()) + 36 * 3_600,
        "data": {
            "codigo_producto": "T001P001",
            "nombre": "Arroz",
            "demanda_manana": 4,
            "demanda_proxima_semana": 28,
            "demanda_semana_p90": 42,
            "forecast_7_dias": [Decimal("4.00")] * 7,
            "metodo": "suavizado_combinado",
            "confianza": Decimal("0.70"),
            "stock_actual": 3,
            "alerta": "stockBajoManana",
            "fecha_prediccion": "2025-12-31",
            "estado": "ACTIVO",
            "created_at": "2025-12-31T12:00:00-05:00",
            "updated_at": "2025-12-31T12:00:00-05:00",
        },
    }


def test_the_answer_is_in_whole_units() -> None:
    """From numbers as DynamoDB gives them."""
    data = {"codigo_producto": "T001P001", "demanda_manana": Decimal(4), "demanda_proxima_semana": Decimal(28)}
    answer = answer_of({**data, "metodo": "suavizado_combinado"})
    assert answer == data
    assert all(type(answer[name]) is int for name in ("demanda_manana", "demanda_proxima_semana"))


@given(st.integers(-(10**6), 10**6), st.floats(0, 10**6), st.floats(0, 10**6))
def test_the_event_keeps_its_contract(stock: int, manana: float, rest: float) -> None:
    """Whatever is forecast."""
    event = event_of(predicted(stock=stock, manana=manana, semana=manana + rest).event)
    assert decode_event("prediccion_generada", event.payload).data == event.data
