"""What a row of ``ventas`` says to the summaries, whoever wrote it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from saai_events.summaries.sold import SoldLine, SoldSale, UnreadableSale, read_sale

LINE = {"codigo_producto": "T001P001", "nombre_producto": "Inca Kola", "cantidad": Decimal(2)}
GOOD = {
    "fecha": "2025-12-31",
    "estado": "COMPLETADA",
    "total": Decimal("7.5"),
    "codigo_usuario": "T001U001",
    "productos": [LINE],
}


def test_a_sale_is_read() -> None:
    """Number, day, soles, user and units; what else the row has doesn't matter."""
    assert read_sale("T001V1015", GOOD | {"metodo_pago": 7}) == SoldSale(
        numero=1015,
        fecha=date(2025, 12, 31),
        completada=True,
        total=Decimal("7.50"),
        codigo_usuario="T001U001",
        lines=(SoldLine(codigo="T001P001", nombre="Inca Kola", unidades=2),),
    )


def test_an_annulled_sale_needs_its_day_only() -> None:
    """It counts for nothing but the numbers of its day."""
    sale = read_sale("T001V001", {"estado": "ANULADA", "fecha": "2025-12-31"})
    assert (sale.completada, sale.total, sale.lines) == (False, 0, ())


@pytest.mark.parametrize(
    ("changed", "read"),
    [
        ({"fecha": "2025-12-31T23:30:00-05:00"}, ("fecha", date(2025, 12, 31))),
        ({"fecha": "2026-01-01T04:30:00+00:00"}, ("fecha", date(2025, 12, 31))),
        ({"total": "7.5"}, ("total", Decimal("7.50"))),
        ({"total": 0}, ("total", Decimal("0.00"))),
    ],
)
def test_what_says_the_same_otherwise_is_taken(changed: dict[str, Any], read: tuple[str, object]) -> None:
    """A timestamp says a Lima date, a text a number."""
    name, value = read
    assert getattr(read_sale("T001V001", GOOD | changed), name) == value


def test_a_line_without_a_name_is_called_by_its_code() -> None:
    """The name is for people; the units count all the same."""
    (line,) = read_sale("T001V001", GOOD | {"productos": [LINE | {"nombre_producto": None}]}).lines
    assert line.nombre == "T001P001"


@pytest.mark.parametrize(
    "data",
    [
        None,
        "COMPLETADA",
        GOOD | {"estado": None},
        GOOD | {"estado": "PENDIENTE"},
        GOOD | {"estado": ["COMPLETADA"]},
        GOOD | {"fecha": "0001-01-01T00:00:00+05:00"},
        GOOD | {"fecha": None},
        GOOD | {"fecha": "31/12/2025"},
        GOOD | {"fecha": "2025-02-30"},
        GOOD | {"fecha": "2025-12-31T12:00:00"},
        GOOD | {"fecha": Decimal(20251231)},
        GOOD | {"total": None},
        GOOD | {"total": "mucho"},
        GOOD | {"total": True},
        GOOD | {"total": Decimal("1e20")},
        GOOD | {"codigo_usuario": None},
        GOOD | {"productos": None},
        GOOD | {"productos": {"cantidad": 1}},
        GOOD | {"productos": ["T001P001"]},
        GOOD | {"productos": [LINE | {"codigo_producto": None}]},
        GOOD | {"productos": [LINE | {"cantidad": None}]},
        GOOD | {"productos": [LINE | {"cantidad": True}]},
        GOOD | {"productos": [LINE | {"cantidad": "dos"}]},
        GOOD | {"productos": [LINE | {"cantidad": Decimal("1.5")}]},
        GOOD | {"productos": [LINE | {"cantidad": Decimal(-1)}]},
        GOOD | {"productos": [LINE | {"cantidad": Decimal("1e12")}]},
    ],
    ids=str,
)
def test_what_breaks_the_contract_is_refused_by_name(data: object) -> None:
    """The error names the sale, for whoever looks for it."""
    with pytest.raises(UnreadableSale, match="sale T001V001: "):
        read_sale("T001V001", data)
