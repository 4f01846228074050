"""What every screen must receive, and whether it did. Plain values: nothing here waits or talks."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import attrs
from saai_domain.roles import Rol

from local_aws.demo.scenario import Order, Screen

SALE_EVENT = "venta_registrada"
DASHBOARD_EVENT = "analitica_actualizada"
FORECAST_EVENT = "prediccion_generada"
OWNERS_EVENTS = frozenset({DASHBOARD_EVENT, FORECAST_EVENT})
"""What a cashier must not hear (docs/domain.md, "WebSocket")."""


@attrs.frozen(kw_only=True)
class Frame:
    """An event as a screen receives it (docs/domain.md, "WebSocket")."""

    event_type: str
    tenant_id: str
    timestamp: str
    data: Mapping[str, Any]
    event_id: str
    canal: str
    seq: int

    @property
    def codigo_venta(self) -> str | None:
        """The sale that the event reports; None for an event of another kind."""
        code = self.data.get("codigo_venta") if self.event_type == SALE_EVENT else None
        return str(code) if code is not None else None

    @property
    def subject(self) -> str:
        """What the event is about, as `Expected.subject` has it."""
        match self.event_type:
            case str(kind) if kind == DASHBOARD_EVENT:
                return dashboard_subject((self.data.get("resumen") or {}).get("ventas_hoy"))
            case str(kind) if kind == FORECAST_EVENT:
                return forecast_subject(self.data.get("codigo_producto"))
            case _:
                return self.codigo_venta or ""


@attrs.frozen(kw_only=True)
class Answer:
    """The API's answer to an order. Moments are seconds of one monotonic clock."""

    order: Order
    status: int
    asked_at: float
    answered_at: float
    message: str
    codigo_venta: str | None = None
    total: Decimal | None = None
    shortages: tuple[Mapping[str, Any], ...] = ()
    """Where stock was short: what was asked for and what there is, by product."""


@attrs.frozen(kw_only=True)
class Forecast:
    """The API's answer to an owner who asked for a product's forecast; without demand it was refused."""

    owner: Screen
    codigo_producto: str
    message: str
    demanda_manana: int | None = None
    demanda_proxima_semana: int | None = None


@attrs.frozen(kw_only=True)
class Delivery:
    """A frame that arrived on a screen, and when; ``recovered`` if the screen had to ask for it."""

    screen: Screen
    frame: Frame
    at: float
    recovered: bool = False


@attrs.frozen(kw_only=True)
class Expected:
    """An event that a screen must receive."""

    screen: Screen
    event_type: str
    subject: str


@attrs.frozen(kw_only=True)
class Verdict:
    """How the demo went."""

    sales: int
    refused: int
    events: int
    """Different events that screens saw and that have a reason."""
    wrong_answers: tuple[Answer, ...]
    """Orders whose answer is not what the stock allows: refused though in stock, or sold though short."""
    forecasts_refused: tuple[Forecast, ...]
    expected: int
    received: int
    """Of those expected."""
    recovered: int
    """Of those received, the ones that a screen missed and asked for."""
    missing: tuple[Expected, ...]
    crossed: tuple[Delivery, ...]
    """Frames that reached a screen of another store, or a cashier though they are the owner's."""
    unexplained: tuple[Delivery, ...]
    """Frames of the right store that nothing in this demo explains."""
    repeated: int
    """Frames that a screen got again; delivery is at least once, so that is no fault."""
    delays: tuple[float, ...]
    """Seconds from the start of a sale's request to its arrival on a screen that was there, in ascending order."""

    @property
    def passed(self) -> bool:
        """Whether every screen got what it had to, and nothing else."""
        wrong = (self.missing, self.crossed, self.unexplained, self.wrong_answers, self.forecasts_refused)
        return self.sales > 0 and not any(wrong)


def dashboard_subject(ventas_hoy: object) -> str:
    """Name a store's refreshed dashboard by the sales it counts."""
    return f"{ventas_hoy} sales today"


def forecast_subject(codigo_producto: object) -> str:
    """Name a product's forecast."""
    return f"forecast of {codigo_producto}"


def expected_deliveries(
    screens: Sequence[Screen], answers: Sequence[Answer], forecasts: Sequence[Forecast] = ()
) -> Iterator[Expected]:
    """Yield what must arrive.

    Every screen of a store hears of every sale that the API accepted there. Its owner's dashboard comes to count all
    of them, and the owner hears of each forecast.
    """
    sold = [answer for answer in answers if answer.codigo_venta is not None]
    counts = Counter(answer.order.cashier.tienda for answer in sold)
    for screen in screens:
        for answer in sold:
            if screen.tienda == answer.order.cashier.tienda:
                yield Expected(screen=screen, event_type=SALE_EVENT, subject=str(answer.codigo_venta))
        if screen.rol is not Rol.ADMIN:
            continue
        if counts[screen.tienda]:
            subject = dashboard_subject(counts[screen.tienda])
            yield Expected(screen=screen, event_type=DASHBOARD_EVENT, subject=subject)
        for forecast in forecasts:
            if screen.tienda == forecast.owner.tienda and forecast.demanda_manana is not None:
                subject = forecast_subject(forecast.codigo_producto)
                yield Expected(screen=screen, event_type=FORECAST_EVENT, subject=subject)


def missing_deliveries(expected: Sequence[Expected], deliveries: Sequence[Delivery]) -> tuple[Expected, ...]:
    """Return what has not arrived yet."""
    arrived = {_received(delivery) for delivery in deliveries}
    return tuple(each for each in expected if each not in arrived)


def judge(
    screens: Sequence[Screen],
    answers: Sequence[Answer],
    deliveries: Sequence[Delivery],
    forecasts: Sequence[Forecast] = (),
) -> Verdict:
    """Compare what arrived with what had to."""
    sold = {answer.codigo_venta: answer for answer in answers if answer.codigo_venta is not None}
    expected = tuple(expected_deliveries(screens, answers, forecasts))
    crossed = tuple(delivery for delivery in deliveries if not _may_hear(delivery))
    at_home = [delivery for delivery in deliveries if _may_hear(delivery)]
    first: dict[tuple[Screen, str], Delivery] = {}
    for delivery in at_home:
        first.setdefault((delivery.screen, delivery.frame.event_id), delivery)
    explained = [each for each in first.values() if each.frame.event_type in OWNERS_EVENTS or _sale(each) in sold]
    needed = [each for each in explained if _received(each) in expected]
    return Verdict(
        sales=len(sold),
        refused=len(answers) - len(sold),
        wrong_answers=tuple(answer for answer in answers if (answer.codigo_venta is not None) != answer.order.in_stock),
        forecasts_refused=tuple(forecast for forecast in forecasts if forecast.demanda_manana is None),
        events=len({(delivery.frame.tenant_id, delivery.frame.event_id) for delivery in explained}),
        expected=len(expected),
        received=len({_received(delivery) for delivery in needed}),
        recovered=sum(delivery.recovered for delivery in needed),
        missing=missing_deliveries(expected, at_home),
        crossed=crossed,
        unexplained=tuple(
            each for each in at_home if each.frame.event_type not in OWNERS_EVENTS and _sale(each) not in sold
        ),
        repeated=len(at_home) - len(first),
        delays=tuple(
            sorted(
                delivery.at - answer.asked_at
                for delivery in explained
                if not delivery.recovered and (answer := sold.get(_sale(delivery) or "")) is not None
            )
        ),
    )


def _received(delivery: Delivery) -> Expected:
    """Return the expectation that a delivery fulfils, if there is one."""
    frame = delivery.frame
    return Expected(screen=delivery.screen, event_type=frame.event_type, subject=frame.subject)


def _may_hear(delivery: Delivery) -> bool:
    screen, frame = delivery.screen, delivery.frame
    owners = frame.event_type in OWNERS_EVENTS
    return frame.tenant_id == screen.tienda and (screen.rol is Rol.ADMIN or not owners)


def _sale(delivery: Delivery) -> str | None:
    return delivery.frame.codigo_venta
