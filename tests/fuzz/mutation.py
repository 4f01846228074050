"""Bad input made of good input: a value is put in a place of its structure, or its text is damaged."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any, Final

MARK: Final = "<b>ZZMARK</b>\r\n\u2028\u0000"
"""Stands in values that are sent in: where it comes out again it must be escaped."""
NUMBERS: Final = (0, -1, -0.0, 1.5, 1e308, 10**30, -(10**18), 2**63, 9_007_199_254_740_993, True, False)
TEXTS: Final = (
    *("", " ", "0", "1", "-1", "1e1000000", "NaN", "null", "ñandú", "🛒", "\ud800", "\udfff\ud83d", "\u202e", MARK),
    *("T001", "T002", "SAAI", "T001V001", "T001P001", "T001U001", "T002P001", "٣", "T٠٠١", "T001P001 ", "t001"),
    *("a" * 129, "x" * 70_000, "2025-02-30", "9999-12-31T23:59:59-05:00", "__proto__", "constructor", "{}", "[]"),
    *("${jndi:ldap://a}", "' OR 1=1 --", "../../etc/passwd", "%00", "ACTIVO", "venta_registrada", "tienda", "resume"),
)
DEPTH: Final = 3_000


def deep(kind: str) -> str:
    """Return JSON text that is nested deeply."""
    return "[" * DEPTH + "]" * DEPTH if kind == "list" else '{"a":' * DEPTH + "1" + "}" * DEPTH


class Mutator:
    """Draws changes from a seed."""

    def __init__(self, seed: str) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - to be drawn again is what is wanted

    def value(self) -> Any:
        """Return any JSON value."""
        kind = self.chance.randrange(8)
        if kind < 3:
            return self.text()
        if kind < 5:
            return self.chance.choice(NUMBERS)
        if kind == 5:
            return None
        return [self.value() for _ in range(self.chance.randrange(3))] if kind == 6 else {self.text(): self.value()}

    def text(self) -> str:
        """Return a text, hostile or of random characters."""
        if self.chance.random() < 0.8:
            return self.chance.choice(TEXTS)
        return "".join(
            chr(self.chance.choice((self.chance.randrange(128), self.chance.randrange(0x2FFF)))) for _ in range(9)
        )

    def structure(self, seed: Any) -> Any:
        """Return a copy of a JSON value with one to three of its places changed, lost, doubled or wrapped."""
        changed = copy.deepcopy(seed)
        for _ in range(self.chance.choice((1, 1, 2, 3))):
            places = list(_places(changed))
            if not places or self.chance.random() < 0.02:
                return self.value()
            holder, key = self.chance.choice(places)
            action = self.chance.randrange(6)
            if action == 0 and isinstance(holder, dict):
                del holder[key]
            elif action == 1:
                holder[key] = [holder[key]] * self.chance.choice((1, 2, 200))
            elif action == 2 and isinstance(holder, dict):
                holder[self.text()] = holder[key]
            elif action == 3 and isinstance(holder[key], str):
                holder[key] = self.damage(holder[key])
            else:
                holder[key] = self.value()
        return changed

    def damage(self, text: str) -> str:
        """Return a text of which some is cut, doubled, replaced or put in."""
        at, end = sorted(self.chance.randrange(len(text) + 1) for _ in range(2))
        middle = self.chance.choice(("", self.text(), text[at:end] * 2, chr(self.chance.randrange(128))))
        return text[:at] + middle + text[end:]

    def json_text(self, seed: Any) -> str:
        """Return text that is meant for JSON: of a changed structure mostly, damaged or deep sometimes."""
        kind = self.chance.randrange(20)
        if kind == 0:
            return deep(self.chance.choice(("list", "object")))
        if kind == 1:
            return self.text()
        text = json.dumps(self.structure(seed), ensure_ascii=self.chance.random() < 0.5)
        if kind == 2 and text.startswith("{") and len(text) > 2:
            # The same key twice.
            return text[:-1] + "," + text[1:]
        return self.damage(text) if kind < 7 else text


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place of a JSON value: what holds it, and its key there."""
    inside: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value))
    for key, held in inside:
        yield value, key
        yield from _places(held)
