"""``GET /analitica``: the owner's stored figures."""

from decimal import Decimal

import pytest

from tests.saai_events.queries.queried_store import QueriedStore


@pytest.mark.parametrize("periodo", ["dia", "semana", "mes"])
@pytest.mark.parametrize("rol", ["admin", "SAAI"])
def test_the_stored_result_is_shown_with_its_cursor(store: QueriedStore, periodo: str, rol: str) -> None:
    """The figures as they are stored, amounts with their céntimos, counts whole."""
    figures = {"ventas": {"total_ventas": 3, "total_ingresos": Decimal(40)}, "productos_top": [{"unidades": 2}]}
    store.has("analitica", periodo, **figures)
    store.counts("eventos#administracion", 7)
    status, envelope = store.get("/analitica", rol=rol, periodo=periodo)
    assert (status, envelope["data"]) == (200, {**figures, "cursor": {"tienda": 0, "administracion": 7}, "log": "1"})
    assert str(envelope["data"]["ventas"]["total_ingresos"]) == "40.00"
    assert str(envelope["data"]["ventas"]["total_ventas"]) == "3"


def test_a_cashier_may_not_see_it(store: QueriedStore) -> None:
    """403, whatever the period."""
    assert store.get("/analitica", rol="worker", periodo="dia")[0] == 403


@pytest.mark.parametrize("query", [{}, {"periodo": ""}, {"periodo": "año"}, {"periodo": "DIA"}])
def test_another_period_is_refused(store: QueriedStore, query: dict[str, str]) -> None:
    """400, with the ones there are."""
    status, envelope = store.get("/analitica", **query)
    assert (status, envelope["data"]) == (
        400,
        [{"campo": "periodo", "mensaje": "Se espera uno de: dia, semana, mes."}],
    )


def test_what_was_never_calculated_is_not_found(store: QueriedStore) -> None:
    """404, and the message says why."""
    assert store.get("/analitica", periodo="mes") == (
        404,
        {"success": False, "message": "La analítica de este periodo todavía no se ha calculado."},
    )
