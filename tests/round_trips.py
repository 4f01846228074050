"""Every path of the product over a simulated AWS that notes each call: what is asked of which service, in order."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
from aws_lite.services.dynamodb import Exceptions
from saai_domain.aws.clients import AwsClients
from saai_domain.aws.dynamodb import serialize
from saai_domain.codes import ConnectionId
from saai_domain.testing.dynamodb import SimulatedDynamoDB
from saai_events import registrar_venta
from ws_gateway import (
    autorizar_conexion,
    emitir_eventos_ws,
    emitir_ticket_ws,
    on_connect,
    on_disconnect,
    on_message,
)
from ws_gateway.delivery.outcome import Outcome

from tests.ws_gateway.api_gateway import load_event
from tests.ws_gateway.functions import ENVIRONMENT, SECRET, Context, token

SALES_ENVIRONMENT: Final = ENVIRONMENT | {"PRODUCTOS_TABLE": "productos", "VENTAS_TABLE": "ventas"}
_POSTING: Final = {emitir_eventos_ws, on_message}
"""Who uses ``@connections``."""
_SALE: Final = json.loads((Path(__file__).parent / "saai_events" / "events" / "registrar_venta.json").read_text())


@attrs.frozen
class Call:
    """One call of a service, or of API Gateway's ``@connections``."""

    service: str
    operation: str
    params: Mapping[str, Any]
    answer: Mapping[str, Any]

    @property
    def name(self) -> str:
        return f"{self.service} {self.operation}"


@attrs.define
class Recorded:
    """A client that notes what it is asked. A page of a paginator is a call of its own."""

    service: str
    client: Any
    calls: list[Call]
    exceptions: Exceptions = attrs.field(factory=Exceptions)

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**params: Any) -> Any:
            answer = getattr(self.client, operation)(**params)
            self.calls.append(Call(self.service, operation, params, answer or {}))
            return answer

        return call

    def get_paginator(self, operation: str) -> "_RecordedPages":
        return _RecordedPages(self, operation)


@attrs.frozen
class _RecordedPages:
    recorded: Recorded
    operation: str

    def paginate(self, **params: Any) -> Iterator[Any]:
        for page in self.recorded.client.get_paginator(self.operation).paginate(**params):
            self.recorded.calls.append(Call(self.recorded.service, self.operation, params, page))
            yield page


class _Services:
    """Lambda, SNS, SQS and SSM, which say yes."""

    def invoke(self, **_: Any) -> Any:
        return {"StatusCode": 202}

    def publish(self, **_: Any) -> Any:
        return {"MessageId": "m"}

    def send_message(self, **_: Any) -> Any:
        return {"MessageId": "m"}

    def get_parameter(self, **_: Any) -> Any:
        return {"Parameter": {"Value": SECRET}}


@attrs.define
class _Screens:
    """``@connections``."""

    calls: list[Call]

    def post(self, connection_id: ConnectionId, data: bytes) -> Outcome:
        self.calls.append(Call("@connections", "post", {"id": connection_id, "data": data}, {}))
        return Outcome.SENT

    def close(self, connection_id: ConnectionId) -> Outcome:
        self.calls.append(Call("@connections", "close", {"id": connection_id}, {}))
        return Outcome.SENT

    def post_all(self, ids: Sequence[ConnectionId], data: bytes, *, deadline: float) -> Mapping[ConnectionId, Outcome]:
        return {each: self.post(each, data) for each in ids}


@attrs.define
class Account:
    """One store's AWS. Each method is one path through the functions and returns the calls it took."""

    dynamodb: SimulatedDynamoDB
    calls: list[Call]
    _aws: AwsClients
    _screens: _Screens
    _functions: dict[Any, Any] = attrs.field(factory=dict)

    def put(self, table: str, tenant_id: str, entity_id: str, **data: Any) -> None:
        """Write a row beforehand."""
        item = serialize({"tenant_id": tenant_id, "entity_id": entity_id, "data": data})
        self.dynamodb.put_item(TableName=table, Item=item)

    def authorize(self, **query: str) -> list[Call]:
        """A handshake's authorizer."""
        event = load_event("authorizer_query_token", queryStringParameters=query)
        return self._run(autorizar_conexion, event)

    def issue_ticket(self) -> tuple[str, list[Call]]:
        """``POST /ws-ticket``."""
        event = {**_SALE, "headers": {"authorization": f"Bearer {token()}"}, "body": None}
        calls = self._run(emitir_ticket_ws, event)
        return json.loads(self._answer["body"])["data"]["ticket"], calls

    def connect(self, connection_id: str = "L0SM9cOFvHcCIhw=") -> list[Call]:
        """What follows the authorizer."""
        return self._run(on_connect, _from("connect", connection_id))

    def disconnect(self, connection_id: str = "L0SM9cOFvHcCIhw=") -> list[Call]:
        """A socket closed."""
        return self._run(on_disconnect, _from("disconnect", connection_id))

    def say(self, **message: Any) -> list[Call]:
        """A screen's message."""
        event = _from("message", "L0SM9cOFvHcCIhw=") | {"body": json.dumps(message)}
        return self._run(on_message, event)

    def sell(self, key: str = "k", lines: Sequence[Mapping[str, Any]] | None = None) -> list[Call]:
        """``POST /ventas``."""
        body = json.dumps({"productos": lines, "metodo_pago": "YAPE"}) if lines else _SALE["body"]
        headers = {"authorization": f"Bearer {token()}", "idempotency-key": key}
        calls = self._run(registrar_venta, {**_SALE, "headers": headers, "body": body})
        assert self._answer["statusCode"] == 201, self._answer
        return calls

    def emit(self, **invocation: Any) -> list[Call]:
        """The invoke of EmitirEventosWs."""
        return self._run(emitir_eventos_ws, {"tenant_id": "T001", **invocation})

    def _run(self, module: Any, event: Any) -> list[Call]:
        if module not in self._functions:
            posting = {"connections_api": self._connections_api} if module in _POSTING else {}
            self._functions[module] = module.build(SALES_ENVIRONMENT, self._aws, **posting)
        before = len(self.calls)
        self._answer = self._functions[module](event, Context())
        return self.calls[before:]

    def _connections_api(self, *_: object) -> _Screens:
        return self._screens

    _answer: Any = None


def account(*, page_size: int = 1_000_000) -> Account:
    """A store that is open, with a worker and two products with plenty of stock."""
    calls: list[Call] = []
    dynamodb = SimulatedDynamoDB(page_size=page_size)
    services = {"dynamodb": dynamodb}

    def make_client(service: str) -> Any:
        return Recorded(service, services.get(service, _Services()), calls)

    opened = Account(dynamodb, calls, AwsClients(make_client), _Screens(calls))
    opened.put("tiendas", "SAAI", "T001", estado="ACTIVA")
    opened.put("usuarios", "T001", "T001U001", estado="ACTIVO")
    for code in ("T001P001", "T001P002"):
        opened.put(
            "productos", "T001", code, codigo_producto=code, nombre=code, precio="3.50", stock=900, estado="ACTIVO"
        )
    return opened


def _from(name: str, connection_id: str) -> dict[str, Any]:
    event = load_event(name)
    context = event["requestContext"] | {"connectionId": connection_id}
    if "authorizer" in context:
        context["authorizer"] = context["authorizer"] | {"exp": "4000000000"}
        context["connectedAt"] = 4_000_000_000_000 - 7_200_000
    return event | {"requestContext": context}
