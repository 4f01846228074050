"""The alerts of forecasts (docs/domain.md, "PrediccionDemanda"), as notices for the owner's list."""

from collections.abc import Collection, Sequence
from typing import Final

from saai_domain.events import Notice

from saai_events.forecasts.prediction import Prediction, TipoAlerta

MAX_NOTICES: Final = 40
"""Alerts of a batch that get a notice of their own: the gravest.

They stand in one row of the event log (400 KB at most) and are published one by one within one delivery; nor does an
owner read more. The rest are summed up in one notice of each kind.
"""
MAX_CODES: Final = 200
"""Products that such a notice names."""


def notices_of(predictions: Collection[Prediction]) -> Sequence[Notice]:
    """Return the notices of predictions, the gravest first: the largest shortage for tomorrow, then for the week."""
    alerting = sorted((each for each in predictions if each.alerta), key=_urgency)
    alone, others = alerting[:MAX_NOTICES], alerting[MAX_NOTICES:]
    by_kind = {tipo: [each for each in others if each.alerta is tipo] for tipo in TipoAlerta}
    return [*map(notice_of, alone), *(_sum_up(tipo, rest) for tipo, rest in by_kind.items() if rest)]


def notice_of(prediction: Prediction) -> Notice:
    """Return the notice of a prediction with an alert."""
    nombre, stock = prediction.product.nombre, prediction.product.stock
    if prediction.alerta is TipoAlerta.STOCK_BAJO_MANANA:
        tipo, titulo = TipoAlerta.STOCK_BAJO_MANANA, "Stock insuficiente para mañana"
        expected = f"mañana se espera vender {prediction.forecast.demanda_manana}"
    else:
        tipo, titulo = TipoAlerta.STOCK_BAJO_PROXIMA_SEMANA, "Stock insuficiente para la próxima semana"
        expected = f"en los próximos 7 días se espera vender {prediction.forecast.demanda_proxima_semana}"
    return Notice(
        tipo=tipo,
        severidad=tipo.severidad,
        titulo=titulo,
        mensaje=f"{nombre}: hay {stock} en stock y {expected}.",
        detalle={
            "codigo_producto": prediction.product.codigo,
            "nombre": nombre,
            "stock_actual": stock,
            "demanda_manana": prediction.forecast.demanda_manana,
            "demanda_proxima_semana": prediction.forecast.demanda_proxima_semana,
            "fecha_prediccion": prediction.fecha.isoformat(),
        },
    )


def _urgency(prediction: Prediction) -> tuple[bool, int, str]:
    tomorrow = prediction.alerta is TipoAlerta.STOCK_BAJO_MANANA
    wanted = prediction.forecast.demanda_manana if tomorrow else prediction.forecast.demanda_proxima_semana
    return not tomorrow, prediction.product.stock - wanted, prediction.product.codigo


def _sum_up(tipo: TipoAlerta, predictions: Sequence[Prediction]) -> Notice:
    until = "mañana" if tipo is TipoAlerta.STOCK_BAJO_MANANA else "la próxima semana"
    count = len(predictions)
    products = "Otro producto no tiene" if count == 1 else f"Otros {count} productos no tienen"
    return Notice(
        tipo=tipo,
        severidad=tipo.severidad,
        titulo=f"Más productos sin stock para {until}",
        mensaje=f"{products} stock suficiente para {until}.",
        detalle={
            "productos": count,
            "codigos": [each.product.codigo for each in predictions[:MAX_CODES]],
            "fecha_prediccion": predictions[0].fecha.isoformat(),
        },
    )
