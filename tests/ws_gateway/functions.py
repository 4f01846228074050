"""What a function left behind: rows and log lines."""

import json
from datetime import datetime
from typing import Any

import pytest
from saai_domain.aws.admission import Admission
from saai_domain.aws.channels import Channels
from saai_domain.aws.dynamodb import deserialize, serialize
from ws_gateway.messages.cursors import ChannelCursors
from ws_gateway.screens.connections import Connections


def rows(dynamodb: Any, table: str) -> list[dict[str, Any]]:
    """Everything in a table, in plain values."""
    return [deserialize(item) for item in dynamodb.scan(TableName=table)["Items"]]


def put(dynamodb: Any, table: str, tenant_id: str, entity_id: str, **data: Any) -> None:
    """Write a row of the table model."""
    item = {"tenant_id": tenant_id, "entity_id": entity_id, "data": data}
    dynamodb.put_item(TableName=table, Item=serialize(item))


def log_lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was logged since the last look."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def channel_cursors(dynamodb: Any, moment: datetime) -> ChannelCursors:
    """Where channels stand, for who is admitted."""
    return ChannelCursors(
        client=dynamodb,
        connections=Connections(client=dynamodb, table="ws-connections"),
        channels=Channels(counters_table="counters"),
        admission=Admission(tiendas_table="tiendas", usuarios_table="usuarios"),
        clock=lambda: moment,
    )
