"""Reading the API's answers."""

import asyncio
import json
from decimal import Decimal

import httpx
from local_aws.demo.sales import body_of, read_answer, register

from tests.local_aws.demo.examples import order


def response(status: int, body: object) -> httpx.Response:
    return httpx.Response(status, json=body)


def test_the_body_is_the_contracts() -> None:
    """Lines of code and quantity, and how it is paid."""
    assert body_of(order()) == {
        "productos": [{"codigo_producto": "T001P001", "cantidad": 2}],
        "metodo_pago": "YAPE",
    }


def test_a_registered_sale_gives_code_and_total() -> None:
    """201 with SAAI's envelope; the total may be a number or text."""
    data = {"codigo_venta": "T001V001", "total": 6.5, "fecha": "2026-11-24"}

    answer = read_answer(
        order(),
        response(201, {"success": True, "message": "Venta registrada", "data": data}),
        asked_at=1,
        answered_at=2,
    )

    assert (answer.status, answer.codigo_venta, answer.total) == (201, "T001V001", Decimal("6.5"))
    assert (answer.asked_at, answer.answered_at) == (1, 2)


def test_a_refusal_for_lack_of_stock_tells_what_there_is() -> None:
    """409 with an entry per product that is short."""
    shortage = {"codigo_producto": "T001P001", "nombre": "Inca Kola 500 ml", "solicitado": 96, "disponible": 48}

    answer = read_answer(
        order(),
        response(409, {"success": False, "message": "Stock insuficiente", "data": [shortage]}),
        asked_at=1,
        answered_at=2,
    )

    assert (answer.codigo_venta, answer.message, answer.shortages) == (None, "Stock insuficiente", (shortage,))


def test_a_refusal_without_details_is_read_too() -> None:
    """401, or a conflict of another kind."""
    answer = read_answer(order(), response(401, {"success": False, "message": "Token"}), asked_at=1, answered_at=2)

    assert (answer.status, answer.message, answer.shortages) == (401, "Token", ())


def test_an_answer_that_is_not_saais_becomes_the_message() -> None:
    """A gateway's own error page, for example."""
    answer = read_answer(order(), httpx.Response(502, text="Bad gateway"), asked_at=1, answered_at=2)

    assert (answer.status, answer.message, answer.codigo_venta) == (502, "Bad gateway", None)


def test_an_order_is_posted_with_its_cashiers_token() -> None:
    """To /ventas, as a bearer token."""
    seen: list[httpx.Request] = []

    def api(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return response(201, {"data": {"codigo_venta": "T001V001", "total": "6.00"}})

    async def post() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(api)) as client:
            await register(client, order(), api_url="http://api", token="t")

    asyncio.run(post())

    (request,) = seen
    assert str(request.url) == "http://api/ventas"
    assert request.headers["authorization"] == "Bearer t"
    assert json.loads(request.content) == body_of(order())
