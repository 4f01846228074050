"""Cashiers: what they order, and what the answers must be."""

import json
import random
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import attrs
from local_aws.judge import ApiAnswer
from saai_domain.codes import product_code_for
from saai_domain.errors import Contention, IdempotencyMismatch
from saai_domain.roles import Rol
from saai_domain.time import epoch_seconds, lima_now
from saai_support.payloads import http_request

from tests.faults.audit import Audit
from tests.faults.clients import Seat
from tests.faults.functions import Functions
from tests.faults.network import token_of
from tests.faults.others import OtherServices
from tests.faults.refusals import DENIED

PAYMENT_METHODS: Final = ("EFECTIVO", "YAPE", "PLIN")
KEPT_SECONDS: Final = 23 * 3_600
"""For so long, nearly, a repeat gets its answer (docs/domain.md, "RegistrarVenta")."""
SECRET_SECONDS: Final = 300
"""How long a secret is good that SSM refuses to tell."""
BRIDGED_SECONDS: Final = 1_200
"""How long while it doesn't answer (docs/domain.md, "Tokens")."""


@attrs.define(eq=False)
class Order:
    """What a cashier wants to sell; sent again under its key until there is an answer."""

    cashier: Seat
    units: Mapping[str, int]
    metodo_pago: str
    key: str
    made: ApiAnswer | None = None
    refused: ApiAnswer | None = None
    rival: "Order | None" = None
    """Another order under the same key."""

    @property
    def body(self) -> dict[str, Any]:
        """The request's; a product of several units is named twice."""
        lines = [{"codigo_producto": code, "cantidad": units} for code, units in self.units.items()]
        first = next(line for line in lines)
        if first["cantidad"] > 1:
            first = {**first, "cantidad": int(first["cantidad"]) - 1}
            lines = [first, *lines[1:], {**first, "cantidad": 1}]
        return {"productos": lines, "metodo_pago": self.metodo_pago}


@attrs.frozen(kw_only=True)
class Sending:
    """How things stood when an order was sent: who was barred, and how much had happened by then."""

    barred: bool
    changes: int
    token_ends: int
    began: float
    stocks: Mapping[str, int]
    sales: int


@attrs.define(eq=False)
class Cashiers:
    """All cashiers, with their orders that have an answer, those that have none, and those that are under way."""

    random: random.Random
    functions: Functions
    audit: Audit
    others: OtherServices
    seats: list[Seat]
    products: int
    answered: list[Order] = attrs.field(factory=list)
    unanswered: list[Order] = attrs.field(factory=list)
    outdone: list[Order] = attrs.field(factory=list)
    """Orders under whose key another one was made."""
    problems: list[str] = attrs.field(factory=list)
    sales: int = 0
    orders: int = 0
    requests: int = 0
    _under_way: list[Order] = attrs.field(factory=list)
    _tokens: dict[str, tuple[str, int]] = attrs.field(factory=dict)

    def sell(self, cashier: Seat | None = None) -> None:
        """A cashier registers a sale, any one if none is named; of the last product there is too little."""
        cashier = cashier or self.random.choice([seat for seat in self.seats if seat.rol is Rol.TRABAJADOR])
        numbers = self.random.sample(range(1, self.products), self.random.randint(1, 3))
        if self.random.random() < 0.15:
            numbers.append(self.products)
        # Half of what there is of the last product: what one order leaves is too little for its repeat.
        most = [8 if number == self.products else 3 for number in numbers]
        units = {
            str(product_code_for(cashier.tenant_id, number)): self.random.randint(1, limit)
            for number, limit in zip(numbers, most, strict=True)
        }
        self.orders += 1
        self._send(Order(cashier, units, self.random.choice(PAYMENT_METHODS), f"key-{self.orders}"))

    def repeat(self) -> None:
        """A cashier who got no answer sends the order again."""
        if self.unanswered:
            self._send(self.unanswered.pop(self.random.randrange(len(self.unanswered))))

    def twin(self) -> None:
        """The order that is under way is sent again, and handled by another process."""
        if self._under_way:
            self._send(self._under_way[-1])

    def rival(self) -> None:
        """Another order comes under the key of the one that is under way, and is handled by another process."""
        if self._under_way:
            self.send_rival_of(self._under_way[-1])

    def send_rival_of(self, order: Order) -> None:
        """Send another order under an order's key."""
        if order.rival is None:
            order.rival = Order(order.cashier, order.units, self._other_method(order), order.key, rival=order)
        self._send(order.rival)

    def ask_again(self) -> None:
        """An order that was made is sent once more: its answer was lost on the way to the cashier."""
        order = self._made_lately()
        if order is not None:
            self._send(order)

    def misuse(self) -> None:
        """A key comes with another request than the one that was made under it."""
        order = self._made_lately()
        if order is None:
            return
        answer = self._ask(attrs.evolve(order, metodo_pago=self._other_method(order)))
        if answer is not None and answer.status == HTTPStatus.UNAUTHORIZED:
            self._tokens.pop(order.cashier.codigo_usuario, None)
        if answer is not None and answer.status != HTTPStatus.CONFLICT and answer.status not in _RIGHTS:
            self.problems.append(f"a used key with another request was answered {answer.status}")

    def _other_method(self, order: Order) -> str:
        return next(each for each in PAYMENT_METHODS if each != order.metodo_pago)

    def _made_lately(self) -> Order | None:
        since = epoch_seconds(lima_now()) - KEPT_SECONDS
        made = [order for order in self.answered[-50:] if order.made and self._made_at(order.made) > since]
        return self.random.choice(made) if made else None

    def _made_at(self, answer: ApiAnswer) -> int:
        """Return when a sale was committed, which may be long before its cashier learned of it."""
        return self.audit.sales[str(answer.codigo_venta)].event.created_epoch

    def _send(self, order: Order) -> None:
        sending = Sending(
            barred=self.others.barred(order.cashier),
            changes=self.others.changes,
            token_ends=self._token(order.cashier)[1],
            began=self.functions.faults.clock.monotonic(),
            stocks={code: len(self.audit.stocks[code]) for code in order.units},
            sales=len(self.audit.sales),
        )
        self._under_way.append(order)
        answer = self._ask(order)
        self._under_way.pop()
        if answer is None:
            self._goes_on(order)
        elif answer.status == HTTPStatus.CREATED:
            self._sold(order, answer, sending)
        elif answer.status in _RIGHTS:
            self._look_at_rights(order, answer, sending)
            self._goes_on(order)
        elif answer.shortages:
            self._refused(order, answer, sending)
        elif answer.envelope["message"] == Contention.user_message:
            self._goes_on(order)
        elif answer.envelope["message"] == IdempotencyMismatch.user_message:
            self._outdone(order)
        else:
            self.problems.append(f"an order was answered {answer.status} {answer.envelope['message']}")

    def _sold(self, order: Order, answer: ApiAnswer, sending: "Sending") -> None:
        """Look at a sale that may have been made just now, or under its key before."""
        if str(answer.codigo_venta) in list(self.audit.sales)[sending.sales :]:
            if sending.barred and sending.changes == self.others.changes:
                self.problems.append(f"{order.cashier.name} sold though not active")
            self._look_at_secret(sending.began)
        self._made(order, answer)

    def _look_at_rights(self, order: Order, answer: ApiAnswer, sending: "Sending") -> None:
        """Only who is not active may not sell, and only a token that is over is refused; the next one is new."""
        steady = sending.changes == self.others.changes
        if answer.status == HTTPStatus.FORBIDDEN and steady and not sending.barred:
            self.problems.append(f"{order.cashier.name} is active, and may not sell")
        if answer.status == HTTPStatus.UNAUTHORIZED:
            if sending.token_ends > epoch_seconds(lima_now()):
                self.problems.append(f"the token of {order.cashier.name} is good, and was not accepted")
            self._tokens.pop(order.cashier.codigo_usuario, None)

    def _ask(self, order: Order) -> ApiAnswer | None:
        """Send an order; None where nobody knows what became of it."""
        self.requests += 1
        request = http_request(
            "POST /ventas", token=self._token(order.cashier)[0], body=order.body, idempotency_key=order.key
        )
        request["requestContext"]["requestId"] = f"r-{self.requests}"
        answer = self.functions.run("RegistrarVenta", request)
        if answer is None or answer["statusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return None
        return ApiAnswer(answer["statusCode"], json.loads(answer["body"]))

    def _token(self, cashier: Seat) -> tuple[str, int]:
        """Return a cashier's token and its end; a new one where the last was not accepted."""
        user = cashier.codigo_usuario
        if user not in self._tokens:
            expires = epoch_seconds(lima_now()) + self.random.choice((600, 7_200, 86_400))
            self._tokens[user] = token_of(cashier, expires), expires
        return self._tokens[user]

    def _goes_on(self, order: Order) -> None:
        if not (order.made or order.refused or order in (*self.unanswered, *self.outdone)):
            self.unanswered.append(order)

    def _made(self, order: Order, answer: ApiAnswer) -> None:
        if order.made is None:
            order.made = answer
            self.sales += 1
            if not order.refused:
                self.answered.append(order)
            if order in self.unanswered:
                self.unanswered.remove(order)
        elif order.made != answer:
            self.problems.append(f"{order.key} was answered {order.made.envelope} and {answer.envelope}")

    def _outdone(self, order: Order) -> None:
        """Look at an order whose key another one has: the verdict looks for that one."""
        if order.made is not None:
            self.problems.append(f"{order.key} was made, and its key was another's afterwards")
        if order in self.unanswered:
            self.unanswered.remove(order)
        if order not in self.outdone:
            self.outdone.append(order)

    def _refused(self, order: Order, answer: ApiAnswer, sending: "Sending") -> None:
        if order.made is not None:
            self._refused_beside(order, order.made, answer, sending)
            return
        for shortage in answer.shortages:
            code = shortage["codigo_producto"]
            stocks = [max(0, stock) for stock in self.audit.stocks_since(code, sending.stocks[code])]
            available, wanted = shortage["disponible"], order.units[code]
            if shortage["solicitado"] != wanted or available >= wanted or available not in stocks:
                self.problems.append(f"{order.key} was refused for want of {code}: {shortage}, of {stocks}")
        if order.refused is None:
            order.refused = answer
            self.answered.append(order)

    def _refused_beside(self, order: Order, made: ApiAnswer, answer: ApiAnswer, sending: "Sending") -> None:
        """Look at a refusal beside a repeat that was made: the stock was short before, and filled up since."""
        code = str(made.codigo_venta)
        left = self.audit.sales[code].left
        for shortage in answer.shortages:
            product = shortage["codigo_producto"]
            stocks = self.audit.stocks_since(product, sending.stocks[product])
            sold = len(stocks) - 1 - stocks[::-1].index(left[product]) if left[product] in stocks else 0
            made_before = code not in list(self.audit.sales)[sending.sales :]
            if made_before or shortage["disponible"] not in stocks[:sold]:
                self.problems.append(f"{order.key} was made, and refused afterwards")

    def _look_at_secret(self, began: float) -> None:
        """No sale is made with a secret that is known no more."""
        outage = self.functions.faults.outages.get("ssm")
        if outage is None:
            return
        good_for = SECRET_SECONDS if outage.kind == DENIED else BRIDGED_SECONDS
        if began > outage.began + good_for:
            self.problems.append(f"a sale was made {began - outage.began:.0f} s after SSM's {outage.kind}")


_RIGHTS: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
