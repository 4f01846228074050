"""A service of another repository, deployed beside the stage: what its users do reaches the store's screens."""

from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from local_aws.running import RunningStack, deploy_beside
from saai_domain.roles import Rol

from tests.e2e.store import Store, eventually, frame, is_silent

PROGRAM = Path(__file__).parents[2] / "examples" / "gastos" / "infra" / "__main__.py"


@pytest.fixture(scope="module")
def url(running_local_stack: RunningStack) -> str:
    """Its route on the stage's HTTP API."""
    found: str = deploy_beside(running_local_stack, PROGRAM, project="gastos").exports["url"]
    return found


def register(url: str, token: str) -> httpx.Response:
    """Register an expense."""
    headers = {"authorization": f"Bearer {token}", "idempotency-key": "gasto-1"}
    return httpx.post(
        url, json={"monto": 35.5, "motivo": "Recibo de luz"}, headers=headers, timeout=60, trust_env=False
    )


def test_the_owner_hears_of_an_expense_and_the_cashier_does_not(store: Store, url: str) -> None:
    """It runs on the layer, with no right but those of its own role."""
    with store.screen() as cashier, store.screen(store.token(Rol.ADMIN)) as owner:
        answer = register(url, store.token(Rol.ADMIN))
        assert answer.status_code == 201, answer.text
        seen = frame(owner)
        assert is_silent(cashier)
    told = answer.json()["data"]
    assert told["codigo_gasto"] == f"{store.tenant_id}G001"
    assert (seen["event_type"], seen["canal"], seen["seq"]) == ("gasto_registrado", "administracion", 1)
    assert seen["data"] == {**told, "monto": Decimal("35.50"), "motivo": "Recibo de luz"}
    assert eventually(lambda: "pendiente" not in store.rows("eventos")[0])


def test_a_cashiers_expense_is_refused(store: Store, url: str) -> None:
    """The service verifies the token by itself."""
    assert register(url, store.token()).status_code == 403
    assert store.rows("gastos") == []
