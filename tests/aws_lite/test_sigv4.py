"""Signing, beside AWS's published test suite for Signature Version 4 and beside botocore."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from aws_lite.sigv4 import Credentials, Signer, canonical_path, encode_segment, payload_hash, signing_key
from botocore import credentials as botocore_credentials
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from hypothesis import given
from hypothesis import strategies as st

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = (
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7"
    "mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d"
    "+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="
)
MOMENT = datetime(2015, 8, 30, 12, 36, tzinfo=UTC).timestamp()


def _signer(*, method: str = "GET", token: str | None = None, headers: dict[str, str] | None = None) -> Signer:
    return Signer(
        credentials=Credentials(access_key_id="AKIDEXAMPLE", secret_access_key=SECRET, session_token=token),
        region="us-east-1",
        service="service",
        method=method,
        host="example.amazonaws.com",
        headers=headers,
    )


def _headers(lines: str) -> dict[str, str]:
    assert lines.endswith("\r\n")
    return dict(line.split(": ", 1) for line in lines[:-2].split("\r\n"))


@pytest.mark.parametrize(
    ("signer", "path", "body", "signature"),
    [
        pytest.param(
            _signer(), "/", b"", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31", id="get-vanilla"
        ),
        pytest.param(
            _signer(method="POST"),
            "/",
            b"",
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
            id="post-vanilla",
        ),
        pytest.param(
            _signer(), "/ሴ", b"", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85", id="get-utf8"
        ),
        pytest.param(
            _signer(),
            "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
            b"",
            "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
            id="get-unreserved",
        ),
        pytest.param(
            _signer(method="POST", token=TOKEN),
            "/",
            b"",
            "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
            id="post-sts-header-before",
        ),
        pytest.param(
            _signer(method="POST", headers={"content-type": "application/x-www-form-urlencoded"}),
            "/",
            b"Param1=value1",
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
            id="post-x-www-form-urlencoded",
        ),
        pytest.param(
            _signer(method="POST", headers={"my-header1": "value1"}),
            "/",
            b"",
            "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
            id="post-header-key-sort",
        ),
        pytest.param(
            _signer(method="POST", headers={"my-header1": "VALUE1"}),
            "/",
            b"",
            "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
            id="post-header-value-case",
        ),
    ],
)
def test_the_published_test_suite(signer: Signer, path: str, body: bytes, signature: str) -> None:
    """The cases that a request of this client's can be like, under the suite's own names."""
    headers = _headers(signer.header_lines(canonical_path(path), payload_hash(body), MOMENT))
    assert headers["authorization"].endswith(f"Signature={signature}")
    assert headers["authorization"].startswith(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders="
    )


def test_the_published_key_of_a_day() -> None:
    """AWS's own example of deriving one (IAM User Guide)."""
    key = signing_key(SECRET, ("20150830", "us-east-1", "iam", "aws4_request"))
    assert key.hex() == "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"


@given(
    # "." and ".." are steps of a path, which is normalized before it is signed; no id is one.
    connection_id=st.text(min_size=1, max_size=40).filter(lambda text: text not in {".", ".."}),
    body=st.binary(max_size=200),
    prefix=st.sampled_from(["/dev", "/_aws/execute-api/abc/dev", "/a b", ""]),
    token=st.none() | st.text("abc/+=", min_size=1, max_size=50),
    method=st.sampled_from(["POST", "DELETE"]),
    epoch=st.integers(0, 4_000_000_000),
    headers=st.dictionaries(st.sampled_from(["content-type", "x-amz-target", "a", "z"]), st.text("aB.1/", min_size=1)),
)
def test_botocore_signs_the_same(
    connection_id: str,
    body: bytes,
    prefix: str,
    token: str | None,
    method: str,
    epoch: int,
    headers: dict[str, str],
) -> None:
    """Whatever the id, the body, the moment, the token and the headers."""
    path = f"{prefix.replace(' ', '%20')}/@connections/{encode_segment(connection_id)}"
    request = AWSRequest(method, f"https://abc.test{path}", headers=headers, data=body)
    who: Any = botocore_credentials.Credentials("AKID", SECRET, token)
    with time_machine.travel(datetime.fromtimestamp(epoch, UTC), tick=False):
        SigV4Auth(who, "execute-api", "us-east-1").add_auth(request)
    signer = Signer(
        credentials=Credentials(access_key_id="AKID", secret_access_key=SECRET, session_token=token),
        region="us-east-1",
        service="execute-api",
        method=method,
        host="abc.test",
        headers=headers,
    )
    signed = _headers(signer.header_lines(canonical_path(path), payload_hash(body), epoch + 0.5))
    assert signed["authorization"] == request.headers["Authorization"]
    assert signed["x-amz-date"] == request.headers["X-Amz-Date"]


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=8))
def test_one_signer_signs_as_a_new_one_would(moments: list[int]) -> None:
    """What it keeps of the second and of the day never outlives them."""
    kept = _signer(token=TOKEN)
    for moment in moments:
        assert kept.header_lines("/x", "0", moment) == _signer(token=TOKEN).header_lines("/x", "0", moment)


def test_an_id_is_encoded_once_on_the_wire_and_twice_in_what_is_signed() -> None:
    """API Gateway's ids end in an equals sign."""
    assert encode_segment("L0SM9cOFvHcCIhw=") == "L0SM9cOFvHcCIhw%3D"
    assert canonical_path("/dev/@connections/L0SM9cOFvHcCIhw%3D") == "/dev/%40connections/L0SM9cOFvHcCIhw%253D"


def test_secrets_are_not_shown() -> None:
    """A log line or a trace may show whose credentials they are, and no more."""
    shown = repr(Credentials(access_key_id="AKID", secret_access_key=SECRET, session_token=TOKEN))
    assert "AKID" in shown
    assert SECRET not in shown
    assert TOKEN not in shown
