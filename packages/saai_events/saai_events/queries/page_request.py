"""What a screen asks for: how many rows, and where to begin."""

import base64
import re
from collections.abc import Mapping
from typing import Final

from saai_domain.codes import TenantId, number_of, parse_sale_code, tenant_of
from saai_domain.errors import FieldError, InvalidCode, InvalidInput
from saai_domain.limits import DEFAULT_PAGE, MAX_PAGE

_MAX_TOKEN: Final = 2_000
"""Characters; a sort key of DynamoDB has at most 1,024 bytes."""


def read_key_page(query: Mapping[str, str], tenant_id: TenantId) -> tuple[int, str | None]:
    """Return ``limite``, and the key after which the page begins; None for the first page.

    Raises:
        InvalidInput: Names every bad parameter.
    """
    problems: list[FieldError] = []
    limit = _limit(query, problems)
    after = None
    if "siguiente" in query:
        after = _key_in(query["siguiente"], tenant_id)
        if after is None:
            problems.append(FieldError("siguiente", "No es la continuación de una lista de esta tienda."))
    if problems:
        raise InvalidInput(*problems)
    return limit, after


def read_sale_page(query: Mapping[str, str], tenant_id: TenantId) -> tuple[int, int | None]:
    """Return ``limite``, and the number of the sale with which the page begins; None for the newest.

    Both ``desde``, where a list may begin, and ``siguiente``, which takes precedence, are sale codes.

    Raises:
        InvalidInput: Names every bad parameter.
    """
    problems: list[FieldError] = []
    limit = _limit(query, problems)
    start = None
    for name in ("desde", "siguiente"):
        if name in query:
            start = _sale_number(name, query[name], tenant_id, problems)
    if problems:
        raise InvalidInput(*problems)
    return limit, start


def page_token(tenant_id: TenantId, entity_id: str) -> str:
    """Write the ``siguiente`` of a page that ended with this row."""
    return base64.urlsafe_b64encode(f"{tenant_id}/{entity_id}".encode()).decode().rstrip("=")


def _limit(query: Mapping[str, str], problems: list[FieldError]) -> int:
    text = query.get("limite", str(DEFAULT_PAGE))
    if re.fullmatch(r"[0-9]{1,3}", text) and 1 <= int(text) <= MAX_PAGE:
        return int(text)
    problems.append(FieldError("limite", f"Se espera un número entero de 1 a {MAX_PAGE}."))
    return DEFAULT_PAGE


def _key_in(token: str, tenant_id: TenantId) -> str | None:
    """Return the key that a page's token holds; None where it is no token of this store."""
    if len(token) > _MAX_TOKEN or not re.fullmatch(r"[\w-]+", token, re.ASCII):
        return None
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
    except ValueError:
        return None
    owner, _, entity_id = text.partition("/")
    return entity_id if owner == tenant_id and entity_id else None


def _sale_number(name: str, text: str, tenant_id: TenantId, problems: list[FieldError]) -> int | None:
    try:
        code = parse_sale_code(text)
    except InvalidCode:
        problems.append(FieldError(name, "No es un código de venta, por ejemplo T001V001."))
        return None
    if tenant_of(code) != tenant_id:
        problems.append(FieldError(name, "La venta no es de esta tienda."))
    return number_of(code)
