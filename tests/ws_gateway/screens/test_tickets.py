"""One-use tickets, over DynamoDB in memory."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from saai_domain.auth import Claims
from saai_domain.codes import TenantId, UserCode
from saai_domain.errors import InvalidTicket
from saai_domain.roles import Rol
from saai_domain.testing.aws import InMemoryAws
from ws_gateway.screens.tickets import Tickets

from tests.ws_gateway.connected import NOON, NOW
from tests.ws_gateway.functions import rows

CLAIMS = Claims(tenant_id=TenantId("T001"), codigo_usuario=UserCode("T001U001"), rol=Rol.ADMIN, exp=NOW + 3600)


def tickets_at(dynamodb: Any, seconds: float = 0) -> Tickets:
    """The tickets as they are seen so long after noon."""
    return Tickets(client=dynamodb, table="ws-tickets", clock=lambda: NOON + timedelta(seconds=seconds))


def test_a_ticket_stands_for_its_tokens_claims(dynamodb: Any) -> None:
    """And names its store, under which it is kept."""
    ticket = tickets_at(dynamodb).issue(CLAIMS)
    assert ticket.startswith("T001.")
    assert tickets_at(dynamodb, 59).redeem(ticket) == CLAIMS


def test_a_ticket_is_good_once(dynamodb: Any) -> None:
    """Whoever reads it in a log comes too late."""
    ticket = tickets_at(dynamodb).issue(CLAIMS)
    tickets_at(dynamodb).redeem(ticket)
    with pytest.raises(InvalidTicket):
        tickets_at(dynamodb).redeem(ticket)


def test_of_many_that_try_at_once_one_succeeds(dynamodb: Any) -> None:
    """The deletion decides."""
    ticket = tickets_at(dynamodb).issue(CLAIMS)

    def try_it(_: int) -> bool:
        try:
            tickets_at(dynamodb).redeem(ticket)
        except InvalidTicket:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_it, range(16))) == 1


def test_a_ticket_ends_after_60_seconds_though_its_row_is_there(dynamodb: Any) -> None:
    """TTL deletes within days."""
    ticket = tickets_at(dynamodb).issue(CLAIMS)
    with pytest.raises(InvalidTicket):
        tickets_at(dynamodb, 60).redeem(ticket)
    assert [row["ttl"] for row in rows(dynamodb, "ws-tickets")] == [NOW + 60]


def test_a_ticket_ends_with_its_token(dynamodb: Any) -> None:
    """It gives no right that the token has lost."""
    ticket = tickets_at(dynamodb).issue(msgspec.structs.replace(CLAIMS, exp=NOW + 10))
    with pytest.raises(InvalidTicket):
        tickets_at(dynamodb, 10).redeem(ticket)


def test_the_table_does_not_hold_the_ticket_itself(dynamodb: Any) -> None:
    """Reading the table lets nobody connect."""
    secret = tickets_at(dynamodb).issue(CLAIMS).partition(".")[2]
    assert secret not in str(rows(dynamodb, "ws-tickets"))


def test_a_ticket_of_one_store_is_none_of_another(dynamodb: Any) -> None:
    """Its random part alone opens nothing."""
    secret = tickets_at(dynamodb).issue(CLAIMS).partition(".")[2]
    with pytest.raises(InvalidTicket):
        tickets_at(dynamodb).redeem(f"T002.{secret}")


@given(ticket=st.text())
def test_any_other_text_is_refused(ticket: str) -> None:
    """Anybody can send one."""
    with pytest.raises(InvalidTicket):
        tickets_at(InMemoryAws().clients.dynamodb).redeem(ticket)


def test_a_failure_of_the_database_is_no_refusal(aws: InMemoryAws) -> None:
    """It propagates: the ticket may be good."""
    broken = ClientError({"Error": {"Code": "InternalServerError", "Message": ""}}, "DeleteItem")
    with aws.failing("dynamodb", broken), pytest.raises(ClientError):
        Tickets(client=aws.clients.dynamodb, table="ws-tickets").redeem("T001.x")
