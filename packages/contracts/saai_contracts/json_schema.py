"""JSON Schema 2020-12 of the contracts' classes, as their values stand on the wire.

msgspec's own schema is not used: it calls a Decimal a string, while the wire carries a number (text where another
service sends it so), and it knows nothing of a class's own rule about which fields go together.
"""

from collections.abc import Callable, Iterable, Mapping
from inspect import cleandoc
from typing import Any, Final

import attrs
from msgspec import inspect

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

AMOUNT: Final[Schema] = {"type": "number"}
"""Soles, as we write them: a number with two decimals."""
AMOUNT_OF_ANYBODY: Final[Schema] = {
    "anyOf": [
        AMOUNT,
        {"type": "string", "pattern": r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$"},
    ]
}
"""Soles in what other services send or wrote, which may be text; `Number` of a browser reads both."""
_ONE_OF_GROUPS: Final = "requires_one_of"
"""A contract's ClassVar: groups of fields of which one must be there whole."""


def description_of(cls: type) -> str:
    """Return a contract's docstring as Markdown, without its indentation, which only Python 3.13 and later take off."""
    return cleandoc(cls.__doc__ or "").replace("``", "`")


@attrs.frozen(kw_only=True)
class UnsupportedType(TypeError):
    """A contract uses a type of which no schema was thought."""

    type: object

    def __str__(self) -> str:
        return f"no JSON Schema for {self.type!r}: add it to saai_contracts.json_schema"


@attrs.define
class Schemas:
    """Schemas of classes that refer to each other by name."""

    prefix: str = "#/$defs/"
    """What a reference begins with: another in OpenAPI and AsyncAPI."""
    amount: Schema = attrs.field(factory=lambda: AMOUNT)
    """What stands for an amount of soles: `AMOUNT` or `AMOUNT_OF_ANYBODY`."""
    definitions: dict[str, Schema] = attrs.field(factory=dict)
    """By class name: every class that was met."""

    def reference(self, cls: type) -> Schema:
        """Return a reference to a class's schema, which `definitions` then holds."""
        return self._of(inspect.type_info(cls))

    def _of(self, node: object) -> Schema:
        if isinstance(node, inspect.Metadata):
            # What a user is told who sends something else is no matter of the schema.
            node = node.type
        scalar = _SCALARS.get(type(node))
        if scalar is not None:
            return scalar(node)
        match node:
            case inspect.DataclassType():
                return self._named(node)
            case inspect.DecimalType():
                return self.amount
            case inspect.VarTupleType() | inspect.ListType():
                return _present(
                    type="array", items=self._of(node.item_type), minItems=node.min_length, maxItems=node.max_length
                )
            case inspect.DictType():
                return {"type": "object", "additionalProperties": self._of(node.value_type)}
            case inspect.UnionType(types=types):
                return {"anyOf": [self._of(member) for member in types]}
            case _:
                raise UnsupportedType(type=node)

    def _named(self, node: inspect.DataclassType) -> Schema:
        name = node.cls.__name__
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self._object(node)
        return {"$ref": self.prefix + name}

    def _object(self, node: inspect.DataclassType) -> Schema:
        # msgspec puts the required fields first; the contract's own order reads better.
        order = [attribute.name for attribute in attrs.fields(node.cls)]
        fields = sorted(node.fields, key=lambda field: order.index(field.name))
        schema: Schema = {
            "type": "object",
            "description": description_of(node.cls),
            "properties": {field.encode_name: self._of(field.type) for field in fields},
            "required": [field.encode_name for field in fields if field.required],
        }
        groups: Iterable[tuple[str, ...]] = getattr(node.cls, _ONE_OF_GROUPS, ())
        if groups:
            schema["anyOf"] = [_all_there(group) for group in groups]
        return schema


def standalone(cls: type, *, amount: Schema = AMOUNT) -> Schema:
    """Return a class's schema as a document of its own."""
    schemas = Schemas(amount=amount)
    reference = schemas.reference(cls)
    return {"$schema": DIALECT, "title": cls.__name__, **reference, "$defs": schemas.definitions}


def closed(schema: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Return a schema under which a key that it doesn't name is an error: for what we send ourselves."""
    match schema:
        case {"type": "object", "properties": properties}:
            return {
                **{key: value if key == "properties" else closed(value) for key, value in schema.items()},
                "properties": {name: closed(each) for name, each in properties.items()},
                "additionalProperties": False,
            }
        case Mapping():
            return {key: closed(value) for key, value in schema.items()}
        case list():
            return [closed(each) for each in schema]
        case _:
            return schema


def _all_there(group: tuple[str, ...]) -> Schema:
    """Every field of the group stands there, and not as null."""
    return {"required": list(group), "properties": {name: {"not": {"type": "null"}} for name in group}}


def _present(**keywords: object) -> Schema:
    return {name: value for name, value in keywords.items() if value is not None}


_SCALARS: Final[Mapping[type, Callable[[Any], Schema]]] = {
    inspect.StrType: lambda node: _present(
        type="string", minLength=node.min_length, maxLength=node.max_length, pattern=node.pattern
    ),
    inspect.IntType: lambda node: _present(type="integer", minimum=node.ge, maximum=node.le),
    inspect.FloatType: lambda node: _present(type="number", minimum=node.ge, maximum=node.le),
    inspect.BoolType: lambda _: {"type": "boolean"},
    inspect.NoneType: lambda _: {"type": "null"},
    inspect.AnyType: lambda _: {},
    inspect.EnumType: lambda node: {"enum": [member.value for member in node.cls]},
    inspect.LiteralType: lambda node: {"enum": list(node.values)},
}
