"""Making a sale: the command of RegistrarVenta (docs/architecture.md, "The way of a sale")."""

from collections.abc import Iterable, Mapping
from typing import Any

from saai_domain.auth import Claims
from saai_domain.aws.commands import CodeSeries, Outcome, Situation
from saai_domain.aws.dynamodb import Key
from saai_domain.codes import Kind, SaleCode
from saai_domain.component import component
from saai_domain.events import VentaRegistrada
from saai_domain.handlers.commands import HttpCommand
from saai_domain.money import soles
from saai_domain.roles import Rol
from saai_domain.rows import Estado
from saai_domain.settings import setting

from saai_events.products.storage import ProductRows
from saai_events.sales.sale import Sale, decide_lines, sale_data, sale_event
from saai_events.sales.sale_request import SaleRequest, read_sale_request


@component
class RegisterSale(HttpCommand[SaleRequest]):
    """Register a sale.

    It is a row, the stock that it leaves, and what the store's screens are told. A decision raises UnknownProducts,
    InsufficientStock or UnreadableProduct where the store can't sell what is asked.
    """

    origin = "RegistrarVenta"
    key_prefix = "venta"
    event = VentaRegistrada
    roles = frozenset({Rol.TRABAJADOR, Rol.ADMIN})
    message = "Venta registrada."
    logged = ("codigo_venta",)

    series: CodeSeries = setting("VENTAS_TABLE", read=lambda table: CodeSeries(table=table, kind=Kind.SALE))
    products: ProductRows = setting("PRODUCTOS_TABLE", read=ProductRows.of)

    def read(self, body: Mapping[str, Any]) -> SaleRequest:
        """Check a body and merge lines of the same product."""
        return read_sale_request(body)

    def reads(self, request: SaleRequest, claims: Claims) -> Iterable[Key]:
        """Return the keys of the products."""
        return self.products.keys(claims.tenant_id, request.units).values()

    def decide(self, request: SaleRequest, situation: Situation) -> Outcome:
        """Decide prices, total and what is left of each stock."""
        tenant = situation.claims.tenant_id
        keys = self.products.keys(tenant, request.units)
        sale = Sale(
            codigo_venta=SaleCode(situation.code),
            tenant_id=tenant,
            codigo_usuario=situation.claims.codigo_usuario,
            metodo_pago=request.metodo_pago,
            moment=situation.moment,
            lines=decide_lines(request, self.products.among(situation.rows, keys)),
        )
        return Outcome(
            answer=sale.answer,
            event=sale_event(sale),
            data=sale_data(sale),
            estado=Estado.COMPLETADA,
            writes=[self.products.set_stock(line.product, line.stock_left, moment=sale.moment) for line in sale.lines],
        )

    def meaning(self, request: SaleRequest) -> object:
        """Return lines and payment: lines merged and sorted, so that their order doesn't matter."""
        return [sorted(request.units.items()), request.metodo_pago]

    def restore(self, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the answer with the céntimos of its total."""
        return {**answer, "total": soles(answer["total"])}
