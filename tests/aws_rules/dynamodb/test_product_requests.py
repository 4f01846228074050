"""Whatever the product asks of DynamoDB, all three answer alike: a day of every function, and sales with faults."""

import contextlib
import importlib
import io
import os
from collections.abc import Iterator, Mapping
from typing import Any, Final
from unittest import mock

import pytest
from operations.seed_counters import highest_numbers, raise_counter
from saai_domain.aws import clients
from saai_infra.catalog import FUNCTIONS
from saai_infra.names import module_name
from saai_infra.table_specs import TABLES
from ws_gateway.delivery.outcome import Outcome

from tests.aws_rules.dynamodb.comparison import REPEATED
from tests.aws_rules.dynamodb.conftest import Comparing
from tests.aws_rules.store_day import Call, Store, play
from tests.faults.aws import Ssm
from tests.faults.plain_clients import PlainClients
from tests.faults.verdict import judge
from tests.faults.world import World

ENVIRONMENT: Final = {
    **{f"{name.upper().replace('-', '_')}_TABLE": name for name in TABLES},
    "WS_API_ENDPOINT": "https://gateway",
    "TOKEN_IN_URL": "true",
    "JWT_SECRET_PARAMETER": "jwt-secret",
    "ALERTAS_SNS_TOPIC_ARN": "AlertasSAAI",
    "EMITIR_EVENTOS_WS_FUNCTION_NAME": "EmitirEventosWs",
    "ANALITICA_QUEUE_URL": "analitica",
    "PREDICCIONES_QUEUE_URL": "predicciones",
}
OPERATIONS: Final = {
    *("get_item", "put_item", "update_item", "delete_item", "query", "scan"),
    *("batch_get_item", "batch_write_item", "transact_write_items"),
}
"""What the product asks of DynamoDB."""


class Context:
    """Lambda's context."""

    aws_request_id = "r"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


class Willing:
    """A service that does whatever it is asked, and has nothing to say."""

    def __getattr__(self, _operation: str) -> Any:
        def answer(**_: Any) -> Mapping[str, Any]:
            return {}

        return answer


class Gateway:
    """``@connections``: everybody hears."""

    def post(self, *_: Any) -> Outcome:
        return Outcome.SENT

    close = post

    def post_all(self, ids: Any, *_: Any, **__: Any) -> Mapping[Any, Outcome]:
        return dict.fromkeys(ids, Outcome.SENT)


@pytest.fixture
def functions(compared: Comparing) -> Iterator[tuple[Mapping[str, Any], Any]]:
    """Every function over the compared DynamoDBs, and those."""
    dynamodb = compared(*TABLES)
    modules = {spec.name: importlib.import_module(f"{spec.package}.{module_name(spec.name)}") for spec in FUNCTIONS}

    def make_client(service: str, **_: Any) -> Any:
        return {"dynamodb": dynamodb, "ssm": Ssm()}.get(service, Willing())

    with contextlib.ExitStack() as stack:
        for name in ("dynamodb", "lambda", "sns", "sqs", "ssm"):
            client = getattr(clients, f"{name}_client")
            client.cache_clear()
            stack.callback(client.cache_clear)
        stack.enter_context(mock.patch.dict(os.environ, ENVIRONMENT))
        stack.enter_context(mock.patch.object(clients, "make_client", make_client))
        for module in modules.values():
            if hasattr(module, "api_gateway_poster"):
                stack.enter_context(mock.patch.object(module, "api_gateway_poster", return_value=Gateway()))
        yield {name: module.build(ENVIRONMENT) for name, module in modules.items()}, dynamodb


def test_a_day_of_every_function(functions: tuple[Mapping[str, Any], Any]) -> None:
    """From the tickets to the forecasts, with what is sent twice, refused, and taken over from an earlier version."""
    handlers, dynamodb = functions
    store, called = Store(tenant_id="T001", secret=Ssm.secret), set()

    def call(made: Call) -> Any:
        called.add(made.function)
        with contextlib.redirect_stdout(io.StringIO()):
            return handlers[made.function](made.event, Context())

    for table, item in store.rows():
        dynamodb.put_item(TableName=table, Item=item)
    play(store.day(), call)
    for tenant, value in highest_numbers(dynamodb, "ventas").items():
        assert not raise_counter(dynamodb, "counters", tenant, value)
        assert raise_counter(dynamodb, "counters", tenant, value + 1)
    assert called == set(handlers)
    assert dynamodb.requests.keys() == OPERATIONS
    assert not dynamodb.known


def test_sales_whose_processes_die(compared: Comparing) -> None:
    """Transactions whose answers are lost are sent again, which only MiniStack may take for others."""
    dynamodb = compared(*TABLES)
    with World.created(PlainClients(), seed=3, stores=2, kill=0.03, dynamodb=dynamodb) as world:
        while world.happened["sales"] < 25:
            world.step()
        world.settle()
        assert judge(world).problems == ()
    assert dynamodb.known.keys() <= {REPEATED}
