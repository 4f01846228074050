"""SAAI's HTTP envelope (docs/domain.md, "HTTP envelope") on API Gateway's HTTP API, payload format 2.0.

The one place where errors become statuses.
"""

import base64
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, TypeVar

import attrs
import msgspec
from aws_lite.wire import decode_json_with_decimals, encode_json

from saai_domain.errors import (
    Conflict,
    FieldError,
    InvalidInput,
    NotAdmitted,
    NotFound,
    OutOfTime,
    RoleNotAllowed,
    SaaiError,
    TokenError,
)

__all__ = ["Request", "Response", "bearer_token", "failure", "headers_of", "read_body", "status_of", "success"]

T = TypeVar("T")

Response = dict[str, Any]
"""What a function answers to API Gateway."""

_KEY: Final = re.compile(r"[!-~]{1,128}")
_STATUSES: Final = (
    (InvalidInput, HTTPStatus.BAD_REQUEST),
    (TokenError, HTTPStatus.UNAUTHORIZED),
    (RoleNotAllowed, HTTPStatus.FORBIDDEN),
    (NotAdmitted, HTTPStatus.FORBIDDEN),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Conflict, HTTPStatus.CONFLICT),
    (OutOfTime, HTTPStatus.SERVICE_UNAVAILABLE),
)


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request: header names in lower case, the body as sent."""

    request_id: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "Request":
        """Read API Gateway's event.

        Raises:
            InvalidInput: The body is said to be base64 and isn't.
        """
        return cls(
            request_id=event["requestContext"]["requestId"],
            headers=headers_of(event),
            query=event.get("queryStringParameters") or {},
            body=_body(event),
        )

    @property
    def bearer_token(self) -> str | None:
        """The token of the ``Authorization`` header, with or without the ``Bearer`` prefix."""
        return bearer_token(self.headers)

    @property
    def idempotency_key(self) -> str:
        """The ``Idempotency-Key`` header as ``key#…``; where there is none, the request's own id as ``request#…``.

        Raises:
            InvalidInput: It is not 1 to 128 visible ASCII characters.
        """
        key = self.headers.get("idempotency-key")
        if key is None:
            return f"request#{self.request_id}"
        if not _KEY.fullmatch(key):
            raise InvalidInput(FieldError("Idempotency-Key", "Se esperan de 1 a 128 caracteres ASCII visibles."))
        return f"key#{key}"

    def json_object(self) -> Mapping[str, Any]:
        """Return the body as a JSON object.

        Raises:
            InvalidInput: It is something else.
        """
        try:
            value = decode_json_with_decimals(self.body)
        except msgspec.DecodeError:
            value = None
        if not isinstance(value, dict):
            raise InvalidInput(FieldError("body", "Se espera un objeto JSON."))
        return value


def headers_of(event: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the headers of any of API Gateway's events, their names in lower case; empty where it has none."""
    return {name.lower(): value for name, value in (event.get("headers") or {}).items()}


def bearer_token(headers: Mapping[str, str]) -> str | None:
    """Return the token of an ``authorization`` header, with or without the ``Bearer`` prefix; None without one."""
    scheme, _, rest = headers.get("authorization", "").strip().partition(" ")
    return (rest.strip() if scheme.lower() == "bearer" else scheme) or None


def read_body(contract: type[T], body: Mapping[str, Any]) -> T:
    """Read a body by an attrs class, field by field.

    Who sends something else is told the ``description`` of the msgspec ``Meta`` with which a field is ``Annotated``,
    in Spanish; without one, that it is missing or not valid. Keys that the class doesn't know are ignored.

    Raises:
        InvalidInput: Names every field that is missing or wrong.
    """
    values, wrong = dict[str, Any](), list[FieldError]()
    for field in attrs.fields(contract):  # type: ignore[arg-type]
        if field.name not in body and field.default is not attrs.NOTHING:
            continue
        try:
            values[field.name] = msgspec.convert(body.get(field.name), field.type)
        except msgspec.ValidationError:
            described = [meta.description for meta in getattr(field.type, "__metadata__", ())]
            wrong.append(FieldError(field.name, next(filter(None, described), "Falta, o no es válido.")))
    if wrong:
        raise InvalidInput(*wrong)
    return contract(**values)


def success(data: object, *, message: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Answer with data. ``message`` is for the user, in Spanish."""
    return _response(status, {"success": True, "message": message, "data": data})


def status_of(error: SaaiError) -> HTTPStatus:
    """Return an error's status; 500 for those no user can correct."""
    return next((status for cls, status in _STATUSES if isinstance(error, cls)), HTTPStatus.INTERNAL_SERVER_ERROR)


def failure(error: SaaiError) -> Response:
    """Answer with an error's message and details, under its status."""
    status = status_of(error)
    envelope: dict[str, object] = {"success": False, "message": error.user_message}
    if error.details is not None and status is not HTTPStatus.INTERNAL_SERVER_ERROR:
        envelope["data"] = error.details
    return _response(status, envelope)


def _response(status: HTTPStatus, envelope: Mapping[str, object]) -> Response:
    return {
        "statusCode": int(status),
        "headers": {"content-type": "application/json; charset=utf-8"},
        "body": encode_json(envelope),
    }


def _body(event: Mapping[str, Any]) -> bytes:
    text = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        # Half a surrogate pair becomes bytes that no JSON reader accepts, instead of an error here.
        return text.encode(errors="surrogatepass")
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise InvalidInput(FieldError("body", "No es base64 válido.")) from None
