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
    return policy_document(statement for grant in grants for statement in grant.statements)


def policy_document(statements: Iterable[Statement]) -> pulumi.Output[str]:
    """The JSON of a policy that allows the statements."""
    return pulumi.Output.json_dumps(
        {
            "Version": _POLICY_VERSION,
            "Statement": [
                {"Effect": "Allow", "Action": sorted(set(statement.actions)), "Resource": statement.resource}
                for statement in statements
            ],
        }
    )


def trust_policy(service: str) -> pulumi.Output[str]:
    """Who may take a role: one AWS service."""
    return pulumi.Output.json_dumps(
        {
            "Version": _POLICY_VERSION,
            "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}],
        }
    )
