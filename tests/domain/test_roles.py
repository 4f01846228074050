"""Roles: two spellings, any letter case, one meaning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from saai_domain.roles import Rol

SPELLINGS = {
    "TRABAJADOR": Rol.TRABAJADOR,
    "worker": Rol.TRABAJADOR,
    "ADMIN": Rol.ADMIN,
    "admin": Rol.ADMIN,
    "SAAI": Rol.SAAI,
    "saai": Rol.SAAI,
}


@given(spelling=st.sampled_from(sorted(SPELLINGS)), capitals=st.lists(st.booleans(), min_size=10, max_size=10))
def test_both_spellings_mean_the_same_in_any_letter_case(spelling: str, capitals: list[bool]) -> None:
    """Tokens of older and newer SAAI versions are both around."""
    mixed = "".join(
        letter.upper() if capital else letter.lower() for letter, capital in zip(spelling, capitals, strict=False)
    )

    assert Rol.from_claim(mixed) is SPELLINGS[spelling]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "OWNER",
        " ADMIN",
        "ADMIN ",
        "ADMINS",
        "\N{LATIN SMALL LETTER LONG S}aai",
        "adm\N{LATIN SMALL LETTER DOTLESS I}n",
        None,
        1,
        True,
        ["ADMIN"],
        {},
    ],
)
def test_anything_else_is_no_role(value: object) -> None:
    """Letters whose capitals are ours don't count: nobody becomes an operator by a long s."""
    assert Rol.from_claim(value) is None
