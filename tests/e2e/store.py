"""A store under test: its rows, its users' tokens, its screens and its sales."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import attrs
import httpx
from aws_lite.wire import decode_json_with_decimals
from local_aws import catalogue
from local_aws.catalogue import Product, User, load_catalogue
from local_aws.running import RunningStack
from local_aws.tokens import issue
from saai_domain.aws.dynamodb import deserialize, key_of, serialize
from saai_domain.roles import Rol
from saai_domain.time import lima_date, lima_now
from websockets.sync.client import ClientConnection, connect

from tests.e2e.checked import CheckedConnection

FRAME_SECONDS = 20.0
"""How long a test waits for a frame that must come."""
SILENCE_SECONDS = 1.0
"""How long a screen must stay silent where nothing may come."""


@attrs.frozen(kw_only=True)
class Store:
    """One tenant of the deployed stage."""

    running: RunningStack
    http: httpx.Client
    tienda: catalogue.Store

    @property
    def tenant_id(self) -> str:
        """The store's code."""
        return self.tienda.codigo_tienda

    @classmethod
    def opened(cls, running: RunningStack, http: httpx.Client, number: int) -> "Store":
        """Write a store's rows."""
        tenant = f"T{number}"
        tienda = catalogue.Store(
            codigo_tienda=tenant,
            nombre=f"Bodega {number}",
            usuarios=(
                User(codigo_usuario=f"{tenant}U001", nombre="Luz", rol=Rol.TRABAJADOR),
                User(codigo_usuario=f"{tenant}U002", nombre="Rosa", rol=Rol.ADMIN),
            ),
            productos=(
                Product(codigo_producto=f"{tenant}P001", nombre="Inca Kola 500 ml", precio=Decimal("3.50"), stock=40),
                Product(codigo_producto=f"{tenant}P002", nombre="Arroz 5 kg", precio=Decimal("12.00"), stock=5),
            ),
        )
        load_catalogue(running.stack, dynamodb=running.clients.dynamodb, tiendas=[tienda])
        return cls(running=running, http=http, tienda=tienda)

    def token(self, rol: Rol = Rol.TRABAJADOR) -> str:
        """Return a good token of the cashier or the owner."""
        user = f"{self.tenant_id}U00{1 if rol is Rol.TRABAJADOR else 2}"
        secret = self.running.stack.jwt_secret
        return issue(secret=secret, tenant_id=self.tenant_id, codigo_usuario=user, rol=rol)

    def screen(self, token: str | None = None, **headers: str) -> CheckedConnection:
        """Connect a screen; without headers, with a token in the query as a browser does."""
        query = "" if headers else "?" + urlencode({"token": self.token() if token is None else token})
        # Without keep-alive, whose random numbers would come in between those of other tests.
        screen = connect(
            self.running.stack.ws_url + query,
            additional_headers=headers,
            proxy=None,
            open_timeout=30,
            close_timeout=5,
            ping_interval=None,
            create_connection=CheckedConnection,
        )
        assert isinstance(screen, CheckedConnection)
        return screen

    def sell(
        self, units: Mapping[str, int], *, token: str | None = None, key: str | None = None, **body: Any
    ) -> httpx.Response:
        """Register a sale; ``units`` by the product's last part, as ``P001``."""
        lines = [{"codigo_producto": self.tenant_id + code, "cantidad": count} for code, count in units.items()]
        headers = {"authorization": f"Bearer {self.token() if token is None else token}"}
        if key:
            headers["idempotency-key"] = key
        return self.http.post(
            f"{self.running.stack.api_url}/ventas",
            json={"productos": lines, "metodo_pago": "YAPE", **body},
            headers=headers,
        )

    def get(self, path: str, *, rol: Rol = Rol.TRABAJADOR, **query: str) -> tuple[int, Any]:
        """Ask a route as the cashier or the owner; answers status and envelope."""
        headers = {"authorization": f"Bearer {self.token(rol)}"}
        response = self.http.get(f"{self.running.stack.api_url}{path}", params=query, headers=headers)
        return response.status_code, decode_json_with_decimals(response.content)

    def predict(self, code: str, *, rol: Rol = Rol.ADMIN) -> tuple[int, Any]:
        """Ask for a product's forecast; answers status and envelope."""
        response = self.http.post(
            f"{self.running.stack.api_url}/predicciones",
            json={"codigo_producto": self.tenant_id + code},
            headers={"authorization": f"Bearer {self.token(rol)}"},
        )
        return response.status_code, decode_json_with_decimals(response.content)

    def sold_daily(self, code: str, units: int, *, days: int) -> None:
        """Write a sale of a product on each of the last days before today, as the store's first sales."""
        today = lima_date(lima_now())
        for number in range(1, days + 1):
            sale = f"{self.tenant_id}V{number:03d}"
            line = {"codigo_producto": self.tenant_id + code, "nombre_producto": code, "cantidad": units}
            data = {
                "codigo_venta": sale,
                "productos": [line],
                "total": Decimal("3.50") * units,
                "fecha": (today - timedelta(days=days + 1 - number)).isoformat(),
                "codigo_usuario": f"{self.tenant_id}U001",
                "estado": "COMPLETADA",
            }
            self.write("ventas", sale, data)
        self.write("counters", "ventas", {"value": days})

    def write(self, table: str, entity_id: str, data: Mapping[str, Any]) -> None:
        """Write a row of the store."""
        item = {"tenant_id": self.tenant_id, "entity_id": entity_id, "data": data}
        self.running.clients.dynamodb.put_item(TableName=self.running.stack.tables[table], Item=serialize(item))

    def row(self, table: str, entity_id: str) -> Mapping[str, Any] | None:
        """Read a row of the store."""
        response = self.running.clients.dynamodb.get_item(
            TableName=self.running.stack.tables[table], Key=key_of(self.tenant_id, entity_id), ConsistentRead=True
        )
        return deserialize(response["Item"]) if "Item" in response else None

    def rows(self, table: str) -> list[Mapping[str, Any]]:
        """Read the store's rows of a table."""
        pages = self.running.clients.dynamodb.get_paginator("query").paginate(
            TableName=self.running.stack.tables[table],
            KeyConditionExpression="tenant_id = :tenant",
            ExpressionAttributeValues={":tenant": {"S": self.tenant_id}},
            ConsistentRead=True,
        )
        return [deserialize(item) for page in pages for item in page["Items"]]

    def stock(self, code: str) -> int:
        """Return a product's stock."""
        row = self.row("productos", self.tenant_id + code)
        assert row is not None
        return int(row["data"]["stock"])

    def restock(self, code: str, units: int) -> None:
        """Give a product a stock, as the service that receives goods does."""
        self.running.clients.dynamodb.update_item(
            TableName=self.running.stack.tables["productos"],
            Key=key_of(self.tenant_id, self.tenant_id + code),
            UpdateExpression="SET #data.stock = :units",
            ExpressionAttributeNames={"#data": "data"},
            ExpressionAttributeValues={":units": {"N": str(units)}},
        )


def frame(screen: ClientConnection) -> Any:
    """Return the next frame that a screen receives."""
    return decode_json_with_decimals(screen.recv(timeout=FRAME_SECONDS))


def is_silent(screen: ClientConnection) -> bool:
    """Tell whether nothing comes for a while."""
    try:
        screen.recv(timeout=SILENCE_SECONDS)
    except TimeoutError:
        return True
    return False


def eventually(condition: Callable[[], bool], *, seconds: float = FRAME_SECONDS) -> bool:
    """Wait until a condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
