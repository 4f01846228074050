"""Answers to the provider's data sources ("invokes")."""

from collections.abc import Callable, Mapping
from typing import Any

from local_aws.clients import ROOT_KEY
from local_aws.resources.request import Aws

Arguments = Mapping[str, Any]
Call = Callable[[Aws, Arguments], Mapping[str, object]]


def get_caller_identity(aws: Aws, _arguments: Arguments) -> Mapping[str, object]:
    return {
        "accountId": aws.account,
        "arn": f"arn:aws:iam::{aws.account}:root",
        "id": aws.account,
        "userId": ROOT_KEY,
    }


def get_region(aws: Aws, _arguments: Arguments) -> Mapping[str, object]:
    return {"id": aws.region, "name": aws.region, "region": aws.region, "description": "Local", "endpoint": ""}


def get_partition(_aws: Aws, _arguments: Arguments) -> Mapping[str, object]:
    return {"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}


def get_parameter(aws: Aws, arguments: Arguments) -> Mapping[str, object]:
    """A parameter as another program reads it: what is no secret stands under `insecureValue` too."""
    found = aws.clients.ssm.get_parameter(Name=arguments["name"], WithDecryption=True)["Parameter"]
    value, kind = found.get("Value", ""), found.get("Type", "")
    plain = {} if kind == "SecureString" else {"insecureValue": value}
    return {"id": arguments["name"], "name": arguments["name"], "type": kind, "value": value, **plain}


def get_table(aws: Aws, arguments: Arguments) -> Mapping[str, object]:
    """An existing table as the program looks at it: where it is and its keys."""
    table = aws.clients.dynamodb.describe_table(TableName=arguments["name"])["Table"]
    keys = {key["KeyType"]: key["AttributeName"] for key in table.get("KeySchema", [])}
    return {
        "id": arguments["name"],
        "name": arguments["name"],
        "arn": table.get("TableArn", ""),
        "hashKey": keys.get("HASH", ""),
        "rangeKey": keys.get("RANGE", ""),
    }
