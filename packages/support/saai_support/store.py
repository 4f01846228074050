"""One store's ways through the product, each with the calls to AWS that it takes."""

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
from saai_domain.aws.dynamodb import serialize
from saai_domain.codes import PLATFORM
from saai_domain.roles import Rol
from saai_domain.testing.aws import Call, InMemoryAws
from saai_domain.testing.dynamodb import SimulatedDynamoDB
from saai_domain.testing.tokens import token

from saai_support.functions import Functions
from saai_support.payloads import CONNECTION_ID, handshake, http_request, message, sqs_batch, websocket

TENANT: Final = "T001"
_LINES: Final = ({"codigo_producto": "T001P001", "cantidad": 1}, {"codigo_producto": "T001P002", "cantidad": 1})
_EXPIRES: Final = 4_000_000_000
"""Of tokens and connections, in epoch seconds: whenever a test runs."""
_BAD_REQUEST: Final = 400


@attrs.frozen(kw_only=True)
class Screen:
    """A screen, and who sits before it."""

    connection_id: str = CONNECTION_ID
    codigo_usuario: str = "T001U001"
    rol: Rol = Rol.TRABAJADOR

    @property
    def authorizer(self) -> dict[str, str]:
        """What the authorizer said of its connection, and since when it stands."""
        who = {"tenant_id": TENANT, "codigo_usuario": self.codigo_usuario, "rol": self.rol.value}
        return {**who, "exp": str(_EXPIRES), "connectedAt": str((_EXPIRES - 7_200) * 1_000)}


CASHIER: Final = Screen()


@attrs.define
class Store:
    """The store T001. Each method is one way; it returns the calls it took."""

    functions: Functions
    answer: Any = None
    """What the last function answered."""
    _requests: Iterator[int] = attrs.field(factory=lambda: itertools.count(1))

    @classmethod
    def opened(cls, *, page_size: int = 1_000_000) -> "Store":
        """Make the store, with a worker and two products; ``page_size`` are the rows of a page of DynamoDB's."""
        store = cls(Functions(InMemoryAws(dynamodb=SimulatedDynamoDB(page_size=page_size))))
        store.put("tiendas", PLATFORM, TENANT, codigo_tienda=TENANT, estado="ACTIVA")
        store.put("usuarios", TENANT, "T001U001", estado="ACTIVO")
        for code in ("T001P001", "T001P002"):
            store.put(
                "productos", TENANT, code, codigo_producto=code, nombre=code, precio="3.50", stock=900, estado="ACTIVO"
            )
        return store

    @property
    def aws(self) -> InMemoryAws:
        return self.functions.aws

    def put(self, table: str, tenant_id: str, entity_id: str, **data: Any) -> None:
        """Write a row beforehand."""
        item = serialize({"tenant_id": tenant_id, "entity_id": entity_id, "data": data})
        self.aws.dynamodb.put_item(TableName=table, Item=item)

    def authorize(self, *, token: str | None = None, ticket: str | None = None) -> Sequence[Call]:
        """A handshake's authorizer."""
        return self._call("AutorizarConexion", handshake(token=token, ticket=ticket))

    def issue_ticket(self, screen: Screen = CASHIER) -> tuple[str, Sequence[Call]]:
        """``POST /ws-ticket``."""
        calls = self._http("EmitirTicketWs", screen, http_request("POST /ws-ticket"))
        return json.loads(self.answer["body"])["data"]["ticket"], calls

    def connect(self, screen: Screen = CASHIER) -> Sequence[Call]:
        """What follows the authorizer."""
        self.aws.connections.open(screen.connection_id)
        return self._call("OnConnect", websocket("connect", screen.connection_id, **screen.authorizer))

    def disconnect(self, screen: Screen = CASHIER) -> Sequence[Call]:
        """A socket closed."""
        return self._call("OnDisconnect", websocket("disconnect", screen.connection_id))

    def say(self, screen: Screen = CASHIER, **sent: Any) -> Sequence[Call]:
        """A screen's message."""
        return self._call("OnMessage", message(sent, screen.connection_id, **screen.authorizer))

    def sell(self, key: str = "k", lines: Sequence[Mapping[str, Any]] = _LINES) -> Sequence[Call]:
        """``POST /ventas``."""
        body = {"productos": lines, "metodo_pago": "YAPE"}
        return self._http("RegistrarVenta", CASHIER, http_request("POST /ventas", body=body, idempotency_key=key))

    def ask(self, screen: Screen, path: str, **query: str) -> Sequence[Call]:
        """``GET`` a path."""
        return self._http("ConsultarTienda", screen, http_request(f"GET {path}", query=query))

    def emit(self, **invocation: Any) -> Sequence[Call]:
        """The invoke of EmitirEventosWs."""
        return self._call("EmitirEventosWs", {"tenant_id": TENANT, **invocation})

    def refresh(self) -> Sequence[Call]:
        """The store's message in the queue of the analytics."""
        return self._work("ActualizarAnalitica")

    def forecast(self) -> Sequence[Call]:
        """The store's message in the queue of the night's forecasts."""
        return self._work("PrediccionDemanda")

    def _work(self, worker: str) -> Sequence[Call]:
        calls = self._call(worker, sqs_batch(json.dumps({"tenant_id": TENANT})))
        if self.answer["batchItemFailures"]:
            raise AssertionError(self.answer)
        return calls

    def _http(self, name: str, screen: Screen, request: dict[str, Any]) -> Sequence[Call]:
        """Call a function as a screen's user; a refusal is an AssertionError."""
        signed = token(codigo_usuario=screen.codigo_usuario, rol=screen.rol.value, exp=_EXPIRES)
        request["headers"]["authorization"] = f"Bearer {signed}"
        request["requestContext"]["requestId"] = f"request-{next(self._requests)}"
        calls = self._call(name, request)
        if self.answer["statusCode"] >= _BAD_REQUEST:
            raise AssertionError(self.answer)
        return calls

    def _call(self, name: str, event: Mapping[str, Any]) -> Sequence[Call]:
        with self.aws.recording() as calls:
            self.answer = self.functions.call(name, event)
        return calls
