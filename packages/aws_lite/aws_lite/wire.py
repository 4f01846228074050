"""JSON as it goes over the wire: UTF-8, compact, Decimals as numbers with all their digits (``12.50``)."""

from decimal import Decimal

import msgspec

__all__ = ["decode_json_with_decimals", "decode_json_with_floats", "encode_json"]

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_DECODER = msgspec.json.Decoder(float_hook=Decimal)


def encode_json(value: object) -> str:
    """Write a value as JSON text.

    Raises:
        UnicodeEncodeError: A text holds half a surrogate pair, which UTF-8 can't carry.
    """
    return _ENCODER.encode(value).decode()


def decode_json_with_decimals(text: str | bytes) -> object:
    """Read JSON; numbers with a fraction become Decimal, so that money never passes through a float.

    Raises:
        msgspec.DecodeError: It isn't JSON.
    """
    try:
        return _DECODER.decode(text)
    except (UnicodeError, RecursionError, ArithmeticError) as error:
        # Bytes that are not UTF-8, nesting without end, an exponent beyond Decimal's.
        raise msgspec.DecodeError(str(error)) from error


def decode_json_with_floats(text: bytes) -> object:
    """Read JSON of which no number is money, with floats.

    Raises:
        ValueError: It isn't JSON.
    """
    return msgspec.json.decode(text)
