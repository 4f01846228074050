"""What a sale does to a store: a pure decision over what was read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from saai_domain.codes import ProductCode, SaleCode, TenantId, UserCode
from saai_domain.events import ProductoVendido, VentaRegistrada
from saai_domain.money import ZERO, soles
from saai_domain.time import lima_date
from saai_domain.value_object import value_object

from saai_events.products.product import Product
from saai_events.sales.errors import InsufficientStock, Shortage, UnknownProducts
from saai_events.sales.sale_request import SaleRequest


@value_object
class Line:
    """One product of a sale, and the stock that it leaves."""

    product: Product
    cantidad: int

    @property
    def subtotal(self) -> Decimal:
        return soles(self.product.precio * self.cantidad)

    @property
    def stock_left(self) -> int:
        return self.product.stock - self.cantidad


@value_object
class Sale:
    """A sale that can be made."""

    codigo_venta: SaleCode
    tenant_id: TenantId
    codigo_usuario: UserCode
    metodo_pago: str
    moment: datetime
    lines: Sequence[Line]

    @property
    def total(self) -> Decimal:
        """Soles; no tax is added."""
        return sum((line.subtotal for line in self.lines), ZERO)

    @property
    def fecha(self) -> str:
        """The Lima date."""
        return lima_date(self.moment).isoformat()

    @property
    def answer(self) -> dict[str, Any]:
        """The answer to the cashier (docs/domain.md, "RegistrarVenta")."""
        return {"codigo_venta": self.codigo_venta, "total": self.total, "fecha": self.fecha}


def decide_lines(request: SaleRequest, products: Mapping[ProductCode, Product]) -> tuple[Line, ...]:
    """Match what is asked for with the store's products.

    Raises:
        UnknownProducts: Names those that the store doesn't sell.
        InsufficientStock: Names those that are short, with what is available.
    """
    unknown = [code for code in request.units if code not in products]
    if unknown:
        raise UnknownProducts(unknown)
    lines = tuple(Line(product=products[code], cantidad=units) for code, units in request.units.items())
    shortages = [
        Shortage(
            codigo_producto=line.product.codigo,
            nombre=line.product.nombre,
            solicitado=line.cantidad,
            disponible=max(line.product.stock, 0),
        )
        for line in lines
        if line.stock_left < 0
    ]
    if shortages:
        raise InsufficientStock(shortages)
    return lines


def sale_data(sale: Sale) -> dict[str, Any]:
    """Return the ``data`` of the sale's row of ``ventas``."""
    return {
        "codigo_venta": sale.codigo_venta,
        "productos": [
            {
                "codigo_producto": line.product.codigo,
                "nombre_producto": line.product.nombre,
                "precio_unitario": line.product.precio,
                "cantidad": line.cantidad,
                "subtotal_item": line.subtotal,
            }
            for line in sale.lines
        ],
        "total": sale.total,
        "metodo_pago": sale.metodo_pago,
        "fecha": sale.fecha,
        "codigo_usuario": sale.codigo_usuario,
    }


def sale_event(sale: Sale) -> VentaRegistrada:
    """Return the event for the store's screens."""
    return VentaRegistrada(
        codigo_venta=sale.codigo_venta,
        items_count=len(sale.lines),
        total=sale.total,
        metodo_pago=sale.metodo_pago,
        trabajador=sale.codigo_usuario,
        fecha=sale.fecha,
        productos_vendidos=tuple(
            ProductoVendido(
                codigo=line.product.codigo,
                nombre=line.product.nombre,
                cantidad=line.cantidad,
                subtotal=line.subtotal,
                stock=line.stock_left,
            )
            for line in sale.lines
        ),
    )
