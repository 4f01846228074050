"""Entity codes: `T001`, `T001U001`, `T001P005`, `T001V015`."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from saai_domain.codes import (
    PLATFORM,
    TenantId,
    number_of,
    parse_product_code,
    parse_sale_code,
    parse_store_code,
    parse_tenant_id,
    parse_user_code,
    product_code_for,
    sale_code_for,
    tenant_of,
    user_code_for,
)
from saai_domain.errors import InvalidCode

STORES = st.integers(min_value=1, max_value=10**15 - 1).map(lambda number: TenantId(f"T{number:03d}"))
NUMBERS = st.integers(min_value=1, max_value=10**15 - 1)

NO_CODE_OF_ANY_KIND = [
    "",
    "T",
    "T01",
    "t001",
    " T001",
    "T001\n",
    "T\N{ARABIC-INDIC DIGIT ZERO}01",
    "T001X001",
    "T001V01",
    "T001v015",
    "T001V015 ",
    "T001V01\N{ARABIC-INDIC DIGIT FIVE}",
    "V015",
    "saaiU001",
    "T" + "1" * 16,
    "T001V" + "1" * 16,
    None,
    1,
    True,
    ["T001"],
]


@pytest.mark.parametrize(
    ("read", "code"),
    [
        (parse_store_code, "T001"),
        (parse_store_code, "T1000"),
        (parse_tenant_id, "T001"),
        (parse_tenant_id, "SAAI"),
        (parse_user_code, "T001U001"),
        (parse_user_code, "SAAIU001"),
        (parse_product_code, "T001P005"),
        (parse_sale_code, "T001V015"),
        (parse_sale_code, "T1000V1000"),
    ],
)
def test_a_code_of_its_kind_is_returned_as_it_is(read: Callable[[object], str], code: str) -> None:
    """docs/domain.md's examples, and what follows 999."""
    assert read(code) == code


@pytest.mark.parametrize(
    "read", [parse_store_code, parse_tenant_id, parse_user_code, parse_product_code, parse_sale_code]
)
@pytest.mark.parametrize("value", NO_CODE_OF_ANY_KIND)
def test_anything_else_is_refused(read: Callable[[object], str], value: object) -> None:
    """Close misses too: letter case, blanks, other alphabets' digits, endless digits."""
    with pytest.raises(InvalidCode) as refusal:
        read(value)

    assert refusal.value.value is value


@pytest.mark.parametrize(
    ("read", "code", "kind"),
    [
        (parse_user_code, "T001P005", "usuario"),
        (parse_product_code, "T001V015", "producto"),
        (parse_sale_code, "T001U001", "venta"),
        (parse_store_code, "T001P005", "tienda"),
        (parse_store_code, "SAAI", "tienda"),
    ],
)
def test_a_code_of_another_kind_is_refused(read: Callable[[object], str], code: str, kind: str) -> None:
    """The platform is a tenant, but no store."""
    with pytest.raises(InvalidCode) as refusal:
        read(code)

    assert refusal.value.kind == kind


def test_999_is_followed_by_1000() -> None:
    """Three digits are the least, not the most."""
    store = parse_store_code("T001")

    assert [sale_code_for(store, number) for number in (1, 999, 1000)] == ["T001V001", "T001V999", "T001V1000"]


@pytest.mark.parametrize("make", [sale_code_for, product_code_for, user_code_for])
@pytest.mark.parametrize("number", [0, -1])
def test_codes_count_from_one(make: Callable[[TenantId, int], str], number: int) -> None:
    """A counter that was never used stands at 0: its first code is 1."""
    with pytest.raises(ValueError, match="count from 1"):
        make(parse_store_code("T001"), number)


@given(tenant=STORES | st.just(PLATFORM), number=NUMBERS)
def test_a_generated_code_is_valid_and_tells_its_tenant_and_number(tenant: TenantId, number: int) -> None:
    """For every tenant, number and kind."""
    user = user_code_for(tenant, number)
    product = product_code_for(tenant, number)
    sale = sale_code_for(tenant, number)

    assert (parse_user_code(user), parse_product_code(product), parse_sale_code(sale)) == (user, product, sale)
    assert {tenant_of(code) for code in (user, product, sale)} == {tenant}
    assert {number_of(code) for code in (user, product, sale)} == {number}


@given(text=st.text())
def test_no_text_is_a_code_of_two_kinds(text: str) -> None:
    """Whatever is accepted is accepted by one reader only."""
    accepted = 0
    for read in (parse_store_code, parse_user_code, parse_product_code, parse_sale_code):
        try:
            read(text)
        except InvalidCode:
            continue
        accepted += 1

    assert accepted <= 1
