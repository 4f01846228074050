"""Money: Decimal soles with 2 decimals, never float (DOMAIN.md, "Table model")."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from saai_domain.errors import InvalidMoney

CENTIMO = Decimal("0.01")
ZERO = Decimal("0.00")


def soles(value: Decimal | int | str) -> Decimal:
    """Return the amount with exactly 2 decimals; half a céntimo is rounded up.

    Raises:
        InvalidMoney: A float, a boolean, not a number, or not finite.
    """
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise InvalidMoney(value)
    try:
        return Decimal(value).quantize(CENTIMO, ROUND_HALF_UP)
    except InvalidOperation:
        raise InvalidMoney(value) from None
