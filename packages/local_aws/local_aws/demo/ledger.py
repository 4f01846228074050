"""What every screen must receive, and whether it did. Plain values: nothing here waits or talks."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import attrs

from local_aws.demo.scenario import Order, Screen

SALE_EVENT = "venta_registrada"


@attrs.frozen(kw_only=True)
class Frame:
    """An event as a screen receives it (DOMAIN.md, "WebSocket")."""

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
class Delivery:
    """A frame that arrived on a screen, and when."""

    screen: Screen
    frame: Frame
    at: float


@attrs.frozen(kw_only=True)
class Expected:
    """A sale's event that a screen must receive."""

    screen: Screen
    answer: Answer


@attrs.frozen(kw_only=True)
class Verdict:
    """How the demo went."""

    sales: int
    refused: int
    events: int
    """Different events that report these sales, as screens saw them."""
    wrong_answers: tuple[Answer, ...]
    """Orders whose answer is not what the stock allows: refused though in stock, or sold though short."""
    expected: int
    received: int
    missing: tuple[Expected, ...]
    crossed: tuple[Delivery, ...]
    """Frames that reached a screen of another store."""
    unexplained: tuple[Delivery, ...]
    """Frames of the right store that report no sale of this demo."""
    repeated: int
    """Frames that a screen got again; delivery is at least once, so that is no fault."""
    delays: tuple[float, ...]
    """Seconds from the start of a sale's request to its first arrival on a screen, in ascending order."""

    @property
    def passed(self) -> bool:
        return self.sales > 0 and not (self.missing or self.crossed or self.unexplained or self.wrong_answers)


def expected_deliveries(screens: Sequence[Screen], answers: Sequence[Answer]) -> Iterator[Expected]:
    """Every screen of a store must hear of every sale that the API accepted there."""
    for answer in answers:
        if answer.codigo_venta is None:
            continue
        for screen in screens:
            if screen.tienda == answer.order.cashier.tienda:
                yield Expected(screen=screen, answer=answer)


def missing_deliveries(
    screens: Sequence[Screen], answers: Sequence[Answer], deliveries: Sequence[Delivery]
) -> tuple[Expected, ...]:
    """What has not arrived yet."""
    arrived = {(delivery.screen, delivery.frame.codigo_venta) for delivery in deliveries}
    return tuple(
        expected
        for expected in expected_deliveries(screens, answers)
        if (expected.screen, expected.answer.codigo_venta) not in arrived
    )


def judge(screens: Sequence[Screen], answers: Sequence[Answer], deliveries: Sequence[Delivery]) -> Verdict:
    """Compare what arrived with what had to."""
    sold = {answer.codigo_venta: answer for answer in answers if answer.codigo_venta is not None}
    crossed = tuple(delivery for delivery in deliveries if delivery.frame.tenant_id != delivery.screen.tienda)
    at_home = [delivery for delivery in deliveries if delivery.frame.tenant_id == delivery.screen.tienda]
    first: dict[tuple[Screen, str], Delivery] = {}
    for delivery in at_home:
        first.setdefault((delivery.screen, delivery.frame.event_id), delivery)
    explained = [
        (delivery, sold[code])
        for delivery in first.values()
        if (code := delivery.frame.codigo_venta) is not None and code in sold
    ]
    return Verdict(
        sales=len(sold),
        refused=len(answers) - len(sold),
        wrong_answers=tuple(answer for answer in answers if (answer.codigo_venta is not None) != answer.order.in_stock),
        events=len({delivery.frame.event_id for delivery, _ in explained}),
        expected=sum(1 for _ in expected_deliveries(screens, answers)),
        received=len(explained),
        missing=missing_deliveries(screens, answers, at_home),
        crossed=crossed,
        unexplained=tuple(delivery for delivery in at_home if delivery.frame.codigo_venta not in sold),
        repeated=len(at_home) - len(first),
        delays=tuple(sorted(delivery.at - answer.asked_at for delivery, answer in explained)),
    )
