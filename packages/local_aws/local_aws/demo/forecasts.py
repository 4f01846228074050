"""Asks for a product's forecast over HTTP, as an owner's browser does."""

from http import HTTPStatus
from typing import Any

import httpx

from local_aws.demo.ledger import Forecast
from local_aws.demo.sales import envelope_of
from local_aws.demo.scenario import Question


async def ask_forecast(client: httpx.AsyncClient, question: Question, *, api_url: str, token: str) -> Forecast:
    """Ask and read the answer, whatever its status."""
    code = question.producto.codigo_producto
    response = await client.post(
        f"{api_url}/predicciones", json={"codigo_producto": code}, headers={"authorization": f"Bearer {token}"}
    )
    envelope = envelope_of(response)
    data: dict[str, Any] = envelope["data"] if response.status_code == HTTPStatus.OK else {}
    return Forecast(
        owner=question.owner,
        codigo_producto=code,
        message=f"{response.status_code} {envelope.get('message', '')}",
        demanda_manana=data.get("demanda_manana"),
        demanda_proxima_semana=data.get("demanda_proxima_semana"),
    )
