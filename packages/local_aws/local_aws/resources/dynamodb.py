"""DynamoDB tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from local_aws.resources.request import Aws, Created, Request


def create_table(aws: Aws, request: Request) -> Created:
    given = request.inputs
    name = request.physical_name()
    attributes = [{"attributeName": each["name"], "attributeType": each["type"]} for each in given["attributes"]]
    made = request.call(
        aws.clients.dynamodb,
        "create_table",
        {"name": "TableName"},
        name=name,
        keySchema=_keys(given),
        attributeDefinitions=attributes,
        globalSecondaryIndexes=[_index(each) for each in given.get("globalSecondaryIndexes") or ()] or None,
        without=("hashKey", "rangeKey", "attributes", "ttl", "pointInTimeRecovery"),
    )["TableDescription"]
    _set_afterwards(aws, name, given)
    return Created(id=name, outputs={"name": name, "arn": made["TableArn"]})


def _set_afterwards(aws: Aws, name: str, given: Mapping[str, Any]) -> None:
    ttl = given.get("ttl")
    if ttl:
        aws.clients.dynamodb.update_time_to_live(
            TableName=name,
            TimeToLiveSpecification={"AttributeName": ttl["attributeName"], "Enabled": ttl.get("enabled", True)},
        )
    recovery = given.get("pointInTimeRecovery")
    if recovery:
        aws.clients.dynamodb.update_continuous_backups(
            TableName=name,
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": recovery["enabled"]},
        )


def _keys(given: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:
    """A table's keys, and an index's in either of the provider's two spellings."""
    if given.get("keySchemas"):
        keys: Sequence[Mapping[str, str]] = given["keySchemas"]
        return keys
    ranges = [{"attributeName": given["rangeKey"], "keyType": "RANGE"}] if given.get("rangeKey") else []
    return [{"attributeName": given["hashKey"], "keyType": "HASH"}, *ranges]


def _index(index: Mapping[str, Any]) -> Mapping[str, Any]:
    projection = {"projectionType": index["projectionType"], "nonKeyAttributes": index.get("nonKeyAttributes")}
    return {"indexName": index["name"], "keySchema": _keys(index), "projection": projection}
