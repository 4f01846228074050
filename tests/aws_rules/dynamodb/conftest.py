"""DynamoDB Local, MiniStack's DynamoDB and the one in memory, side by side."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from local_aws.clients import ROOT_KEY
from local_aws.ministack import REGION, running_ministack
from saai_domain.testing.dynamodb import SimulatedDynamoDB

from tests.aws_rules.dynamodb.comparison import LOCAL, MEMORY, MINISTACK, Compared
from tests.aws_rules.dynamodb.dynamodb_local import Unavailable, running

Comparing = Callable[..., Compared]


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Clients of the engines that run; DynamoDB Local is what the others are held against."""
    logs = tmp_path_factory.mktemp("dynamodb")
    try:
        with running(logs / "dynamodb-local.log") as local, running_ministack(log=logs / "ministack.log") as ministack:
            clients = {LOCAL: _client(local), MINISTACK: _client(ministack.endpoint_url)}
            yield clients
            for client in clients.values():
                client.close()
    except Unavailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def compared(engines: dict[str, Any]) -> Comparing:
    """Make a client that compares one engine with DynamoDB Local, or all, on tables of its own."""
    numbers = itertools.count(1)

    def comparing(*tables: str, engine: str | None = None) -> Compared:
        wanted = {name: client for name, client in engines.items() if engine in {None, name} or name == LOCAL}
        if engine in {None, MEMORY}:
            wanted[MEMORY] = SimulatedDynamoDB()
        client = Compared(wanted, f"run{next(numbers)}-")
        client.create(*tables)
        return client

    return comparing


def _client(endpoint: str) -> Any:
    """Botocore's client, which leaves it to the engine what is a good request."""
    made: Any = botocore.session.get_session()
    made.set_credentials(ROOT_KEY, ROOT_KEY)
    config = Config(parameter_validation=False, proxies={}, read_timeout=20, retries={"total_max_attempts": 2})
    return made.create_client("dynamodb", region_name=REGION, endpoint_url=endpoint, config=config)
