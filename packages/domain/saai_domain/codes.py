"""Entity codes (docs/domain.md, "Identity"): ``T001``, ``T001U001``, ``T001P005``, ``T001V015``."""

import re
from typing import NewType

from saai_domain.errors import InvalidCode

__all__ = [
    "PLATFORM",
    "ConnectionId",
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

# No counter gets beyond 15 digits; a key of DynamoDB has an end, and so has what a client may send.
_STORE = re.compile(r"T[0-9]{3,15}")
_MEMBER = re.compile(r"(T[0-9]{3,15}|SAAI)([UPV])[0-9]{3,15}")


def parse_store_code(value: object) -> TenantId:
    """Read a store's code.

    Raises:
        InvalidCode: It isn't one.
    """
    if not isinstance(value, str) or not _STORE.fullmatch(value):
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
    return UserCode(_member(value, "U", "usuario"))


def parse_product_code(value: object) -> ProductCode:
    """Read a product's code.

    Raises:
        InvalidCode: It isn't one.
    """
    return ProductCode(_member(value, "P", "producto"))


def parse_sale_code(value: object) -> SaleCode:
    """Read a sale's code.

    Raises:
        InvalidCode: It isn't one.
    """
    return SaleCode(_member(value, "V", "venta"))


def tenant_of(code: UserCode | ProductCode | SaleCode) -> TenantId:
    """Return the tenant to which a checked code belongs."""
    return TenantId(code.rstrip("0123456789")[:-1])


def sale_code_for(tenant: TenantId, number: int) -> SaleCode:
    """Return the code of a store's sale by its number, from 1; 999 is followed by 1000."""
    return SaleCode(_numbered(tenant, "V", number))


def product_code_for(tenant: TenantId, number: int) -> ProductCode:
    """Return the code of a store's product by its number, from 1."""
    return ProductCode(_numbered(tenant, "P", number))


def user_code_for(tenant: TenantId, number: int) -> UserCode:
    """Return the code of a tenant's user by its number, from 1."""
    return UserCode(_numbered(tenant, "U", number))


def number_of(code: UserCode | ProductCode | SaleCode) -> int:
    """Return the number in a checked code: 15 of ``T001V015``."""
    return int(code[len(tenant_of(code)) + 1 :])


def _numbered(tenant: TenantId, letter: str, number: int) -> str:
    if number < 1:
        msg = f"codes count from 1, not {number}"
        raise ValueError(msg)
    return f"{tenant}{letter}{number:03d}"


def _member(value: object, letter: str, kind: str) -> str:
    match = _MEMBER.fullmatch(value) if isinstance(value, str) else None
    if match is None or match[2] != letter:
        raise InvalidCode(kind, value, f"T001{letter}001")
    return match[0]
