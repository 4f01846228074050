"""IAM roles and what they may do."""

import json
from collections.abc import Mapping
from typing import Any

from local_aws.resources.request import Aws, Created, Request

_BATCHES: Mapping[str, str] = {"sqs:SendMessage": "sqs:SendMessageBatch", "sns:Publish": "sns:PublishBatch"}
"""Calls for which MiniStack asks for a right of their own, by the right that AWS asks for (service authorization
reference: SQS and SNS have no action of these names)."""


def create_role(aws: Aws, request: Request) -> Created:
    name = request.physical_name()
    renamed = {"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument"}
    made = request.call(aws.clients.iam, "create_role", renamed, name=name)["Role"]
    return Created(id=name, outputs={"name": name, "arn": made["Arn"], "uniqueId": made["RoleId"]})


def create_role_policy(aws: Aws, request: Request) -> Created:
    name = request.physical_name()
    renamed = {"name": "PolicyName", "role": "RoleName", "policy": "PolicyDocument"}
    policy = with_batches(request.inputs["policy"])
    request.call(aws.clients.iam, "put_role_policy", renamed, name=name, policy=policy)
    return Created(id=f"{request.inputs['role']}:{name}", outputs={"name": name})


def with_batches(policy: str) -> str:
    """The policy document as MiniStack needs it, so that it allows what the given one allows on AWS."""
    document: dict[str, Any] = json.loads(policy)
    for statement in document.get("Statement", []):
        given: str | list[str] = statement["Action"]
        actions = [given] if isinstance(given, str) else given
        batches = [_BATCHES[action] for action in actions if action in _BATCHES]
        if batches:
            statement["Action"] = [*actions, *batches]
    return json.dumps(document)
