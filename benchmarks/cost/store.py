"""A store with a past, its people, and what its screens and cashiers ask for."""

import itertools
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
import jwt
from saai_domain.aws.dynamodb import serialize
from saai_domain.codes import PLATFORM, product_code_for, sale_code_for, user_code_for
from saai_support.shop import CLOSING_TIME, TENANT, Shop

from benchmarks.cost.functions import Functions
from benchmarks.cost.services import SECRET, http_request, websocket_message

_PAGE: Final = 100
"""Rows that a screen asks for at once (packages/ws_client/src/store/live_store.js)."""
_NOTICES: Final = 8


@attrs.frozen(kw_only=True)
class Screen:
    """A screen that is connected, and who sits before it."""

    number: int
    rol: str
    connection_id: str

    @property
    def context(self) -> dict[str, Any]:
        """What API Gateway tells the functions of its connection."""
        claims = claims_of(self)
        return {
            "connectionId": self.connection_id,
            "connectedAt": int(CLOSING_TIME.timestamp() * 1_000),
            "requestId": f"r{self.number}",
            "authorizer": {**claims, "rol": self.rol, "exp": str(claims["exp"])},
        }


@attrs.frozen(kw_only=True)
class Store:
    """What is asked of the functions for one store. Each call counts to ``functions.meter``."""

    functions: Functions
    screens: Sequence[Screen]
    _requests: Iterator[int] = attrs.field(factory=itertools.count)

    @classmethod
    def opened(cls, functions: Functions, *, screens: int, sales: int) -> "Store":
        """Make a store in the middle of a day of so many sales, after days of as many."""
        assumed = functions.assumed
        shop = Shop(days=assumed.days_of_history + 1, sales_a_day=sales, products=assumed.products)
        _copy(shop, functions, without=sales - sales // 2)
        roles = ["ADMIN"] * min(screens, assumed.owner_screens)
        roles += ["TRABAJADOR"] * (screens - len(roles))
        store = cls(
            functions=functions,
            screens=[
                # As long as API Gateway's: ids of 16 characters.
                Screen(number=number, rol=rol, connection_id=f"Kk3xB{number:010d}=")
                for number, rol in enumerate(roles, 1)
            ],
        )
        # Everybody is connected, the days before get their summaries and the counters their rows.
        for screen in store.screens:
            store.connect(screen)
        for work in (store.sell, store.refresh, store.night):
            work()
            functions.emit_all()
        functions.queue.bodies.clear()
        functions.meter.take()
        return store

    def connect(self, screen: Screen) -> None:
        """Open a socket with a ticket, as the console does."""
        answer = self._http("EmitirTicketWs", screen, "POST /ws-ticket")
        query = {"ticket": answer["data"]["ticket"]}
        allowed = self.functions.run("AutorizarConexion", {"methodArn": "arn", "queryStringParameters": query})
        if allowed["policyDocument"]["Statement"][0]["Effect"] != "Allow":
            raise AssertionError(allowed)
        self.functions.run("OnConnect", {"requestContext": screen.context})

    def send(self, screen: Screen, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send a message over the socket; its answer comes the same way."""
        body = json.dumps(message)
        websocket_message(self.functions.meter, len(body), received=True)
        answer = self.functions.run("OnMessage", {"requestContext": screen.context, "body": body})
        websocket_message(self.functions.meter, len(answer["body"]))
        return json.loads(answer["body"])

    def resume(self, screen: Screen, *, missed: int = 0) -> None:
        """Ask for what came after the place that lies so many events back in each channel."""
        cursor = {canal: max(0, seq - missed) for canal, seq in self._cursor(screen).items()}
        answer = self.send(screen, {"action": "resume", "cursor": cursor})
        if answer["action"] != "resumed":
            raise AssertionError(answer)

    def ping(self, screen: Screen) -> None:
        """Keep a socket alive."""
        self.send(screen, {"action": "ping"})

    def disconnect(self, screen: Screen) -> None:
        """Close a socket."""
        self.functions.run("OnDisconnect", {"requestContext": {"connectionId": screen.connection_id}})

    def sell(self) -> None:
        """Register a sale; its event waits in ``functions.invokes``."""
        numbers = range(1, self.functions.assumed.lines_a_sale + 1)
        lines = [{"codigo_producto": product_code_for(TENANT, each), "cantidad": 1} for each in numbers]
        body = json.dumps({"productos": lines, "metodo_pago": "EFECTIVO"})
        self._http("RegistrarVenta", self.screens[-1], "POST /ventas", body=body)

    def refresh(self) -> None:
        """Have the store's analytics calculated; the event waits as a sale's does."""
        self._message("ActualizarAnalitica")

    def night(self) -> None:
        """Have the night's forecasts made."""
        self._message("PrediccionDemanda")

    def show_analytics(self, screen: Screen) -> None:
        """Fetch what a dashboard shows after ``analitica_actualizada``."""
        for periodo in ("dia", "semana", "mes"):
            self._http("ConsultarTienda", screen, "GET /analitica", query={"periodo": periodo})

    def show_notices(self, screen: Screen) -> None:
        """Fetch the newest notices, as a dashboard does once for the events of 2 seconds."""
        self._http("ConsultarTienda", screen, "GET /notificaciones", query={"limite": str(_NOTICES)})

    def load(self, screen: Screen) -> None:
        """Load what a screen begins with: the newest sales, and every product."""
        self._http("ConsultarTienda", screen, "GET /ventas", query={"limite": str(_PAGE)})
        query = {"limite": str(_PAGE)}
        while True:
            page = self._http("ConsultarTienda", screen, "GET /productos", query=query)["data"]
            if page["siguiente"] is None:
                return
            query = {"limite": str(_PAGE), "siguiente": page["siguiente"]}

    def _cursor(self, screen: Screen) -> Mapping[str, int]:
        """Return the place of every channel that a screen hears, without asking."""
        rows = {row["entity_id"]["S"]: row for row in self.functions.tables.rows("counters")}
        channels = ("tienda", "administracion") if screen.rol == "ADMIN" else ("tienda",)
        return {each: int(rows[f"eventos#{each}"]["data"]["M"]["value"]["N"]) for each in channels}

    def _message(self, worker: str) -> None:
        attributes = {"SentTimestamp": str(int(time.time() * 1000))}
        record = {"messageId": "m", "body": json.dumps({"tenant_id": TENANT}), "attributes": attributes}
        # Lambda takes a message and deletes it.
        self.functions.meter.add("sqs requests", 2)
        failed = self.functions.run(worker, {"Records": [record]})["batchItemFailures"]
        if failed:
            raise AssertionError(worker)

    def _http(
        self, function: str, screen: Screen, route: str, *, query: Mapping[str, str] | None = None, body: str = ""
    ) -> Any:  # noqa: ANN401 - JSON
        token = jwt.encode({**claims_of(screen), "rol": screen.rol}, SECRET, algorithm="HS256")
        event = {
            "routeKey": route,
            "requestContext": {"requestId": f"request-{next(self._requests)}"},
            "headers": {"authorization": f"Bearer {token}"},
            "queryStringParameters": dict(query or {}),
            "body": body,
        }
        answer = self.functions.run(function, event)
        http_request(self.functions.meter, answer["body"])
        envelope = json.loads(answer["body"])
        if not envelope["success"]:
            raise AssertionError(envelope)
        return envelope


def claims_of(screen: Screen) -> dict[str, Any]:
    """Return what a screen's token says, but for the role."""
    exp = int(CLOSING_TIME.timestamp()) + 86_400
    return {"tenant_id": TENANT, "codigo_usuario": user_code_for(TENANT, screen.number), "exp": exp}


def _copy(shop: Shop, functions: Functions, *, without: int) -> None:
    """Put a shop's rows into the tables, but for the last sales of today."""
    source = shop.open()
    last = shop.days * shop.sales_a_day
    left_out = {sale_code_for(TENANT, number) for number in range(last - without + 1, last + 1)}
    for table, stores in source.tables.items():
        for entity_id, item in stores[TENANT].items():
            if entity_id not in left_out:
                functions.tables.put_item(TableName=table, Item=dict(item))
    rows = {
        "counters": (TENANT, "ventas", {"value": last - without, "estado": "ACTIVO"}),
        "tiendas": (PLATFORM, TENANT, {"codigo_tienda": TENANT, "nombre": "Bodega", "estado": "ACTIVA"}),
    }
    for table, (tenant_id, entity_id, data) in rows.items():
        item = serialize({"tenant_id": tenant_id, "entity_id": entity_id, "data": data})
        functions.tables.put_item(TableName=table, Item=item)
    for number in range(1, shop.products + 1):
        code = product_code_for(TENANT, number)
        (row,) = functions.tables.batch_get_item(
            RequestItems={"productos": {"Keys": [{"tenant_id": {"S": TENANT}, "entity_id": {"S": code}}]}}
        )["Responses"]["productos"]
        # Each has something left to sell.
        row["data"]["M"]["stock"] = {"N": str(50 + number % 60)}
