"""A page of a list, as a screen receives it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import attrs
from aws_lite.wire import encode_json
from saai_domain.errors import InvalidMoney
from saai_domain.money import soles

MAX_PAGE_BYTES: Final = 4_000_000
"""A function can answer 6 MB (AWS Lambda quotas), and 200 sales of 90 lines with long names would be more."""

_MONEY: Final = frozenset(
    {
        "balance",
        "egresos",
        "ingresos",
        "monto",
        "precio",
        "precio_unitario",
        "subtotal",
        "subtotal_item",
        "total",
        "total_egresos",
        "total_ingresos",
        "valor_total",
    }
)
"""docs/domain.md's names of amounts in soles."""


@attrs.define(kw_only=True)
class Page:
    """A page that is being filled. ``siguiente`` leads to the next one; None where the list ends."""

    limite: int
    items: list[Any] = attrs.field(factory=list)
    siguiente: str | None = None
    _bytes: int = 0

    @property
    def room(self) -> int:
        """How many rows it can take."""
        return self.limite - len(self.items)

    @property
    def answer(self) -> Mapping[str, Any]:
        """The list as docs/domain.md has it, but for the cursor."""
        return {"items": self.items, "siguiente": self.siguiente}

    def takes(self, data: Mapping[str, Any]) -> bool:
        """Add a row, unless it belongs on the next page. A page without rows takes any."""
        item = shown(data)
        size = len(encode_json(item).encode())
        if self.items and (not self.room or self._bytes + size > MAX_PAGE_BYTES):
            return False
        self.items.append(item)
        self._bytes += size
        return True


def shown(value: Any, name: str = "") -> Any:  # noqa: ANN401 - whatever a row holds
    """Return a row's value with its amounts in céntimos again: DynamoDB drops a number's trailing zeros."""
    match value:
        case Mapping():
            return {key: shown(each, key) for key, each in value.items()}
        case list():
            return [shown(each) for each in value]
        case Decimal() if name in _MONEY:
            return _in_centimos(value)
        case _:
            return value


def _in_centimos(amount: Decimal) -> Decimal:
    # Other services' digits are theirs: nothing is rounded.
    try:
        exact = soles(amount)
    except InvalidMoney:
        return amount
    return exact if exact == amount else amount
