"""What a creator gets and gives."""

import secrets
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import attrs
from botocore.model import ListShape, MapShape, Shape, StructureShape

from local_aws.clients import Clients, connect
from local_aws.errors import LocalAwsError
from local_aws.ministack import ACCOUNT, REGION

if TYPE_CHECKING:
    from botocore.client import BaseClient

_WITHOUT_COUNTERPART: Final = frozenset({"region", "skipDestroy", "tagsAll"})
"""Pulumi's own bookkeeping, or what means nothing where everything is local and lives until it is stopped."""
_AS_IT_IS: Final[Mapping[str, str]] = MappingProxyType({})


@attrs.frozen(kw_only=True)
class Aws:
    """The local AWS as a creator sees it."""

    clients: Clients
    endpoint_url: str
    region: str = REGION
    account: str = ACCOUNT

    @classmethod
    def at(cls, endpoint_url: str) -> "Aws":
        """The local AWS that listens there, with clients of its root user."""
        return cls(clients=connect(endpoint_url=endpoint_url, region=REGION), endpoint_url=endpoint_url)

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


@attrs.frozen(kw_only=True)
class Request:
    """One resource that the program registers: its type token, its logical name, and its properties as plain values."""

    type: str
    name: str
    inputs: Mapping[str, Any]

    def call(
        self,
        client: "BaseClient",
        operation: str,
        renamed: Mapping[str, str] = _AS_IT_IS,
        *,
        without: Collection[str] = (),
        **given: object,
    ) -> Any:  # noqa: ANN401 - each operation's own answer
        """Call an operation with the properties that the program gave, in the form that the operation's model asks for.

        Args:
            client: boto3's, of the service.
            operation: The client's method.
            renamed: Properties whose AWS name is another word, by that word; for the rest case alone differs.
            without: Properties that the creator applies otherwise, or that change nothing locally.
            **given: Properties in the place of the program's, or besides them.

        Raises:
            LocalAwsError: the operation has no place for a property. Left out silently, it would make the local AWS
                differ from AWS.
        """
        properties = {**self.inputs, **given}
        for name in (*without, *_WITHOUT_COUNTERPART):
            properties.pop(name, None)
        properties = {renamed.get(name, name): value for name, value in properties.items()}
        api = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation])
        return getattr(client, operation)(**self.in_form_of(api.input_shape, properties))

    def in_form_of(self, shape: Shape | None, value: object) -> Any:  # noqa: ANN401 - what boto3 takes
        """A value of the program's in the form of a service's model: its spelling of names, its lists of tags."""
        match shape, value:
            case StructureShape(), Mapping():
                members = {name.lower(): name for name in shape.members}
                present = {str(name): part for name, part in value.items() if part is not None}
                unknown = [name for name in present if name.lower() not in members]
                if unknown:
                    raise LocalAwsError(f"{self.type} {self.name}: nothing applies {', '.join(unknown)} here")
                named = {members[name.lower()]: part for name, part in present.items()}
                return {name: self.in_form_of(shape.members[name], part) for name, part in named.items()}
            case MapShape(), Mapping():
                return {key: self.in_form_of(shape.value, part) for key, part in value.items()}
            case ListShape(), Mapping():
                return [{"Key": key, "Value": part} for key, part in value.items()]
            case ListShape(), list():
                return [self.in_form_of(shape.member, part) for part in value]
            case _:
                return value

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
