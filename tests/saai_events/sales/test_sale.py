"""What a sale does to a store."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from saai_domain.codes import ProductCode, SaleCode, UserCode
from saai_events.products.product import Product
from saai_events.sales.errors import InsufficientStock, UnknownProducts
from saai_events.sales.sale import Sale, decide_lines, sale_data, sale_event

from tests.saai_events.selling_store import NOON, TENANT, request

SELLER = UserCode("T001U007")


def _product(code: str, precio: str, stock: int) -> Product:
    return Product(codigo=ProductCode(TENANT + code), nombre=code, precio=Decimal(precio), stock=stock, row={})


def _sale(*products: Product, **units: int) -> Sale:
    return Sale(
        codigo_venta=SaleCode("T001V015"),
        tenant_id=TENANT,
        codigo_usuario=SELLER,
        metodo_pago="YAPE",
        moment=NOON,
        lines=decide_lines(request(**units), {product.codigo: product for product in products}),
    )


def test_the_stored_sale_has_the_contracts_keys_and_no_tax() -> None:
    """2 x 3.50 + 3 x 0.33 = 7.99."""
    sale = _sale(_product("P001", "3.50", 40), _product("P002", "0.33", 3), P001=2, P002=3)
    assert sale_data(sale) == {
        "codigo_venta": "T001V015",
        "productos": [
            {
                "codigo_producto": "T001P001",
                "nombre_producto": "P001",
                "precio_unitario": Decimal("3.50"),
                "cantidad": 2,
                "subtotal_item": Decimal("7.00"),
            },
            {
                "codigo_producto": "T001P002",
                "nombre_producto": "P002",
                "precio_unitario": Decimal("0.33"),
                "cantidad": 3,
                "subtotal_item": Decimal("0.99"),
            },
        ],
        "total": Decimal("7.99"),
        "metodo_pago": "YAPE",
        "fecha": "2025-12-31",
        "codigo_usuario": "T001U007",
    }


def test_screens_learn_what_is_left() -> None:
    """The stock in the event is the one after the sale."""
    event = sale_event(_sale(_product("P001", "3.50", 40), P001=40))
    assert event.productos_vendidos[0].stock == 0
    assert (event.items_count, event.total, event.trabajador) == (1, Decimal("140.00"), "T001U007")
    assert (event.metodo_pago, event.fecha) == ("YAPE", "2025-12-31")


def test_the_notice_is_an_info_of_its_type() -> None:
    """docs/domain.md: ``ventaRegistrada``."""
    (notice,) = sale_event(_sale(_product("P001", "3.50", 40), P001=1)).notices
    assert (notice.tipo, notice.severidad) == ("ventaRegistrada", "INFO")


def test_a_shortage_names_every_short_product_with_what_is_available() -> None:
    """A stock that others drove below zero counts as none."""
    products = (_product("P001", "1.00", 2), _product("P002", "1.00", 9), _product("P003", "1.00", -4))
    with pytest.raises(InsufficientStock) as refused:
        _sale(*products, P001=3, P002=9, P003=1)
    assert refused.value.details == [
        {"codigo_producto": "T001P001", "nombre": "P001", "solicitado": 3, "disponible": 2},
        {"codigo_producto": "T001P003", "nombre": "P003", "solicitado": 1, "disponible": 0},
    ]


def test_unknown_products_are_named_before_shortages() -> None:
    """There is no stock of what doesn't exist."""
    with pytest.raises(UnknownProducts) as refused:
        _sale(_product("P001", "1.00", 0), P001=1, P009=1)
    assert refused.value.codes == ["T001P009"]


@given(
    st.lists(st.tuples(st.decimals("0.01", "999.99", places=2), st.integers(1, 1000), st.integers(0, 1000)), min_size=1)
)
def test_totals_add_up_and_stock_is_conserved(shelf: list[tuple[Decimal, int, int]]) -> None:
    """For any prices and units: total = sum of subtotals, what is left = what was there - what was sold."""
    products = [_product(f"P{n:03d}", str(precio), units + rest) for n, (precio, units, rest) in enumerate(shelf, 1)]
    sale = _sale(*products, **{f"P{n:03d}": units for n, (_, units, _rest) in enumerate(shelf, 1)})
    assert sale.total == sum(precio * units for precio, units, _ in shelf)
    assert [line.stock_left for line in sale.lines] == [rest for _, _, rest in shelf]
