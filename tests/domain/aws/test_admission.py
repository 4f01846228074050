"""Who is let in, by the rows of a store and of its user."""

from typing import Any

import pytest
from saai_domain.aws.admission import Admission, refusal_reason
from saai_domain.aws.dynamodb import Key
from saai_domain.codes import TenantId, UserCode


def row(estado: object) -> dict[str, Any]:
    return {"data": {"estado": estado}}


def test_missing_rows_refuse_nobody() -> None:
    """Other services write them, maybe a moment later."""
    assert refusal_reason(None, None) is None


def test_an_active_user_of_an_active_store_is_welcome() -> None:
    """The states' names differ: a store is ACTIVA, a user ACTIVO."""
    assert refusal_reason(row("ACTIVA"), row("ACTIVO")) is None


@pytest.mark.parametrize("store", [row("SUSPENDIDA"), row("ELIMINADA"), row("ACTIVO"), row(None), {"data": {}}, {}])
def test_a_store_whose_row_does_not_say_active_is_refused(store: dict[str, Any]) -> None:
    """Whatever else it says, or doesn't."""
    assert str(refusal_reason(store, row("ACTIVO"))).startswith("store")


@pytest.mark.parametrize("user", [row("INACTIVO"), row("ACTIVA"), {"data": "x"}])
def test_a_user_whose_row_does_not_say_active_is_refused(user: dict[str, Any]) -> None:
    """Also where the store is active, or unknown."""
    assert str(refusal_reason(row("ACTIVA"), user)).startswith("user")
    assert refusal_reason(None, user)


def test_a_users_row_stands_under_the_users_own_tenant() -> None:
    """An operator of the platform who visits a store is no user of the store."""
    admission = Admission(tiendas_table="tiendas", usuarios_table="usuarios")
    store, operator = admission.keys(TenantId("T001"), UserCode("SAAIU001"))
    assert (store, operator) == (Key("tiendas", "SAAI", "T001"), Key("usuarios", "SAAI", "SAAIU001"))
    rows = {operator: row("INACTIVO")}
    assert admission.refusal(rows, TenantId("T001"), UserCode("SAAIU001")) == "user is INACTIVO"
    assert admission.refusal(rows, TenantId("T001"), UserCode("T001U001")) is None
