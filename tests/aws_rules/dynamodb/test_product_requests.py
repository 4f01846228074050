"""Whatever the product asks of DynamoDB, all three answer alike: a day of every function, and sales with faults."""

import contextlib
import io
from typing import Any, Final

from operations.seed_counters import highest_numbers, raise_counter
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.tokens import SECRET
from saai_infra.table_specs import TABLES
from saai_support.functions import MODULES, Functions

from tests.aws_rules.dynamodb.comparison import REPEATED
from tests.aws_rules.dynamodb.conftest import Comparing
from tests.aws_rules.store_day import Call, Store, play
from tests.faults.plain_clients import PlainClients
from tests.faults.run import sell
from tests.faults.verdict import judge
from tests.faults.world import World

OPERATIONS: Final = {
    *("get_item", "put_item", "update_item", "delete_item", "query", "scan"),
    *("batch_get_item", "batch_write_item", "transact_write_items"),
}
"""What the product asks of DynamoDB."""


def test_a_day_of_every_function(compared: Comparing) -> None:
    """From the tickets to the forecasts, with what is sent twice, refused, and taken over from an earlier version."""
    dynamodb: Any = compared(*TABLES)
    functions = Functions(InMemoryAws(dynamodb=dynamodb))
    store, called = Store(tenant_id="T001", secret=SECRET), set()

    def call(made: Call) -> Any:
        called.add(made.function)
        if made.function == "OnConnect":
            functions.aws.connections.open(made.event["requestContext"]["connectionId"])
        with contextlib.redirect_stdout(io.StringIO()):
            return functions.call(made.function, made.event)

    for table, item in store.rows():
        dynamodb.put_item(TableName=table, Item=item)
    play(store.day(), call)
    for counter, value in highest_numbers(dynamodb, "ventas", "ventas").items():
        assert not raise_counter(dynamodb, "counters", counter, value)
        assert raise_counter(dynamodb, "counters", counter, value + 1)
    assert sorted(MODULES.keys() - called) == [], "add a call of them to Store.day in tests/aws_rules/store_day.py"
    assert dynamodb.requests.keys() == OPERATIONS
    assert not dynamodb.known


def test_sales_whose_processes_die(compared: Comparing) -> None:
    """Transactions whose answers are lost are sent again, which only MiniStack may take for others."""
    dynamodb = compared(*TABLES)
    with World.created(PlainClients(), seed=3, stores=2, kill=0.03, dynamodb=dynamodb) as world:
        sell(world, 10)
        world.settle()
        assert judge(world).problems == ()
    assert dynamodb.known.keys() <= {REPEATED}
