"""One store's ways through the product, each with the calls to AWS that it takes."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
from saai_domain.aws.dynamodb import serialize
from saai_domain.testing.aws import Call, InMemoryAws
from saai_domain.testing.dynamodb import SimulatedDynamoDB
from saai_domain.testing.tokens import token

from saai_support.functions import Functions
from saai_support.payloads import CONNECTION_ID, handshake, http_request, message, websocket

_LINES: Final = ({"codigo_producto": "T001P001", "cantidad": 1}, {"codigo_producto": "T001P002", "cantidad": 1})
_NOT_EXPIRED: Final = {"exp": "4000000000", "connectedAt": "3999992800000"}
"""Of a connection: whenever a test runs."""


@attrs.define
class Store:
    """The store T001, open, with a worker and two products. Each method is one way; it returns the calls it took."""

    functions: Functions
    answer: Any = None
    """What the last function answered."""

    @classmethod
    def opened(cls, *, page_size: int = 1_000_000) -> "Store":
        """Make the store; ``page_size`` are the rows of a page of DynamoDB's."""
        store = cls(Functions(InMemoryAws(dynamodb=SimulatedDynamoDB(page_size=page_size))))
        store.put("tiendas", "SAAI", "T001", codigo_tienda="T001", estado="ACTIVA")
        store.put("usuarios", "T001", "T001U001", estado="ACTIVO")
        for code in ("T001P001", "T001P002"):
            store.put(
                "productos", "T001", code, codigo_producto=code, nombre=code, precio="3.50", stock=900, estado="ACTIVO"
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

    def issue_ticket(self) -> tuple[str, Sequence[Call]]:
        """``POST /ws-ticket``."""
        calls = self._call("EmitirTicketWs", http_request("POST /ws-ticket", token=token()))
        return json.loads(self.answer["body"])["data"]["ticket"], calls

    def connect(self, connection_id: str = CONNECTION_ID) -> Sequence[Call]:
        """What follows the authorizer."""
        self.aws.connections.open(connection_id)
        return self._call("OnConnect", websocket("connect", connection_id, **_NOT_EXPIRED))

    def disconnect(self, connection_id: str = CONNECTION_ID) -> Sequence[Call]:
        """A socket closed."""
        return self._call("OnDisconnect", websocket("disconnect", connection_id))

    def say(self, **sent: Any) -> Sequence[Call]:
        """A screen's message."""
        return self._call("OnMessage", message(sent, **_NOT_EXPIRED))

    def sell(self, key: str = "k", lines: Sequence[Mapping[str, Any]] = _LINES) -> Sequence[Call]:
        """``POST /ventas``.

        Raises:
            AssertionError: The sale is refused.
        """
        body = {"productos": lines, "metodo_pago": "YAPE"}
        calls = self._call(
            "RegistrarVenta", http_request("POST /ventas", token=token(), body=body, idempotency_key=key)
        )
        if self.answer["statusCode"] != 201:  # noqa: PLR2004 - Created
            raise AssertionError(self.answer)
        return calls

    def emit(self, **invocation: Any) -> Sequence[Call]:
        """The invoke of EmitirEventosWs."""
        return self._call("EmitirEventosWs", {"tenant_id": "T001", **invocation})

    def _call(self, name: str, event: Mapping[str, Any]) -> Sequence[Call]:
        with self.aws.recording() as calls:
            self.answer = self.functions.call(name, event)
        return calls
