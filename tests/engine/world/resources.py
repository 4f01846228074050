"""What a kind of resource is, and how AWS says no."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from tests.engine.world.world import World

Inputs = Mapping[str, Any]
"""A resource's properties under the provider's names."""

ACCOUNT = "123456789012"
REGION = "us-east-1"


@attrs.frozen
class Refused(Exception):
    """AWS refuses a request, with its error code."""

    code: str
    reason: str

    def __str__(self) -> str:
        return f"{self.code}: {self.reason}"


@attrs.define(kw_only=True)
class Resource:
    """Something that exists."""

    type: str
    key: str
    """What makes it one of its type."""
    id: str
    """What the provider calls it."""
    inputs: Inputs
    outputs: Mapping[str, Any]
    """What AWS computed."""
    kept: bool = False
    """Nobody owns it any longer: its deletion was asked not to happen (`skipDestroy`)."""

    @property
    def properties(self) -> dict[str, Any]:
        """Everything the provider tells the engine."""
        return {**self.inputs, **self.outputs}


def arn(service: str, resource: str) -> str:
    """An ARN of the account and Region that there are."""
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


@attrs.frozen(kw_only=True)
class Kind:
    """How AWS, and the provider in front of it, treat a type of resource."""

    key: Callable[[Inputs], str] | None = None
    """What must be unique; None where AWS gives each one an id of its own."""
    id: Callable[[str], str] = str
    """The provider's id, by the key."""
    outputs: Callable[["World", str, Inputs], Mapping[str, Any]] = lambda _world, _identity, _inputs: {}
    """What AWS computes."""
    taken: str | None = None
    """The error code for a second one of the same key; None where AWS takes over the one that is there."""
    adopts_only_if_equal: frozenset[str] = frozenset()
    """Inputs that must be equal for the one that is there to be taken over, or AWS refuses."""
    replace_on: frozenset[str] = frozenset()
    """Inputs that the provider can't change in place (ForceNew in the Terraform provider's schemas)."""
    check: Callable[["World", Inputs], None] = lambda _world, _inputs: None
    """Raises Refused for what can't be created, or changed to."""
    check_deletion: Callable[["World", Resource], None] = lambda _world, _resource: None
    """Raises Refused for what can't be deleted now."""
    update: Callable[["World", Resource, Inputs], None] = lambda _world, _resource, _inputs: None
    """What a change brings along."""
    deleted: Callable[["World", Resource], None] = lambda _world, _resource: None
    """What a deletion brings along."""
