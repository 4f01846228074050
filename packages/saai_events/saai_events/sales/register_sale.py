"""Making a sale: the command of RegistrarVenta (docs/architecture.md, "The way of a sale")."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from saai_domain.auth import Claims
from saai_domain.aws.commands import CodeSeries, Command, Outcome, Situation
from saai_domain.aws.dynamodb import Key, update
from saai_domain.codes import Kind, SaleCode
from saai_domain.component import component
from saai_domain.events import EventData, VentaRegistrada
from saai_domain.money import soles
from saai_domain.rows import Estado
from saai_domain.time import iso_timestamp

from saai_events.products.storage import Products
from saai_events.sales.sale import Line, Sale, decide_lines, sale_data, sale_event
from saai_events.sales.sale_request import SaleRequest

if TYPE_CHECKING:
    from saai_domain.aws.clients import DynamoDBClient


@component
class RegisterSale(Command[SaleRequest]):
    """A sale: its row, the stock that it leaves, and what the store's screens are told.

    A decision raises UnknownProducts, InsufficientStock or UnreadableProduct where the store can't sell what is asked.
    """

    origin: ClassVar[str] = "RegistrarVenta"
    key_prefix: ClassVar[str] = "venta"
    event: ClassVar[type[EventData]] = VentaRegistrada

    series: CodeSeries
    products: Products

    @classmethod
    def over(cls, client: "DynamoDBClient", *, ventas_table: str, productos_table: str) -> "RegisterSale":
        """Return the command over these tables."""
        return cls(
            series=CodeSeries(table=ventas_table, kind=Kind.SALE),
            products=Products(client=client, table=productos_table),
        )

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
            writes=[self._lower_stock(sale, line) for line in sale.lines],
        )

    def meaning(self, request: SaleRequest) -> object:
        """Return lines and payment: lines merged and sorted, so that their order doesn't matter."""
        return [sorted(request.units.items()), request.metodo_pago]

    def restore(self, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the answer with the céntimos of its total."""
        return {**answer, "total": soles(answer["total"])}

    def _lower_stock(self, sale: Sale, line: Line) -> Any:  # noqa: ANN401 - boto3's own nested type
        """Lower a product's stock, on condition that the sale's price, stock and state still hold."""
        row = line.product.row
        return update(
            Key(self.products.table, sale.tenant_id, line.product.codigo),
            expression="SET #data.#stock = :left, #data.updated_at = :now",
            condition="#data.#stock = :stock AND #data.precio = :precio AND #data.estado = :estado",
            names={"#data": "data", "#stock": "stock"},
            values={
                ":left": line.stock_left,
                ":now": iso_timestamp(sale.moment),
                ":stock": row["stock"],
                ":precio": row["precio"],
                ":estado": row["estado"],
            },
        )
