"""What a function left behind: rows and log lines."""

import json
from typing import Any

import pytest
from saai_domain.aws.dynamodb import deserialize, serialize


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
