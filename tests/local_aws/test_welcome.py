"""What `make dev` prints."""

import json
import shlex
from pathlib import Path

import attrs
import jwt
from local_aws.catalogue import catalogue
from local_aws.welcome import sale_command, welcome

from tests.local_aws.support import STACK as PLAIN

STACK = attrs.evolve(PLAIN, jwt_secret="a-secret-of-sufficient-length-for-hs256")
TIENDAS = catalogue()
CONSOLE = "http://127.0.0.1:8642/"


def test_there_is_a_ready_token_per_role() -> None:
    """Of people who exist in the store; SAAI's operator has no row there."""
    text = welcome(STACK, TIENDAS, console=CONSOLE, log=Path("/repo/.local/ministack.log"))
    tokens = [line.strip() for line in text.splitlines() if line.startswith("    ey")]
    claims = [jwt.decode(token, STACK.jwt_secret, algorithms=["HS256"]) for token in tokens]
    assert {each["rol"]: each["codigo_usuario"] for each in claims} == {
        "ADMIN": "T001U001",
        "TRABAJADOR": "T001U002",
        "SAAI": "T001U999",
    }


def test_the_sale_can_be_pasted_into_a_shell() -> None:
    """One curl command whose body is the contract's."""
    command, *arguments = shlex.split(sale_command(STACK, TIENDAS[0], "t"))

    assert command == "curl"
    assert f"{STACK.api_url}/ventas" in arguments
    assert "authorization: Bearer t" in arguments
    assert json.loads(arguments[arguments.index("-d") + 1]) == {
        "productos": [{"codigo_producto": "T001P001", "cantidad": 2}],
        "metodo_pago": "EFECTIVO",
    }


def test_the_console_page_comes_first() -> None:
    """It is what a newcomer opens."""
    text = welcome(STACK, TIENDAS, console=CONSOLE, log=Path("/repo/.local/ministack.log"))

    assert text.split()[:2] == ["Console", CONSOLE]


def test_the_text_has_every_address_and_a_wscat_line() -> None:
    """The owner's screen is a paste away."""
    text = welcome(STACK, TIENDAS, console=CONSOLE, log=Path("/repo/.local/ministack.log"))

    assert all(part in text for part in (STACK.ws_url, STACK.api_url, STACK.endpoint_url, "ministack.log"))
    (wscat,) = (line.strip() for line in text.splitlines() if "wscat" in line)
    url = shlex.split(wscat)[2]
    assert url.startswith(f"{STACK.ws_url}?token=")


def test_the_contracts_pages_have_an_address_where_they_were_built() -> None:
    """Otherwise there is the command that builds them."""
    log = Path("/repo/.local/ministack.log")

    assert "make frontend docs" in welcome(STACK, TIENDAS, console=CONSOLE, log=log)
    assert f"{CONSOLE}contracts/" in welcome(STACK, TIENDAS, console=CONSOLE, contracts=f"{CONSOLE}contracts/", log=log)
