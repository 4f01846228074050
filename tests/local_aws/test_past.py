"""The sales that a store may have made."""

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import mean

import attrs
import pytest
from local_aws.catalogue import catalogue
from local_aws.past import PastSale, past_sales
from saai_domain.time import LIMA, lima_date

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=LIMA)
DAYS = 90
TIENDA = catalogue()[0]


@pytest.fixture(scope="module")
def past() -> list[PastSale]:
    return past_sales(TIENDA, days=DAYS, now=NOW)


def test_every_day_has_sales_and_the_future_has_none(past: list[PastSale]) -> None:
    """The oldest come first; today's end now."""
    moments = [sale.moment for sale in past]
    assert moments == sorted(moments)
    assert moments[-1] < NOW
    assert {lima_date(moment) for moment in moments} == {lima_date(NOW) - timedelta(days=back) for back in range(91)}


def test_the_same_store_has_the_same_past(past: list[PastSale]) -> None:
    """And another one another."""
    assert past_sales(TIENDA, days=DAYS, now=NOW) == past
    other = attrs.evolve(TIENDA, codigo_tienda="T009")
    assert past_sales(other, days=DAYS, now=NOW) != past


def test_it_is_a_bodegas_past(past: list[PastSale]) -> None:
    """Some tens of sales a day, weekends stronger, a few annulled, money of a corner shop."""
    by_day = Counter(lima_date(sale.moment) for sale in past if lima_date(sale.moment) < lima_date(NOW))
    assert 15 < mean(by_day.values()) < 45
    weekend = mean(count for day, count in by_day.items() if day.weekday() in {4, 5, 6})
    assert weekend > mean(count for day, count in by_day.items() if day.weekday() in {0, 1, 2, 3})
    assert 0 < sum(sale.anulada for sale in past) < len(past) * 0.03
    income = sum(line.producto.precio * line.cantidad for sale in past for line in sale.lines)
    assert Decimal(100) < income / DAYS < Decimal(900)


def test_each_line_is_of_another_product_and_sold_by_a_cashier(past: list[PastSale]) -> None:
    """As the contract of a sale has it."""
    cashiers = {"T001U002", "T001U003"}
    for sale in past:
        codes = [line.producto.codigo_producto for line in sale.lines]
        assert len(set(codes)) == len(codes) > 0
        assert all(line.cantidad > 0 for line in sale.lines)
        assert sale.codigo_usuario in cashiers
    assert {sale.codigo_usuario for sale in past} == cashiers


def test_products_differ_as_they_do_in_a_shop(past: list[PastSale]) -> None:
    """A few make most of the units, every one sells, one is launched late, one is missing for a while."""
    units: Counter[str] = Counter()
    days: dict[str, set[int]] = {}
    for sale in past:
        for line in sale.lines:
            units[line.producto.codigo_producto] += line.cantidad
            back = (lima_date(NOW) - lima_date(sale.moment)).days
            days.setdefault(line.producto.codigo_producto, set()).add(back)
    assert len(units) == len(TIENDA.productos)
    best = sum(count for _, count in units.most_common(6))
    assert best > sum(units.values()) * 0.35
    assert any(max(backs) < 35 for backs in days.values())
    assert any(len(backs) > 30 and not backs & set(range(20, 30)) for backs in days.values())
