"""What a resource publishes for its users: environment variables and rights.

A function takes grants; its environment and its policy are their sum. Nobody writes a policy by hand.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import attrs
import pulumi

_POLICY_VERSION: Final = "2012-10-17"


@attrs.frozen(kw_only=True)
class Statement:
    """Actions allowed on one resource."""

    actions: tuple[str, ...]
    resource: pulumi.Input[str]


@attrs.frozen(kw_only=True)
class Grant:
    """What one resource gives to a function that uses it."""

    environment: Mapping[str, pulumi.Input[str]] = attrs.field(factory=dict)
    statements: tuple[Statement, ...] = ()


def flag(variable: str, *, enabled: bool) -> Grant:
    """A setting that switches something on or off: `true` or `false`."""
    return Grant(environment={variable: "true" if enabled else "false"})


def environment_of(grants: Iterable[Grant]) -> dict[str, pulumi.Input[str]]:
    """Every variable of the grants."""
    return {name: value for grant in grants for name, value in grant.environment.items()}


def policy_of(grants: Iterable[Grant]) -> pulumi.Output[str]:
    """The policy document that allows what the grants say, and nothing else."""
    return _document(_allowed(statement) for grant in grants for statement in grant.statements)


def resource_policy(statement: Statement, *, service: str, source_arn: pulumi.Input[str]) -> pulumi.Output[str]:
    """The policy of a resource that lets an AWS service act on it for one source, such as a topic."""
    return _document(
        [
            {
                **_allowed(statement),
                "Principal": {"Service": service},
                "Condition": {"ArnEquals": {"aws:SourceArn": source_arn}},
            }
        ]
    )


def trust_policy(service: str) -> pulumi.Output[str]:
    """Who may take a role: one AWS service."""
    return _document([{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}])


def _allowed(statement: Statement) -> dict[str, object]:
    return {"Effect": "Allow", "Action": sorted(set(statement.actions)), "Resource": statement.resource}


def _document(statements: Iterable[Mapping[str, object]]) -> pulumi.Output[str]:
    return pulumi.Output.json_dumps({"Version": _POLICY_VERSION, "Statement": list(statements)})
