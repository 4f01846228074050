"""Money: Decimal soles with 2 decimals, never float (docs/domain.md, "Table model")."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from saai_domain.errors import InvalidMoney

__all__ = ["CENTIMO", "ZERO", "soles"]

CENTIMO = Decimal("0.01")
ZERO = Decimal("0.00")


def soles(value: Decimal | int | str) -> Decimal:
    """Return the amount with exactly 2 decimals; half a céntimo is rounded away from zero.

    Raises:
        InvalidMoney: A float, a boolean, not a number, not finite, or 27 digits and more.
    """
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise InvalidMoney(value)
    try:
        amount = Decimal(value).quantize(CENTIMO, ROUND_HALF_UP)
    except InvalidOperation:
        raise InvalidMoney(value) from None
    if amount.is_nan():
        raise InvalidMoney(value)
    return amount
