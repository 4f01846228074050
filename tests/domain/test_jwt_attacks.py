"""The published attacks on JSON Web Tokens, each refused (RFC 8725, "JSON Web Token Best Current Practices")."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from saai_domain.auth import verificar_token_jwt
from saai_domain.errors import InvalidToken
from saai_domain.testing.tokens import CASHIER, SECRET, token

HS256 = {"alg": "HS256", "typ": "JWT"}
PUBLIC_KEY = "-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAK\n-----END PUBLIC KEY-----\n"


def part(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def signed(header: object, claims: object, *, key: str = SECRET, digest: Any = hashlib.sha256) -> str:
    """A token with any header and claims; texts stand as they are, so that a key may be there twice."""
    said = f"{part(header)}.{part(claims)}"
    signature = hmac.new(key.encode(), said.encode(), digest).digest()
    return f"{said}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def unsigned(header: object) -> str:
    return f"{part(header)}.{part(dict(CASHIER))}."


OWNER = {**CASHIER, "rol": "ADMIN"}
ATTACKS = {
    **{f"alg {name}": unsigned({"alg": name}) for name in ("none", "None", "NONE", "nOnE", "", " none")},
    "no alg": unsigned({"typ": "JWT"}),
    "alg null": unsigned({"alg": None}),
    "alg a list": unsigned({"alg": ["HS256"]}),
    "signature cut": ".".join([*token().split(".")[:2], ""]),
    "no signature part": ".".join(token().split(".")[:2]),
    "another's signature": ".".join([*signed(HS256, OWNER).split(".")[:2], token().split(".")[2]]),
    "RS256 with the secret": signed({"alg": "RS256"}, CASHIER),
    "a public key as the secret": signed(HS256, CASHIER, key=PUBLIC_KEY),
    "HS512": signed({"alg": "HS512"}, CASHIER, digest=hashlib.sha512),
    "an empty key": signed(HS256, CASHIER, key=""),
    "kid of a file": signed({**HS256, "kid": "../../../../dev/null"}, CASHIER, key=""),
    "kid of SQL": signed({**HS256, "kid": "x' UNION SELECT 'key'--"}, CASHIER, key="key"),
    "kid of a command": signed({**HS256, "kid": "key|whoami"}, CASHIER, key="key"),
    "kid a number": signed({**HS256, "kid": 7}, CASHIER, key="key"),
    "jwk of the sender's own": signed({**HS256, "jwk": {"kty": "oct", "k": part("key")}}, CASHIER, key="key"),
    "jku of the sender's own": signed({**HS256, "jku": "https://attacker.example/keys"}, CASHIER, key="key"),
    "x5u of the sender's own": signed({**HS256, "x5u": "https://attacker.example/cert"}, CASHIER, key="key"),
    "x5c of the sender's own": signed({**HS256, "x5c": ["MIIB"]}, CASHIER, key="key"),
    "crit that is unknown": signed({**HS256, "crit": ["exp2"], "exp2": 1}, CASHIER),
    "crit empty": signed({**HS256, "crit": []}, CASHIER),
    "crit b64": signed({**HS256, "crit": ["b64"], "b64": False}, CASHIER),
    "a token within a token": signed({**HS256, "cty": "JWT"}, json.dumps(token())),
    "an encrypted one": f"{part({'alg': 'dir', 'enc': 'A128GCM'})}..{part('iv')}.{part('x')}.{part('tag')}",
    "claims that are a list": signed(HS256, "[]"),
    "header that is a list": signed("[]", CASHIER),
    "deep claims": signed(HS256, "[" * 100_000),
    "deep header": signed('{"a":' * 5_000 + "1" + "}" * 5_000, CASHIER),
    "huge claims of another's key": signed(HS256, {**CASHIER, "x": "x" * 1_000_000}, key="key"),
    "unicode digits in a code": signed(HS256, {**CASHIER, "tenant_id": "T٠٠١"}),
    "full-width role": signed(HS256, {**CASHIER, "rol": "ＡＤＭＩＮ"}),
    "another encoding of base64": token().replace(".", ".=", 1),
    "a line break at the end": token() + "\n.",
    "a lone surrogate": "\ud800." + token(),
    "NUL": token() + "\0",
    "four parts": token() + ".x",
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_it_is_refused_as_no_token_of_ours(attack: str) -> None:
    """By the one typed error, whatever it tries."""
    with pytest.raises(InvalidToken):
        verificar_token_jwt(attack, SECRET)


@pytest.mark.parametrize("name", ["kid", "jku", "x5u", "x5c", "jwk"])
def test_what_a_header_says_of_keys_is_never_looked_at(name: str) -> None:
    """Ours decides, so a token of ours that names another is still ours."""
    text = signed({**HS256, name: "https://attacker.example"}, CASHIER)
    assert verificar_token_jwt(text, SECRET).rol == "TRABAJADOR"


@pytest.mark.parametrize("first", ["ADMIN", "TRABAJADOR"])
def test_of_a_claim_that_is_there_twice_every_reader_takes_the_last(first: str) -> None:
    """Nobody but who signs can write one; and no two functions of ours read it differently."""
    claims = json.dumps(dict(CASHIER))
    doubled = f'{{"rol": "{first}",' + claims[1:]
    assert verificar_token_jwt(signed(HS256, doubled), SECRET).rol == "TRABAJADOR"
