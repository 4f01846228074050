"""Records what the handlers themselves answer, over an AWS in memory: the examples of the OpenAPI document.

A store trades for five weeks. The clock stands still, and what is random in an answer is replaced (`_RANDOM`), so that
the same code records the same answers.
"""

import contextlib
import io
import itertools
import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import attrs
import time_machine
from saai_domain.aws.dynamodb import serialize
from saai_domain.roles import Rol
from saai_domain.testing.tokens import token
from saai_domain.time import LIMA, iso_timestamp, lima_now
from saai_infra.catalog import FUNCTIONS
from saai_support.functions import Functions
from saai_support.payloads import http_request, sqs_batch

from saai_contracts.openapi import Examples

_TENANT: Final = "T001"
_TODAY: Final = datetime(2025, 12, 31, 10, 30, tzinfo=LIMA)
_DAYS: Final = 35
_USERS: Final = {Rol.TRABAJADOR: ("T001U001", "Luz"), Rol.ADMIN: ("T001U002", "Rosa")}
_INCA_KOLA: Final = "T001P001"
_PRODUCTS: Final = {
    _INCA_KOLA: ("Inca Kola 500 ml", Decimal("3.50"), 80),
    "T001P002": ("Arroz extra 5 kg", Decimal("23.90"), 40),
    "T001P003": ("Leche evaporada 400 g", Decimal("4.20"), 6),
}
"""Name, price in soles, stock."""
_FUNCTIONS: Final = {route: spec.name for spec in FUNCTIONS for route in spec.http_routes}
"""By route."""
_RANDOM: Final = {"ticket": "Zx3kQp8vW1nYb6Lr0TsEjA5uHcMgD2fO7iKwXqVtRlB"}
"""What stands in an example where an answer holds a random value, by key."""


@attrs.frozen(kw_only=True)
class Asked:
    """A request of the HTTP API, by someone or without a token."""

    route: str
    what: str
    """What the example shows, as a key of it."""
    rol: Rol | None = Rol.TRABAJADOR
    body: Any = None
    query: Mapping[str, str] | None = None


def _sale(**units: int) -> dict[str, Any]:
    lines = [{"codigo_producto": _TENANT + code, "cantidad": count} for code, count in units.items()]
    return {"productos": lines, "metodo_pago": "YAPE"}


_REQUESTS: Final = (
    Asked(route="POST /ws-ticket", what="ticket"),
    Asked(route="POST /ws-ticket", what="no_token", rol=None),
    Asked(route="POST /ventas", what="registered", body=_sale(P001=2, P002=1)),
    Asked(route="POST /ventas", what="bad_fields", body={"productos": [{"codigo_producto": "P1", "cantidad": 0}]}),
    Asked(route="POST /ventas", what="no_token", rol=None, body=_sale(P001=1)),
    Asked(route="POST /ventas", what="operators_do_not_sell", rol=Rol.SAAI, body=_sale(P001=1)),
    Asked(route="POST /ventas", what="no_such_product", body=_sale(P404=1)),
    Asked(route="POST /ventas", what="too_little_stock", body=_sale(P003=50)),
    Asked(route="GET /ventas", what="page", query={"limite": "2"}),
    Asked(route="GET /ventas", what="bad_parameter", query={"limite": "1000"}),
    Asked(route="GET /productos", what="page"),
    Asked(route="GET /productos", what="bad_parameter", query={"limite": "0"}),
    Asked(route="GET /notificaciones", what="page", rol=Rol.ADMIN, query={"limite": "2"}),
    Asked(route="GET /notificaciones", what="bad_parameter", query={"limite": "muchas"}),
    Asked(route="GET /analitica", what="week", rol=Rol.ADMIN, query={"periodo": "semana"}),
    Asked(route="GET /analitica", what="bad_parameter", rol=Rol.ADMIN, query={"periodo": "siglo"}),
    Asked(route="GET /analitica", what="cashiers_do_not_see_it", query={"periodo": "dia"}),
    Asked(route="POST /predicciones", what="forecast", rol=Rol.ADMIN, body={"codigo_producto": _INCA_KOLA}),
    Asked(route="POST /predicciones", what="bad_field", rol=Rol.ADMIN, body={"codigo_producto": "P1"}),
    Asked(route="POST /predicciones", what="cashiers_do_not_ask", body={"codigo_producto": _INCA_KOLA}),
    Asked(
        route="POST /predicciones",
        what="too_few_sales",
        rol=Rol.ADMIN,
        body={"codigo_producto": "T001P003"},
    ),
    Asked(route="POST /predicciones", what="no_such_product", rol=Rol.ADMIN, body={"codigo_producto": "T001P404"}),
)


def record() -> Examples:
    """Let a store trade, then ask every route, and return what was asked and answered, by route and status."""
    store = _Store()
    with contextlib.redirect_stdout(io.StringIO()), time_machine.travel(_TODAY, tick=False) as clock:
        store.open()
        store.ask(Asked(route="GET /analitica", what="not_calculated", rol=Rol.ADMIN, query={"periodo": "dia"}))
        for back in range(_DAYS, 0, -1):
            clock.move_to(_TODAY - timedelta(days=back))
            store.sell(_sale(P001=1 + back % 2))
        clock.move_to(_TODAY)
        store.functions.call("ActualizarAnalitica", sqs_batch(json.dumps({"tenant_id": _TENANT})))
        for asked in _REQUESTS:
            store.ask(asked)
    return store.examples


@attrs.frozen(kw_only=True)
class _Store:
    functions: Functions = attrs.field(factory=Functions)
    examples: dict[str, dict[str, dict[str, Any]]] = attrs.field(factory=dict)
    numbers: Iterator[int] = attrs.field(factory=lambda: itertools.count(1))

    def open(self) -> None:
        self._put("tiendas", "SAAI", _TENANT, codigo_tienda=_TENANT, nombre="Bodega Luz", estado="ACTIVA")
        for rol, (code, name) in _USERS.items():
            self._put("usuarios", _TENANT, code, codigo_usuario=code, nombre=name, rol=rol)
        for code, (name, price, stock) in _PRODUCTS.items():
            self._put("productos", _TENANT, code, codigo_producto=code, nombre=name, precio=price, stock=stock)

    def ask(self, asked: Asked) -> None:
        status, answer = self._call(asked.route, asked.rol, body=asked.body, query=asked.query)
        request = asked.query if asked.body is None else asked.body
        example = {"answer": answer} if request is None else {"request": request, "answer": answer}
        self.examples.setdefault(asked.route, {}).setdefault(str(status), {})[asked.what] = example

    def sell(self, body: Mapping[str, Any]) -> None:
        self._call("POST /ventas", Rol.TRABAJADOR, body=body)

    def _call(
        self, route: str, rol: Rol | None, *, body: object, query: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        signed = None if rol is None else token(rol=rol, codigo_usuario=_USERS.get(rol, ("T001U999", ""))[0])
        if route not in _FUNCTIONS:
            msg = f"no function answers {route}: add it to one in saai_infra.catalog, or take it out of _REQUESTS"
            raise LookupError(msg)
        request = http_request(route, token=signed, body=body, query=query)
        # Two sales without a key of their own are two by this.
        request["requestContext"]["requestId"] = f"request-{next(self.numbers)}"
        answer = self.functions.call(_FUNCTIONS[route], request)
        self.functions.run_queued()
        return answer["statusCode"], _with_fixed_values(json.loads(answer["body"]))

    def _put(self, table: str, tenant_id: str, entity_id: str, **data: Any) -> None:  # noqa: ANN401 - a row's values
        moment = iso_timestamp(lima_now())
        row = {"estado": "ACTIVO", "created_at": moment, "updated_at": moment} | data
        item = serialize({"tenant_id": tenant_id, "entity_id": entity_id, "data": row})
        self.functions.aws.dynamodb.put_item(TableName=table, Item=item)


def _with_fixed_values(answer: Any) -> Any:  # noqa: ANN401 - a JSON value
    match answer:
        case dict():
            return {key: _RANDOM.get(key) or _with_fixed_values(value) for key, value in answer.items()}
        case list():
            return [_with_fixed_values(each) for each in answer]
        case _:
            return answer
