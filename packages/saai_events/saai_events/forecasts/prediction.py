"""The forecast of a product compared with its stock: what is stored, answered and shown on the owner's screens."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from saai_domain.codes import TenantId
from saai_domain.events import PrediccionGenerada, Severidad
from saai_domain.rows import make_row
from saai_domain.time import epoch_seconds, iso_timestamp
from saai_domain.value_object import value_object

from saai_events.forecasts.model import Forecast
from saai_events.products.product import Product

KEPT_SECONDS: Final = 36 * 3_600
"""How long a prediction's row is kept (docs/domain.md, "Table model")."""


class TipoAlerta(StrEnum):
    """What the stock is too small for; the graver alert first."""

    STOCK_BAJO_MANANA = "stockBajoManana"
    STOCK_BAJO_PROXIMA_SEMANA = "stockBajoProximaSemana"

    @property
    def severidad(self) -> Severidad:
        return Severidad.CRITICAL if self is TipoAlerta.STOCK_BAJO_MANANA else Severidad.WARNING


@value_object
class Prediction:
    """A product's forecast, made on the Lima date ``fecha`` for the seven days after it."""

    product: Product
    forecast: Forecast
    fecha: date

    @property
    def alerta(self) -> TipoAlerta | None:
        """The alert that the stock gives reason for; None where it suffices.

        A stock that doesn't reach tomorrow's demand doesn't reach the week's either: the graver alert covers both.
        """
        if self.product.stock < self.forecast.demanda_manana:
            return TipoAlerta.STOCK_BAJO_MANANA
        if self.product.stock < self.forecast.demanda_proxima_semana:
            return TipoAlerta.STOCK_BAJO_PROXIMA_SEMANA
        return None

    @property
    def event(self) -> PrediccionGenerada:
        """What the owner's screens are told."""
        return PrediccionGenerada(
            codigo_producto=self.product.codigo,
            demanda_manana=self.forecast.demanda_manana,
            demanda_proxima_semana=self.forecast.demanda_proxima_semana,
            stock_actual=self.product.stock,
            alerta=self.alerta,
        )

    def item(self, tenant_id: TenantId, moment: datetime) -> dict[str, Any]:
        """Return its row of ``predicciones``, written at a moment."""
        data = {
            "codigo_producto": self.product.codigo,
            "nombre": self.product.nombre,
            "demanda_manana": self.forecast.demanda_manana,
            "demanda_proxima_semana": self.forecast.demanda_proxima_semana,
            "demanda_semana_p90": self.forecast.week_quantile_90,
            "forecast_7_dias": [_hundredths(units) for units in self.forecast.forecast_7_dias],
            "metodo": self.forecast.metodo,
            "confianza": _hundredths(self.forecast.confianza),
            "stock_actual": self.product.stock,
            "alerta": self.alerta,
            "fecha_prediccion": self.fecha.isoformat(),
        }
        entity_id = entity_id_of(self.product.codigo, self.fecha)
        ttl = epoch_seconds(moment) + KEPT_SECONDS
        return make_row(tenant_id, entity_id, data, moment=iso_timestamp(moment), top_level={"ttl": ttl})


def entity_id_of(codigo: str, fecha: date) -> str:
    """Return the key under which a product's prediction of a day is kept."""
    return f"{codigo}#{fecha.isoformat()}"


def answer_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to a request, from a row's ``data``: whole units."""
    return {
        "codigo_producto": data["codigo_producto"],
        "demanda_manana": int(data["demanda_manana"]),
        "demanda_proxima_semana": int(data["demanda_proxima_semana"]),
    }


def _hundredths(value: float) -> Decimal:
    return Decimal(f"{value:.2f}")
