"""The demo's plot."""

from collections import Counter

from local_aws.catalogue import catalogue
from local_aws.demo.scenario import plan
from saai_domain.roles import Rol

SCENARIO = plan(catalogue())


def test_each_store_is_watched_by_its_owner_and_two_cashiers() -> None:
    """Six screens in all."""
    seen = Counter((screen.tienda, screen.rol) for screen in SCENARIO.screens)

    assert seen == {
        ("T001", Rol.ADMIN): 1,
        ("T001", Rol.TRABAJADOR): 2,
        ("T002", Rol.ADMIN): 1,
        ("T002", Rol.TRABAJADOR): 2,
    }


def test_every_cashier_of_both_stores_sells_in_every_later_wave() -> None:
    """So sales of a store contend, and stores sell side by side."""
    cashiers = {screen for screen in SCENARIO.screens if screen.rol is Rol.TRABAJADOR}

    for wave in SCENARIO.waves[1:]:
        assert {order.cashier for order in wave} == cashiers


def test_exactly_one_order_asks_for_more_than_there_is() -> None:
    """And it would be in stock but for one product."""
    (short,) = (order for order in SCENARIO.orders if not order.in_stock)

    assert [line.cantidad > line.producto.stock for line in short.lines] == [True, False]


def test_the_other_orders_can_all_be_fulfilled_together() -> None:
    """No product runs out, in whatever order they come."""
    asked = Counter[str]()
    stock: dict[str, int] = {}
    for order in SCENARIO.orders:
        for line in order.lines if order.in_stock else ():
            asked[line.producto.codigo_producto] += line.cantidad
            stock[line.producto.codigo_producto] = line.producto.stock

    assert all(asked[code] <= stock[code] for code in asked)


def test_products_belong_to_the_cashiers_own_store() -> None:
    """A cashier sells what stands on the store's shelves."""
    for order in SCENARIO.orders:
        for line in order.lines:
            assert line.producto.codigo_producto.startswith(order.cashier.tienda)


def test_orders_are_numbered_one_after_the_other() -> None:
    """The number tells orders of the same content apart."""
    assert [order.number for order in SCENARIO.orders] == list(range(1, len(SCENARIO.orders) + 1))


def test_a_label_is_the_first_name_and_the_job() -> None:
    """Short enough for a line."""
    labels = [screen.label for screen in SCENARIO.screens[:2]]

    assert labels == ["Rosa (owner)", "Luz (cashier)"]
