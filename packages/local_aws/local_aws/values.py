"""Pulumi's wire values as plain Python: whole floats become ints, secrets lose their wrapping."""

from collections.abc import Iterator, Mapping, Sequence

_SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The key that marks a special value on Pulumi's wire (the SDK's `rpc` module, in every language)."""
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the mark of a secret, not one


def plain(value: object) -> object:
    """The value without Pulumi's wrappings, at every depth. Archives stay what they are."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        if value.get(_SIGNATURE) == _SECRET:
            return plain(value["value"])
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [plain(item) for item in value]
    return value


def null_paths(value: object, path: str = "") -> Iterator[str]:
    """Where a value holds nothing: `functions.OnConnect` for `{"functions": {"OnConnect": None}}`."""
    if value is None:
        yield path
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from null_paths(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for index, item in enumerate(value):
            yield from null_paths(item, f"{path}[{index}]")
