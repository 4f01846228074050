"""Answers to the provider's data sources ("invokes")."""

from collections.abc import Callable, Mapping

from local_aws.clients import ROOT_KEY
from local_aws.resources.request import Aws

Call = Callable[[Aws], Mapping[str, object]]


def get_caller_identity(aws: Aws) -> Mapping[str, object]:
    return {
        "accountId": aws.account,
        "arn": f"arn:aws:iam::{aws.account}:root",
        "id": aws.account,
        "userId": ROOT_KEY,
    }


def get_region(aws: Aws) -> Mapping[str, object]:
    return {"id": aws.region, "name": aws.region, "region": aws.region, "description": "Local", "endpoint": ""}


def get_partition(_aws: Aws) -> Mapping[str, object]:
    return {"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}
