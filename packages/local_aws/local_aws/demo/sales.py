"""Registers sales over HTTP, as a cashier's browser does."""

import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import httpx

from local_aws.demo.ledger import Answer
from local_aws.demo.scenario import Order


def body_of(order: Order) -> Mapping[str, Any]:
    """The request's body (docs/domain.md, "RegistrarVenta")."""
    return {
        "productos": [
            {"codigo_producto": line.producto.codigo_producto, "cantidad": line.cantidad} for line in order.lines
        ],
        "metodo_pago": order.metodo_pago,
    }


async def register(client: httpx.AsyncClient, order: Order, *, api_url: str, token: str) -> Answer:
    """Send an order and read the answer, whatever its status."""
    asked_at = time.monotonic()
    response = await client.post(f"{api_url}/ventas", json=body_of(order), headers={"authorization": f"Bearer {token}"})
    return read_answer(order, response, asked_at=asked_at, answered_at=time.monotonic())


def read_answer(order: Order, response: httpx.Response, *, asked_at: float, answered_at: float) -> Answer:
    """Read SAAI's envelope; anything else, as a gateway's own error, becomes the message."""
    envelope = envelope_of(response)
    data: Any = envelope.get("data")
    sale: Mapping[str, Any] = data if response.status_code == HTTPStatus.CREATED else {}
    shortages: Sequence[Mapping[str, Any]] = data if response.status_code == HTTPStatus.CONFLICT and data else ()
    total = sale.get("total")
    return Answer(
        order=order,
        status=response.status_code,
        asked_at=asked_at,
        answered_at=answered_at,
        message=str(envelope.get("message", "")),
        codigo_venta=sale.get("codigo_venta"),
        total=None if total is None else Decimal(str(total)),
        shortages=tuple(shortages),
    )


def envelope_of(response: httpx.Response) -> Mapping[str, Any]:
    """Read SAAI's envelope; the text of anything else stands as its message."""
    try:
        envelope: Mapping[str, Any] = response.json(parse_float=Decimal)
    except ValueError:
        return {"message": response.text}
    return envelope
