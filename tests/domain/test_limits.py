"""The documents state the bounds that the code checks."""

from pathlib import Path

from saai_domain.http_contracts import VentaNueva
from saai_domain.limits import MAX_PRODUCTS

ROOT = Path(__file__).parents[2]


def test_the_most_products_of_a_sale_stand_where_it_is_described() -> None:
    """No schema can say it: lines of the same product are merged."""
    assert f"at most {MAX_PRODUCTS} products" in (VentaNueva.__doc__ or "")
    document = " ".join((ROOT / "docs" / "domain.md").read_text(encoding="utf-8").split())
    assert f"at most {MAX_PRODUCTS} distinct products" in document
