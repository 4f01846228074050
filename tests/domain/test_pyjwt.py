"""PyJWT without its HTTP half: the same package, whole as soon as somebody asks for it."""

import json
import subprocess
import sys

import jwt
import pytest
from saai_domain import pyjwt

CLIENT_OF_KEY_SETS = ("urllib.request", "http.client", "jwt.jwks_client")
SECRET = "a-secret-of-the-tests-with-32-bytes-or-more"
CLAIMS = {"tenant_id": "T001", "codigo_usuario": "T001U001", "rol": "admin", "exp": 4_000_000_000}


def run(program: str) -> object:
    """Run a program in a Python of its own; return what it prints, as JSON."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", f"import json, sys\nsys.path[:0] = {sys.path!r}\n{program}"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_verifying_tokens_imports_nothing_of_http() -> None:
    """Which is what it is for."""
    program = f"import saai_domain.auth\nprint(json.dumps([n for n in {CLIENT_OF_KEY_SETS!r} if n in sys.modules]))"
    assert run(program) == []


def test_whoever_imports_jwt_gets_it_whole() -> None:
    """Also the half that was put off, and its version; another service may use it in the same process."""
    program = """
import saai_domain.pyjwt as ours
import jwt
put_off = "jwt.jwks_client" in sys.modules
jwt.PyJWKClient("https://example.test/keys")
import jwt as again
print(json.dumps([put_off, jwt.decode is ours.decode, jwt.__version__ != "", again is jwt, jwt.__path__ != []]))
"""
    assert run(program) == [False, True, True, True, True]


def test_what_is_used_is_pyjwts_own() -> None:
    """Not a copy: whoever catches an error of PyJWT's catches ours."""
    for name in pyjwt.__all__:
        assert getattr(pyjwt, name) is getattr(jwt, name)


TOKENS = {
    "good": jwt.encode(CLAIMS, SECRET),
    "of another key": jwt.encode(CLAIMS, "another-secret-of-32-bytes-or-more-it-is"),
    "of another algorithm": jwt.encode(CLAIMS, SECRET * 2, algorithm="HS512"),
    "unsigned": jwt.encode(CLAIMS, "", algorithm="none"),
    "expired": jwt.encode({**CLAIMS, "exp": 1}, SECRET),
    "not valid yet": jwt.encode({**CLAIMS, "nbf": 4_000_000_000}, SECRET),
    "without a claim": jwt.encode({"exp": 4_000_000_000}, SECRET),
    "for another audience": jwt.encode({**CLAIMS, "aud": "another", "iat": 4_000_000_000}, SECRET),
    "no token": "no token",
    "no JSON": "e30.e30.e30",
    "not text": "\ud800",
}


@pytest.fixture(scope="module")
def outcomes() -> dict[str, list[str]]:
    """What verification says of each token, before the package is whole and afterwards."""
    program = f"""
from saai_domain.auth import verificar_token_jwt
tokens = json.loads({json.dumps(json.dumps(TOKENS))})
def outcome(token):
    try:
        return verificar_token_jwt(token, {SECRET!r}).codigo_usuario
    except Exception as error:
        return f"{{type(error).__name__}}: {{error}}"
before = {{name: outcome(token) for name, token in tokens.items()}}
assert "jwt.jwks_client" not in sys.modules
import jwt
jwt.PyJWKClient
print(json.dumps({{name: [before[name], outcome(token)] for name, token in tokens.items()}}))
"""
    found = run(program)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("name", list(TOKENS))
def test_every_way_of_verification_is_the_same_without_the_other_half(
    outcomes: dict[str, list[str]], name: str
) -> None:
    """What is good stays good, and a refusal gives the same reason."""
    before, afterwards = outcomes[name]
    assert before == afterwards
    good = before == "T001U001"
    assert good == (name in {"good", "for another audience"})
