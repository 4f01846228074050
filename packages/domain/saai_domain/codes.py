"""Entity codes (docs/domain.md, "Identity"): ``T001``, ``T001U001``, ``T001P005``, ``T001V015``.

A kind of code is declared in `Kind` and nowhere else.
"""

import re
from enum import Enum
from typing import Final, NewType

from saai_domain.errors import InvalidCode

__all__ = [
    "PLATFORM",
    "STORE_PATTERN",
    "ConnectionId",
    "Kind",
    "ProductCode",
    "SaleCode",
    "TenantId",
    "UserCode",
    "number_of",
    "parse_product_code",
    "parse_sale_code",
    "parse_store_code",
    "parse_tenant_id",
    "parse_user_code",
    "product_code_for",
    "sale_code_for",
    "tenant_of",
    "user_code_for",
]

TenantId = NewType("TenantId", str)
"""A store's code, or ``SAAI`` for the platform itself."""
UserCode = NewType("UserCode", str)
ProductCode = NewType("ProductCode", str)
SaleCode = NewType("SaleCode", str)
ConnectionId = NewType("ConnectionId", str)
"""API Gateway's id of one WebSocket connection; opaque."""

PLATFORM = TenantId("SAAI")
"""The tenant of the platform's own rows and operators."""

# No counter gets beyond 15 digits; a key of DynamoDB is limited, and so is what a client may send.
_NUMBER: Final = "[0-9]{3,15}"
STORE_PATTERN: Final = f"T{_NUMBER}"
"""A store's code as a regular expression."""
_TENANT: Final = f"{STORE_PATTERN}|{PLATFORM}"


class Kind(Enum):
    """What is numbered within a tenant: the letter before its number, what it is called in Spanish, and its counter.

    The counter's name in ``counters`` is that of the table of its rows: there it stands at the highest number.
    """

    USER = ("U", "usuario", "usuarios")
    PRODUCT = ("P", "producto", "productos")
    SALE = ("V", "venta", "ventas")
    EXPENSE = ("G", "gasto", "gastos")

    def __init__(self, letter: str, spanish: str, counter: str) -> None:
        self.letter = letter
        self.spanish = spanish
        self.counter = counter

    @property
    def pattern(self) -> str:
        """A code of this kind as a regular expression, which must match the whole of it."""
        return f"({_TENANT}){self.letter}{_NUMBER}"

    def code(self, tenant: TenantId, number: int) -> str:
        """Return a code by its number, from 1; 999 is followed by 1000."""
        if number < 1:
            msg = f"codes count from 1, not {number}"
            raise ValueError(msg)
        return f"{tenant}{self.letter}{number:03d}"

    def parse(self, value: object) -> str:
        """Read a code of this kind.

        Raises:
            InvalidCode: It isn't one.
        """
        match = re.fullmatch(_MEMBER, value) if isinstance(value, str) else None
        if match is None or match[2] != self.letter:
            raise InvalidCode(self.spanish, value, self.code(TenantId("T001"), 1))
        return match[0]


# Compiled when it is first asked for: many functions never read such a code.
_MEMBER: Final = f"({_TENANT})([{''.join(kind.letter for kind in Kind)}]){_NUMBER}"


def parse_store_code(value: object) -> TenantId:
    """Read a store's code.

    Raises:
        InvalidCode: It isn't one.
    """
    if not isinstance(value, str) or not re.fullmatch(STORE_PATTERN, value):
        raise InvalidCode("tienda", value, "T001")
    return TenantId(value)


def parse_tenant_id(value: object) -> TenantId:
    """Read a token's tenant: a store's code or the platform's.

    Raises:
        InvalidCode: It is neither.
    """
    return PLATFORM if value == PLATFORM else parse_store_code(value)


def parse_user_code(value: object) -> UserCode:
    """Read a user's code.

    Raises:
        InvalidCode: It isn't one.
    """
    return UserCode(Kind.USER.parse(value))


def parse_product_code(value: object) -> ProductCode:
    """Read a product's code.

    Raises:
        InvalidCode: It isn't one.
    """
    return ProductCode(Kind.PRODUCT.parse(value))


def parse_sale_code(value: object) -> SaleCode:
    """Read a sale's code.

    Raises:
        InvalidCode: It isn't one.
    """
    return SaleCode(Kind.SALE.parse(value))


def tenant_of(code: str) -> TenantId:
    """Return the tenant to which a checked code of any kind belongs."""
    return TenantId(code.rstrip("0123456789")[:-1])


def sale_code_for(tenant: TenantId, number: int) -> SaleCode:
    """Return the code of a store's sale by its number, from 1."""
    return SaleCode(Kind.SALE.code(tenant, number))


def product_code_for(tenant: TenantId, number: int) -> ProductCode:
    """Return the code of a store's product by its number, from 1."""
    return ProductCode(Kind.PRODUCT.code(tenant, number))


def user_code_for(tenant: TenantId, number: int) -> UserCode:
    """Return the code of a tenant's user by its number, from 1."""
    return UserCode(Kind.USER.code(tenant, number))


def number_of(code: str) -> int:
    """Return the number in a checked code of any kind: 15 of ``T001V015``."""
    return int(code[len(tenant_of(code)) + 1 :])
