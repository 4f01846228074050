"""Signing requests to AWS: Signature Version 4 (AWS IAM User Guide, "Create a signed AWS API request").

Pure: no clock, no environment, no socket. It covers the part of the algorithm that this client's requests need: a path,
no query, the body's hash, and headers whose values hold no runs of spaces.

What is the same for many requests is made once: the key of the day, and for each second everything that stands around
the path and the body. What remains is two hashes a request.
"""

import hmac
import time
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

import msgspec

__all__ = ["Credentials", "Signer"]

ALGORITHM: Final = "AWS4-HMAC-SHA256"
_UNRESERVED: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ENCODED: Final = tuple(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in range(256))
"""How each byte of a path is written (RFC 3986)."""


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """Who signs. A role's credentials, as Lambda has them, come with a session token."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}(access_key_id={self.access_key_id!r})"


class _Second(msgspec.Struct, frozen=True):
    """What all requests of one second share."""

    epoch: int
    key: bytes
    canonical_tail: str
    """The canonical request between the path and the body's hash."""
    string_to_sign_head: str
    headers_head: str
    """The header lines up to the signature."""


def payload_hash(body: bytes) -> str:
    """Return a body's hash as the signature takes it."""
    return sha256(body).hexdigest()


def encode_segment(text: str) -> str:
    """Percent-encode a piece of a path, as it goes over the wire."""
    return "".join(map(_ENCODED.__getitem__, text.encode()))


def canonical_path(path: str) -> str:
    """Encode a path that goes over the wire once more: every service but S3 signs it so."""
    return "/".join(map(encode_segment, path.split("/"))) or "/"


class Signer:
    """Signs requests of one method, to one host, with the same headers. Safe on many threads."""

    def __init__(
        self,
        *,
        credentials: Credentials,
        region: str,
        service: str,
        method: str,
        host: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """``headers`` are signed besides the host, the date and the session token; their names in lower case."""
        self._credentials = credentials
        self._scope = (region, service)
        self._method = method
        token = credentials.session_token
        self._headers = {"host": host, **(headers or {}), **({"x-amz-security-token": token} if token else {})}
        self._day = ("", b"")
        self._second = self._at(0)

    def header_lines(self, path: str, body_hash: str, now: float) -> str:
        """Return the request's header lines with the signature, each ended by CR LF, the host's among them.

        Args:
            path: Encoded twice, see ``canonical_path``.
            body_hash: See ``payload_hash``.
            now: Epoch seconds. AWS accepts signatures for 5 minutes (IAM User Guide).
        """
        second = self._second
        if second.epoch != int(now):
            # Threads may do this twice; both come to the same.
            second = self._second = self._at(int(now))
        request = f"{self._method}\n{path}{second.canonical_tail}{body_hash}"
        text = second.string_to_sign_head + sha256(request.encode()).hexdigest()
        return f"{second.headers_head}{hmac.digest(second.key, text.encode(), 'sha256').hex()}\r\n"

    def _at(self, epoch: int) -> _Second:
        moment = time.gmtime(epoch)
        date = time.strftime("%Y%m%dT%H%M%SZ", moment)
        headers = {**self._headers, "x-amz-date": date}
        names = sorted(headers)
        signed = ";".join(names)
        lines = "".join(f"{name}:{headers[name]}\n" for name in names)
        scope = "/".join((date[:8], *self._scope, "aws4_request"))
        sent = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return _Second(
            epoch=epoch,
            key=self._key(date[:8]),
            # The empty line is the query that no request has.
            canonical_tail=f"\n\n{lines}\n{signed}\n",
            string_to_sign_head=f"{ALGORITHM}\n{date}\n{scope}\n",
            headers_head=f"{sent}authorization: {ALGORITHM} Credential={self._credentials.access_key_id}/{scope}, "
            f"SignedHeaders={signed}, Signature=",
        )

    def _key(self, day: str) -> bytes:
        known, key = self._day
        if known != day:
            key = signing_key(self._credentials.secret_access_key, (day, *self._scope, "aws4_request"))
            self._day = (day, key)
        return key


def signing_key(secret_access_key: str, scope: Sequence[str]) -> bytes:
    """Derive the key that signs a day's requests to a service of a Region."""
    key = f"AWS4{secret_access_key}".encode()
    for part in scope:
        key = hmac.digest(key, part.encode(), "sha256")
    return key
