"""A stage that was restored to a point in time: what its screens are told (docs/operations.md)."""

import json
from datetime import timedelta
from typing import Any, Final

import pytest
import time_machine
from operations.new_log import begin_log, stores_of
from saai_domain.aws.channels import FIRST_LOG
from saai_domain.aws.dynamodb import key_of
from saai_domain.codes import TenantId
from saai_domain.testing.tokens import token
from saai_support.functions import Functions
from saai_support.payloads import CONNECTION_ID, http_request, payload

from tests.saai_events.selling_store import NOON, TENANT, SellingStore, request
from tests.ws_gateway.functions import put

RESTORED: Final = ("ventas", "productos", "counters", "eventos", "idempotencia")
"""What one transaction writes is restored to one moment."""


@pytest.fixture
def functions() -> Functions:
    return Functions()


@pytest.fixture
def shop(functions: Functions) -> SellingStore:
    """A store with a shelf, in the functions' account."""
    shop = SellingStore(functions.aws.client("dynamodb"))
    shop.has("P001", stock=1_000)
    return shop


def sell(shop: SellingStore, *, until: int) -> None:
    """Sell until the channel stands at a number."""
    while len(shop.rows("ventas")) < until:
        shop.sell(request(P001=1))


def restored_to_90(shop: SellingStore) -> None:
    """A screen has 100 events; then the tables come back as they were after 90, and 15 other sales are made."""
    sell(shop, until=90)
    backup = {table: shop.client.scan(TableName=table)["Items"] for table in RESTORED}
    sell(shop, until=100)
    for table, rows in backup.items():
        for row in shop.client.scan(TableName=table)["Items"]:
            shop.client.delete_item(TableName=table, Key={name: row[name] for name in ("tenant_id", "entity_id")})
        for row in rows:
            shop.client.put_item(TableName=table, Item=row)
    sell(shop, until=105)


def resume(functions: Functions, cursor: int, **message: Any) -> Any:
    """What a screen that has the events up to a number is answered, and which it was sent."""
    socket = functions.aws.connections.open(CONNECTION_ID)
    body = json.dumps({"action": "resume", "cursor": {"tienda": cursor}, **message})
    answer = json.loads(functions.call("OnMessage", payload("websocket_message", body=body))["body"])
    sent = [event["seq"] for frame in socket.frames for event in json.loads(frame)["events"]]
    return answer, sent


@time_machine.travel(NOON + timedelta(minutes=5), tick=False)
def test_a_screen_that_saw_what_was_undone_loads_everything_anew(functions: Functions, shop: SellingStore) -> None:
    """Without the command it would show sales that no longer exist, and never those that took their numbers."""
    restored_to_90(shop)
    assert resume(functions, 100, log=FIRST_LOG)[1] == [101, 102, 103, 104, 105]

    log = begin_log(shop.client, "counters", TENANT, clock=lambda: NOON)

    answer, sent = resume(functions, 100, log=FIRST_LOG)
    assert (answer["action"], answer["log"], sent) == ("reload", log, [])
    sales = json.loads(functions.call("ConsultarTienda", http_request("GET /ventas", token=token()))["body"])["data"]
    assert (sales["log"], sales["cursor"]["tienda"]) == (log, 105)
    assert resume(functions, 105, log=log)[0]["action"] == "resumed"
    sell(shop, until=106)
    assert resume(functions, 105, log=log)[1] == [106]


def test_a_store_without_an_event_gets_its_log_too(shop: SellingStore) -> None:
    """Its screens may have events that were undone."""
    log = begin_log(shop.client, "counters", TENANT, clock=lambda: NOON)
    sell(shop, until=1)
    counter = shop.client.get_item(TableName="counters", Key=key_of(TENANT, "eventos#tienda"))["Item"]["data"]["M"]
    assert (counter["value"], counter["log"]) == ({"N": "1"}, {"S": log})


def test_every_store_is_found(shop: SellingStore) -> None:
    """By its row, whatever its state, or by its counters; no row that is none of a store."""
    sell(shop, until=1)
    put(shop.client, "tiendas", "SAAI", "T002", estado="SUSPENDIDA")
    put(shop.client, "tiendas", "SAAI", "borrador")
    put(shop.client, "counters", "SAAI", "usuarios", value=3)
    found = stores_of(shop.client, tiendas_table="tiendas", counters_table="counters")
    assert found == [TenantId("T001"), TenantId("T002")]
