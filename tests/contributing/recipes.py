"""CONTRIBUTING.md's recipes, followed for a service that restocks a product, and a list of expenses.

Each is what its author writes; what is generated stands in `WorkingCopy.generate`.
"""

from typing import Final

from tests.contributing.working_copy import Edit

DECLARED_EVENT: Final = (
    Edit(
        path="packages/domain/saai_domain/events.py",
        before="CONTRACTS: Final[Mapping[str, type[EventData]]] = {\n",
        text='''@value_object
class StockRepuesto(EventData):
    """A product was restocked by ``cantidad`` units; ``stock`` is what there is now."""

    event_type: ClassVar[str] = "stock_repuesto"
    canal: ClassVar[Canal] = Canal.ADMINISTRACION
    notice_tipo: ClassVar[str | None] = "stockRepuesto"
    refreshes_analytics: ClassVar[bool] = True
    examples: ClassVar[Sequence[Mapping[str, Any]]] = ({"codigo_producto": "T001P005", "cantidad": 12, "stock": 50},)

    codigo_producto: str
    cantidad: Units
    stock: Stock

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The entry of the owner's list."""
        notice = Notice(
            tipo="stockRepuesto",
            severidad=Severidad.INFO,
            titulo="Stock repuesto",
            mensaje=f"{self.codigo_producto}: {self.cantidad} unidades más.",
            detalle={"codigo_producto": self.codigo_producto, "cantidad": self.cantidad},
        )
        return (notice,)


''',
    ),
    Edit(
        path="packages/domain/saai_domain/events.py",
        before="VentaRegistrada, AnaliticaActualizada, PrediccionGenerada)\n",
        text="StockRepuesto, ",
    ),
    Edit(path="packages/domain/saai_domain/events.py", before='    "StoreEvent",\n', text='    "StockRepuesto",\n'),
)
"""The declaration alone."""

EVENT: Final = (
    *DECLARED_EVENT,
    Edit(
        path="docs/domain.md",
        before="| `prediccion_generada` | PrediccionDemanda |",
        text="| `stock_repuesto` | ReponerStock | `codigo_producto, cantidad, stock` | ADMIN, SAAI | "
        "updates notifications: each brings one (`stockRepuesto`, INFO) |\n",
    ),
)

TABLE: Final = (
    Edit(
        path="infra/saai_infra/table_specs.py",
        before='    "resumenes": TableSpec(),\n',
        text='    "reposiciones": TableSpec(),\n',
    ),
    Edit(
        path="docs/domain.md",
        before="| `predicciones` | `{codigo_producto}#{date}` |",
        text="| `reposiciones` | restock code | `codigo_producto, cantidad` |\n",
    ),
)

ROUTE: Final = (
    Edit(
        path="packages/domain/saai_domain/http_contracts.py",
        before="@attrs.frozen(kw_only=True)\nclass Notificacion:\n",
        text='''@attrs.frozen(kw_only=True)
class Gasto:
    """What a store spent: ``monto`` in soles, ``fecha`` a Lima date."""

    monto: Decimal
    fecha: str
    estado: str
    created_at: str | None = None
    updated_at: str | None = None


''',
    ),
    Edit(path="packages/contracts/saai_contracts/routes.py", before="    Notificacion,\n", text="    Gasto,\n"),
    Edit(
        path="packages/contracts/saai_contracts/routes.py",
        before='    "GET /analitica": Route(\n',
        text='    "GET /gastos": list_route("What the store spent.", answer=Gasto, roles=OWNERS),\n',
    ),
    Edit(
        path="packages/saai_events/saai_events/consultar_tienda.py",
        before='    analitica_table: str = setting("ANALITICA_TABLE")\n',
        text='    gastos_table: str = setting("GASTOS_TABLE")\n',
    ),
    Edit(
        path="packages/saai_events/saai_events/consultar_tienda.py",
        before="from saai_events.queries.sales import SalesList\n",
        text="from saai_events.queries.rows import Filter, RowList\n",
    ),
    Edit(
        path="packages/saai_events/saai_events/consultar_tienda.py",
        before="    analitica = StoredAnalytics(",
        text="""    active = Filter(expression="#data.estado <> :inactivo", values={":inactivo": "INACTIVO"})
    gastos = RowList(client=client, table=settings.gastos_table, snapshots=snapshots, only=lambda _rol: active)
""",
    ),
    Edit(
        path="packages/saai_events/saai_events/consultar_tienda.py",
        before='        "GET /analitica": Route(',
        text='        "GET /gastos": Route(allowed=OWNERS, read=gastos.read, message="Gastos de la tienda."),\n',
    ),
    Edit(
        path="infra/saai_infra/catalog.py",
        before='"GET /analitica", "GET /notificaciones"',
        text='"GET /gastos", ',
    ),
    Edit(
        path="infra/saai_infra/catalog.py",
        before='            saai.tables["analitica"].grant("BatchGetItem"),\n',
        text='            saai.tables["gastos"].grant("Query"),\n',
    ),
    Edit(
        path="packages/contracts/saai_contracts/recorder.py",
        before='    Asked(route="GET /analitica", what="week"',
        text='    Asked(route="GET /gastos", what="page", rol=Rol.ADMIN),\n',
    ),
    Edit(
        path="tests/infra/test_rights.py",
        before='"GET /analitica", "GET /notificaciones"):\n',
        text='"GET /gastos", ',
    ),
)

SERVICE: Final = (
    *EVENT,
    Edit(
        path="packages/saai_events/saai_events/reponer_stock.py",
        text='''"""ReponerStock (``POST /reposiciones``): adds units to a product's stock, and tells the owner."""

from collections.abc import Iterable
from functools import partial
from typing import Annotated

import attrs
import msgspec
from saai_domain.auth import Claims
from saai_domain.aws.commands import Outcome, Situation
from saai_domain.aws.dynamodb import Key
from saai_domain.component import component
from saai_domain.events import StockRepuesto
from saai_domain.handlers.commands import HttpCommand, http_command
from saai_domain.handlers.entry_point import entry_point
from saai_domain.limits import MAX_UNITS
from saai_domain.roles import Rol
from saai_domain.settings import setting

from saai_events.products.product import ProductField
from saai_events.products.storage import ProductRows


@attrs.frozen(kw_only=True)
class Reposicion:
    """Units of a product that have come."""

    codigo_producto: ProductField
    cantidad: Annotated[int, msgspec.Meta(ge=1, le=MAX_UNITS, description=f"Se espera un entero de 1 a {MAX_UNITS}.")]


@component
class RestockProduct(HttpCommand[Reposicion]):
    """Restock a product."""

    origin = "ReponerStock"
    key_prefix = "reposicion"
    event = StockRepuesto
    roles = frozenset({Rol.ADMIN})
    body = Reposicion
    message = "Stock repuesto."
    logged = ("codigo_producto",)

    products: ProductRows = setting("PRODUCTOS_TABLE", read=ProductRows.of)

    def reads(self, request: Reposicion, claims: Claims) -> Iterable[Key]:
        """Return where the product stands."""
        return self.products.keys(claims.tenant_id, [request.codigo_producto]).values()

    def decide(self, request: Reposicion, situation: Situation) -> Outcome:
        """Decide what there is now."""
        product = self.products.one(request.codigo_producto, situation.claims.tenant_id, situation.rows)
        event = StockRepuesto(
            codigo_producto=product.codigo, cantidad=request.cantidad, stock=product.stock + request.cantidad
        )
        return Outcome(event=event, writes=[self.products.set_stock(product, event.stock, moment=situation.moment)])


build = partial(http_command, RestockProduct)
lambda_handler = entry_point(build)
''',
    ),
    Edit(
        path="packages/contracts/saai_contracts/routes.py",
        before="from saai_events.sales.register_sale import RegisterSale\n",
        text="from saai_events.reponer_stock import RestockProduct\n",
    ),
    Edit(
        path="packages/contracts/saai_contracts/routes.py",
        before='    "POST /predicciones": Route(\n',
        text='    "POST /reposiciones": command_route(RestockProduct),\n',
    ),
    Edit(
        path="infra/saai_infra/catalog.py",
        before='    FunctionSpec(\n        name="ConsultarTienda",\n',
        text="""    _command(
        "ReponerStock",
        "POST /reposiciones",
        changes=lambda saai: (saai.tables["productos"].grant("BatchGetItem", "UpdateItem"),),
    ),
""",
    ),
    Edit(
        path="packages/contracts/saai_contracts/recorder.py",
        before='    Asked(route="POST /predicciones", what="forecast"',
        text="""    Asked(
        route="POST /reposiciones",
        what="restocked",
        rol=Rol.ADMIN,
        body={"codigo_producto": _INCA_KOLA, "cantidad": 3},
    ),
""",
    ),
    Edit(
        path="docs/domain.md",
        before="| `ConsultarTienda` | the `GET` routes |\n",
        text="| `ReponerStock` | `POST /reposiciones` |\n",
    ),
    Edit(
        path="docs/architecture.md",
        before="## Folders\n",
        text="## The way of a restock\n\n`saai_events.reponer_stock` is a command as a sale is one.\n\n",
    ),
    Edit(
        path="docs/operations.md",
        before="| `eventos-fallidos-mensajes` |",
        text="| `ReponerStock-solicitudes-fallidas` | a restock was answered 500 | its log names the row |\n"
        "| `ReponerStock-avisos-fallidos` | its event waits for the sweep | Lambda's state |\n",
    ),
    Edit(
        path="tests/saai_events/test_reponer_stock.py",
        text='''"""ReponerStock: a product has more, once, and the owner is told."""

import json

from saai_domain.codes import TenantId
from saai_domain.testing.tokens import token
from saai_support.payloads import http_request
from saai_support.store import Store


def test_a_restock_is_made_once_and_told() -> None:
    """However often it is sent."""
    store = Store.opened()
    body = {"codigo_producto": "T001P001", "cantidad": 3}
    request = http_request("POST /reposiciones", token=token(rol="ADMIN"), body=body, idempotency_key="r-1")
    answers = [json.loads(store.functions.call("ReponerStock", request)["body"])["data"] for _ in range(2)]
    assert answers == [{**body, "stock": 903}] * 2
    (event,) = store.aws.dynamodb.rows("eventos")
    assert (event["tenant_id"]["S"], event["data"]["M"]["event_type"]["S"]) == (TenantId("T001"), "stock_repuesto")
''',
    ),
    Edit(
        path="tests/infra/test_rights.py",
        before="def talk(stage: Stage) -> None:\n",
        text='''def restock(stage: Stage) -> None:
    """Twice, in a store whose channel has no counter yet."""
    owner = token(rol="ADMIN", tenant_id="T004", codigo_usuario="T004U001")
    stage.put("productos", "T004P001", tenant="T004", codigo_producto="T004P001", nombre="Sal", precio=2, stock=5)
    for key in ("uno", "dos"):
        came = {"codigo_producto": "T004P001", "cantidad": 1}
        request = http_request("POST /reposiciones", token=owner, body=came, idempotency_key=key)
        assert stage.call("ReponerStock", request)["statusCode"] == HTTPStatus.CREATED


''',
    ),
    Edit(
        path="tests/infra/test_rights.py",
        before="    return stage.asked\n",
        text="        restock(stage)\n",
    ),
    Edit(
        path="tests/benchmarks/cost/test_month.py",
        before='"CerrarPantallas": "somebody is made inactive',
        text='"ReponerStock": "a store restocks now and then", ',
    ),
    Edit(
        path="tests/aws_rules/store_day.py",
        before='        yield Call("RegistrarVenta", "http", self.http("POST /ventas", rol=None',
        text="""        came = {"codigo_producto": f"{self.tenant_id}P001", "cantidad": 2}
        yield Call("ReponerStock", "http", self.http("POST /reposiciones", rol=Rol.ADMIN, body=came))
""",
    ),
)
