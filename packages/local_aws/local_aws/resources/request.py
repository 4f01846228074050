"""What a creator gets and gives."""

import secrets
from collections.abc import Callable, Collection, Mapping
from typing import Any

import attrs

from local_aws.clients import Clients
from local_aws.errors import UnknownInput

# Pulumi's own bookkeeping, or what has no counterpart where everything is local and lives until it is stopped.
_WITHOUT_COUNTERPART = frozenset({"region", "skipDestroy", "tagsAll"})


@attrs.frozen(kw_only=True)
class Aws:
    """The local AWS as a creator sees it."""

    clients: Clients
    endpoint_url: str
    region: str
    account: str

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


@attrs.frozen(kw_only=True)
class Request:
    """One resource that the program registers: its type token, its logical name, and its properties as plain values."""

    type: str
    name: str
    inputs: Mapping[str, Any]

    def arguments(
        self, renamed: Mapping[str, str], *, by_hand: Collection[str] = (), ignored: Collection[str] = ()
    ) -> dict[str, Any]:
        """The properties that the program gave, under boto3's names, for the creator's call.

        `by_hand` are properties that the creator translates itself, `ignored` those that change nothing locally.

        Raises:
            UnknownInput: any other property. Left out silently, it would make the local AWS differ from AWS.
        """
        known = {*renamed, *by_hand, *ignored, *_WITHOUT_COUNTERPART}
        unknown = tuple(sorted(set(self.inputs) - known))
        if unknown:
            raise UnknownInput(type=self.type, name=self.name, inputs=unknown)
        return {theirs: self.inputs[ours] for ours, theirs in renamed.items() if self.inputs.get(ours) is not None}

    def physical_name(self, key: str = "name") -> str:
        """The name that the program chose, or one made like Pulumi's own."""
        given: str | None = self.inputs.get(key)
        return given or f"{self.name}-{secrets.token_hex(4)[:7]}"


@attrs.frozen(kw_only=True)
class Created:
    """A resource's physical id and what AWS computed for it; the properties given are outputs anyway."""

    id: str
    outputs: Mapping[str, object] = attrs.field(factory=dict[str, object])


Creator = Callable[[Aws, Request], Created]


def tag_list(tags: Mapping[str, str] | None) -> list[dict[str, str]]:
    """Tags as most services want them."""
    return [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
