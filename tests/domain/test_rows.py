"""The envelope that every row has."""

import pytest
from saai_domain.rows import Estado, make_row

MOMENT = "2025-12-31T15:30:00-05:00"


def test_a_new_row_is_active_and_was_written_when_it_was_made() -> None:
    """docs/domain.md, "Table model"."""
    assert make_row("T001", "T001P001", {"nombre": "Arroz"}, moment=MOMENT) == {
        "tenant_id": "T001",
        "entity_id": "T001P001",
        "data": {"nombre": "Arroz", "estado": "ACTIVO", "created_at": MOMENT, "updated_at": MOMENT},
    }


def test_a_row_that_is_written_again_keeps_when_it_was_first() -> None:
    """Only the update moves on."""
    data = make_row("T001", "semana", {}, moment=MOMENT, created_at="2025-01-01T00:00:00-05:00")["data"]
    assert (data["created_at"], data["updated_at"]) == ("2025-01-01T00:00:00-05:00", MOMENT)


def test_what_dynamodb_must_see_stands_at_the_top() -> None:
    """It ignores a TTL that is nested."""
    row = make_row("T001", "x", {}, moment=MOMENT, top_level={"ttl": 7, "pendiente": 3})
    assert (row["ttl"], row["pendiente"], row["data"].keys()) == (7, 3, {"estado", "created_at", "updated_at"})


@pytest.mark.parametrize("estado", list(Estado))
def test_the_envelope_is_its_own(estado: Estado) -> None:
    """An entity can't say otherwise."""
    data = make_row("T001", "x", {"estado": "?", "updated_at": "?"}, moment=MOMENT, estado=estado)["data"]
    assert (data["estado"], data["updated_at"]) == (estado.value, MOMENT)
