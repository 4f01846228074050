"""Reading numbers that other services wrote to a row."""

from decimal import Decimal, InvalidOperation


def plain_number(value: object) -> Decimal | None:
    """Return a finite number, whether it was written as a number or as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def whole_number(value: object) -> int | None:
    """Return a number without a fraction; None for anything else."""
    number = plain_number(value)
    return int(number) if number is not None and number == number.to_integral_value() else None
