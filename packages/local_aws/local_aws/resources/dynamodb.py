"""DynamoDB tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from local_aws.resources.request import Aws, Created, Request, tag_list


def create_table(aws: Aws, request: Request) -> Created:
    arguments = request.arguments(
        {"name": "TableName", "billingMode": "BillingMode", "deletionProtectionEnabled": "DeletionProtectionEnabled"},
        by_hand=(
            "hashKey",
            "rangeKey",
            "attributes",
            "globalSecondaryIndexes",
            "tags",
            "ttl",
            "pointInTimeRecovery",
            "streamEnabled",
            "streamViewType",
        ),
    )
    given = request.inputs
    arguments["TableName"] = name = request.physical_name()
    arguments["KeySchema"] = _keys(given)
    arguments["AttributeDefinitions"] = [
        {"AttributeName": attribute["name"], "AttributeType": attribute["type"]} for attribute in given["attributes"]
    ]
    if given.get("globalSecondaryIndexes"):
        arguments["GlobalSecondaryIndexes"] = [_index(index) for index in given["globalSecondaryIndexes"]]
    if given.get("streamEnabled"):
        arguments["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": given["streamViewType"]}
    arguments["Tags"] = tag_list(given.get("tags"))
    made = aws.clients.dynamodb.create_table(**arguments)["TableDescription"]
    _set_afterwards(aws, name, given)
    return Created(
        id=name, outputs={"name": name, "arn": made["TableArn"], "streamArn": made.get("LatestStreamArn", "")}
    )


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
        return [{"AttributeName": key["attributeName"], "KeyType": key["keyType"]} for key in given["keySchemas"]]
    keys = [{"AttributeName": given["hashKey"], "KeyType": "HASH"}]
    if given.get("rangeKey"):
        keys.append({"AttributeName": given["rangeKey"], "KeyType": "RANGE"})
    return keys


def _index(index: Mapping[str, Any]) -> Mapping[str, Any]:
    projection: dict[str, Any] = {"ProjectionType": index["projectionType"]}
    if index.get("nonKeyAttributes"):
        projection["NonKeyAttributes"] = index["nonKeyAttributes"]
    return {"IndexName": index["name"], "KeySchema": _keys(index), "Projection": projection}
