"""Which change of a contract breaks those on its other side. The gate knows the direction:

- what we **send** may gain keys, and its values may only narrow: a reader of before understands all of them;
- what we **receive** may gain optional keys, and its values may only widen: a sender of before is still understood;
- what goes **both** ways obeys both.

A key that disappears breaks either. It reads the JSON Schemas that `json_schema` writes, and refuses any other keyword.
"""

from collections.abc import Iterator, Mapping
from enum import Flag, auto
from typing import Any, Final

import attrs

Schema = Mapping[str, Any]


class Direction(Flag):
    """Who writes what a schema describes."""

    SEND = auto()
    RECEIVE = auto()
    BOTH = SEND | RECEIVE


@attrs.frozen(kw_only=True)
class Break:
    """A change that breaks the other side: where (`$.productos[].stock`), and what."""

    path: str
    change: str

    def __str__(self) -> str:
        return f"{self.path}: {self.change}"


class UnknownKeyword(ValueError):
    """A schema says something of which the gate can't tell what it allows."""


_LOWER: Final = ("minimum", "minLength", "minItems")
_UPPER: Final = ("maximum", "maxLength", "maxItems")
_IGNORED: Final = frozenset({"$schema", "$defs", "title", "description"})
_KNOWN: Final = _IGNORED | frozenset(
    {*_LOWER, *_UPPER, "type", "enum", "pattern", "anyOf", "properties", "required", "items", "additionalProperties"}
)


def breaks(before: Schema, after: Schema, direction: Direction) -> list[Break]:
    """Return every breaking change between two versions of a schema, each with its own `$defs`.

    Raises:
        UnknownKeyword: One of them uses what the gate doesn't know.
    """
    return list(_Comparison(before=before, after=after, direction=direction).compare(before, after, "$"))


@attrs.frozen(kw_only=True)
class _Comparison:
    before: Schema
    after: Schema
    direction: Direction

    def compare(self, before: Schema, after: Schema, path: str) -> Iterator[Break]:
        before, after = _resolved(before, self.before), _resolved(after, self.after)
        if before == after and self.before.get("$defs") == self.after.get("$defs"):
            return
        old, new = _branches(before, self.before), _branches(after, self.after)
        for kind, branch in new.items():
            earlier = _covering(kind, old)
            if earlier is not None:
                yield from self._values(earlier, branch, path)
            elif Direction.SEND in self.direction:
                yield Break(path=path, change=f"may now be {kind}")
        if Direction.RECEIVE in self.direction:
            lost = (kind for kind in old if _covering(kind, new) is None)
            yield from (Break(path=path, change=f"{kind} is no longer taken") for kind in lost)
            if "a whole number" in old and "a number" in new and "a number" not in old:
                yield from self._values(old["a whole number"], new["a number"], path)
        yield from self._groups(before, after, path)

    def _values(self, before: Schema, after: Schema, path: str) -> Iterator[Break]:
        yield from self._enum(before, after, path)
        if "enum" in before or "enum" in after:
            return
        for keyword in (*_LOWER, *_UPPER):
            yield from self._bound(keyword, before.get(keyword), after.get(keyword), path)
        if before.get("pattern") != after.get("pattern"):
            yield from self._pattern(before.get("pattern"), after.get("pattern"), path)
        if "properties" in before or "properties" in after:
            yield from self._properties(before, after, path)
        for keyword, step in (("items", "[]"), ("additionalProperties", ".*")):
            if keyword in before or keyword in after:
                yield from self.compare(before.get(keyword, {}), after.get(keyword, {}), path + step)

    def _properties(self, before: Schema, after: Schema, path: str) -> Iterator[Break]:
        old, new = before.get("properties", {}), after.get("properties", {})
        was, now = set(before.get("required", ())), set(after.get("required", ()))
        for name in old:
            if name not in new:
                yield Break(path=f"{path}.{name}", change="is gone")
                continue
            if name in was - now and Direction.SEND in self.direction:
                yield Break(path=f"{path}.{name}", change="may now be missing")
            yield from self.compare(old[name], new[name], f"{path}.{name}")
        if Direction.RECEIVE in self.direction:
            yield from (Break(path=f"{path}.{name}", change="must now be there") for name in sorted(now - was))

    def _enum(self, before: Schema, after: Schema, path: str) -> Iterator[Break]:
        old, new = _members(before), _members(after)
        if Direction.SEND in self.direction and old is not None and (new is None or new - old):
            added = "any value" if new is None else ", ".join(sorted(new - old))
            yield Break(path=path, change=f"may now be {added}")
        if Direction.RECEIVE in self.direction and new is not None and (old is None or old - new):
            removed = "any other value" if old is None else ", ".join(sorted(old - new))
            yield Break(path=path, change=f"{removed} is no longer taken")

    def _bound(self, keyword: str, before: float | None, after: float | None, path: str) -> Iterator[Break]:
        if before == after:
            return
        # As if a missing bound were the widest one.
        widest = float("-inf") if keyword in _LOWER else float("inf")
        old, new = (widest if bound is None else bound for bound in (before, after))
        narrower = new > old if keyword in _LOWER else new < old
        if narrower and Direction.RECEIVE in self.direction:
            yield Break(path=path, change=f"{keyword} narrows from {before} to {after}")
        if not narrower and Direction.SEND in self.direction:
            yield Break(path=path, change=f"{keyword} widens from {before} to {after}")

    def _pattern(self, before: str | None, after: str | None, path: str) -> Iterator[Break]:
        # Of two patterns nobody can tell which is wider, so a change breaks; gaining or losing one has a direction.
        if Direction.SEND in self.direction and before is not None:
            yield Break(path=path, change=f"texts are no longer of the form {before}")
        if Direction.RECEIVE in self.direction and after is not None:
            yield Break(path=path, change=f"texts must now be of the form {after}")

    def _groups(self, before: Schema, after: Schema, path: str) -> Iterator[Break]:
        """Compare which fields must be there together: an object's own anyOf."""
        old, new = _required_groups(before), _required_groups(after)
        if Direction.SEND in self.direction and old and (not new or new - old):
            yield Break(path=path, change="other fields than before may be there together")
        if Direction.RECEIVE in self.direction and new and (not old or old - new):
            yield Break(path=path, change="fields that were enough together no longer are")


def _resolved(schema: Schema, document: Schema) -> Schema:
    reference = schema.get("$ref")
    if reference is not None:
        schema = document["$defs"][reference.removeprefix("#/$defs/")]
    unknown = schema.keys() - _KNOWN - {"$ref"}
    if unknown:
        raise UnknownKeyword(f"the gate doesn't know {', '.join(sorted(unknown))}")
    return schema


def _branches(schema: Schema, document: Schema) -> dict[str, Schema]:
    """Return what a value may be, by kind: the members of a union, or the schema itself; {} stands for every kind."""
    if "anyOf" in schema and "properties" not in schema:
        return {
            kind: branch
            for member in schema["anyOf"]
            for kind, branch in _branches(_resolved(member, document), document).items()
        }
    if "enum" in schema:
        return {"a text" if all(isinstance(each, str) for each in schema["enum"]) else "a constant": schema}
    return {_KINDS.get(schema.get("type", ""), _ANYTHING): schema}


def _covering(kind: str, kinds: Mapping[str, Schema]) -> Schema | None:
    """Return the member of a union that takes every value of a kind, whatever its bounds."""
    wider = {"a whole number": (kind, "a number", _ANYTHING)}.get(kind, (kind, _ANYTHING))
    return next((kinds[each] for each in wider if each in kinds), None)


_ANYTHING: Final = "anything"
_KINDS: Final = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
}


def _members(schema: Schema) -> set[str] | None:
    return {str(member) for member in schema["enum"]} if "enum" in schema else None


def _required_groups(schema: Schema) -> set[frozenset[str]]:
    if "properties" not in schema:
        return set()
    return {frozenset(group["required"]) for group in schema.get("anyOf", ())}
