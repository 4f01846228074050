"""SAAI's HTTP envelope, and the one place where errors become statuses."""

import base64
import json
from collections.abc import Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Annotated, Any

import attrs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from saai_domain.errors import (
    Conflict,
    Contention,
    CounterBehind,
    EventTooLarge,
    ExpiredToken,
    FieldError,
    IdempotencyMismatch,
    InvalidCode,
    InvalidEvent,
    InvalidInput,
    InvalidMoney,
    InvalidToken,
    MissingSettings,
    MissingToken,
    NotFound,
    OutcomeUnknown,
    OutOfTime,
    PublishError,
    ReadThrottled,
    RoleNotAllowed,
    SaaiError,
    TokenError,
    UnknownEventType,
)
from saai_domain.http_api import Request, bearer_token, failure, read_body, success

STATUSES: list[tuple[SaaiError, int]] = [
    (InvalidInput(FieldError("campo", "mensaje")), 400),
    (InvalidCode("producto", "P1", "T001P001"), 400),
    (InvalidMoney("doce"), 400),
    (UnknownEventType("venta", ["a"]), 400),
    (InvalidEvent("venta_registrada", "reason"), 400),
    (EventTooLarge("venta_registrada", 9, 8), 400),
    (TokenError(), 401),
    (MissingToken(), 401),
    (ExpiredToken(1), 401),
    (InvalidToken("problem"), 401),
    (RoleNotAllowed("TRABAJADOR", ["ADMIN"]), 403),
    (NotFound("producto", ["T001P001"]), 404),
    (Conflict(), 409),
    (IdempotencyMismatch("key"), 409),
    (Contention(7), 409),
    (OutcomeUnknown(3), 500),
    (OutOfTime(25), 503),
    (ReadThrottled(2), 500),
    (PublishError("function", "e-1"), 500),
    (CounterBehind("ventas", "T001V015"), 500),
    (MissingSettings(["SECRET_NAME"]), 500),
    (SaaiError(), 500),
]


def request(body: str | None = None, *, encoded: bool = False, headers: Mapping[str, str] | None = None) -> Request:
    """Read a request as API Gateway's payload format 2.0 brings it."""
    event: dict[str, Any] = {
        "version": "2.0",
        "requestContext": {"requestId": "r-1"},
        "headers": headers or {},
        "isBase64Encoded": encoded,
    }
    if body is not None:
        event["body"] = body
    return Request.from_event(event)


class TestRequests:
    def test_header_names_are_read_in_any_letter_case(self) -> None:
        """HTTP's are case-insensitive; their values are not."""
        read = request(headers={"Idempotency-KEY": "Key-1", "content-type": "application/json"})

        assert read.headers == {"idempotency-key": "Key-1", "content-type": "application/json"}

    def test_what_api_gateway_leaves_out_is_empty(self) -> None:
        """No headers, no query, no body."""
        read = Request.from_event({"requestContext": {"requestId": "r-1"}, "headers": None, "body": None})

        assert read == Request(request_id="r-1", headers={}, query={}, body=b"")

    def test_the_query_is_passed_on(self) -> None:
        """As API Gateway decoded it."""
        event = {"requestContext": {"requestId": "r-1"}, "queryStringParameters": {"fecha": "2025-12-31"}}

        assert Request.from_event(event).query == {"fecha": "2025-12-31"}

    @pytest.mark.parametrize(
        ("header", "token"),
        [
            ("Bearer abc.def.ghi", "abc.def.ghi"),
            ("bearer abc.def.ghi", "abc.def.ghi"),
            ("BEARER   abc.def.ghi  ", "abc.def.ghi"),
            ("abc.def.ghi", "abc.def.ghi"),
            ("  abc.def.ghi ", "abc.def.ghi"),
            ("Bearer", None),
            ("Bearer ", None),
            ("", None),
            ("   ", None),
            ("Bearer abc def", "abc def"),
            ("Basic dXNlcjpwYXNz", "Basic"),
        ],
    )
    def test_the_token_is_read_with_or_without_bearer(self, header: str, token: str | None) -> None:
        """What is no token becomes one that the verification refuses."""
        assert request(headers={"Authorization": header}).bearer_token == token

    def test_without_the_header_there_is_no_token(self) -> None:
        """Told apart from a bad one."""
        assert bearer_token({}) is None
        assert request().bearer_token is None


class TestIdempotencyKeys:
    def test_the_key_is_the_headers_or_the_requests_own(self) -> None:
        """A header can't be mistaken for a request's id."""
        assert request(headers={"Idempotency-Key": "caja-1"}).idempotency_key == "key#caja-1"
        assert request().idempotency_key == "request#r-1"

    @pytest.mark.parametrize("key", ["", "x" * 129, "con espacio", "ñ"])
    def test_a_key_that_is_not_visible_ascii_is_refused(self, key: str) -> None:
        """It becomes part of a row's key."""
        with pytest.raises(InvalidInput):
            _ = request(headers={"Idempotency-Key": key}).idempotency_key


class TestBodies:
    def test_a_json_object_is_read(self) -> None:
        """Amounts as Decimal."""
        assert request('{"metodo_pago": "efectivo", "monto": 7.50}').json_object() == {
            "metodo_pago": "efectivo",
            "monto": Decimal("7.50"),
        }

    def test_a_base64_body_is_decoded(self) -> None:
        """API Gateway encodes what it takes for binary."""
        body = base64.b64encode('{"nombre": "Piña"}'.encode()).decode()

        assert request(body, encoded=True).json_object() == {"nombre": "Piña"}

    @pytest.mark.parametrize(
        "body",
        [
            None,
            "",
            " ",
            "[]",
            "null",
            '"texto"',
            "5",
            "{",
            "{} {}",
            "{'a': 1}",
            '{"a": NaN}',
            '{"a": "\ud83c"}',
            '{"a": "\\ud83c"}',
            '{"a": 1e99999999999999999999}',
            '{"a":' * 100_000,
        ],
        ids=lambda body: repr(body)[:24],
    )
    def test_anything_but_a_json_object_is_bad_input(self, body: str | None) -> None:
        """With the field's name, in Spanish."""
        with pytest.raises(InvalidInput) as refusal:
            request(body).json_object()

        assert refusal.value.fields == (FieldError("body", "Se espera un objeto JSON."),)

    @pytest.mark.parametrize("body", [b"\xff", b'{"a": "\xff"}', b'{"\xc3": 1}', b"\x00"])
    def test_bytes_that_are_not_utf8_are_bad_input(self, body: bytes) -> None:
        """Wherever in the JSON they stand."""
        with pytest.raises(InvalidInput, match="objeto JSON"):
            request(base64.b64encode(body).decode(), encoded=True).json_object()

    @pytest.mark.parametrize("body", ["%%%", "e30", "ñ", "e3 0="])
    def test_a_body_that_is_not_the_base64_it_is_said_to_be_is_bad_input(self, body: str) -> None:
        """Not an error of ours."""
        with pytest.raises(InvalidInput) as refusal:
            request(body, encoded=True)

        assert refusal.value.fields == (FieldError("body", "No es base64 válido."),)

    @given(body=st.binary())
    def test_no_bytes_break_the_reading(self, body: bytes) -> None:
        """An object, or bad input."""
        try:
            value = request(base64.b64encode(body).decode(), encoded=True).json_object()
        except InvalidInput:
            return
        assert isinstance(value, dict)


class TestAnswers:
    def test_a_success_is_this_envelope(self) -> None:
        """Money with its decimals, Spanish as it is."""
        assert success({"total": Decimal("7.50")}, message="Operación exitosa: piña") == {
            "statusCode": 200,
            "headers": {"content-type": "application/json; charset=utf-8"},
            "body": '{"success":true,"message":"Operación exitosa: piña","data":{"total":7.50}}',
        }

    def test_something_new_answers_201(self) -> None:
        """The caller says which."""
        assert success({}, message="Venta registrada.", status=HTTPStatus.CREATED)["statusCode"] == 201

    def test_a_failure_is_this_envelope(self) -> None:
        """One entry per bad field."""
        error = InvalidInput(FieldError("productos", "Falta."), FieldError("metodo_pago", "Falta."))

        assert failure(error) == {
            "statusCode": 400,
            "headers": {"content-type": "application/json; charset=utf-8"},
            "body": '{"success":false,"message":"Hay datos no válidos en la solicitud.","data":['
            '{"campo":"productos","mensaje":"Falta."},{"campo":"metodo_pago","mensaje":"Falta."}]}',
        }

    @pytest.mark.parametrize(("error", "status"), STATUSES, ids=lambda value: type(value).__name__)
    def test_every_error_has_its_status(self, error: SaaiError, status: int) -> None:
        """With the message for users, never the engineers' text."""
        answer = failure(error)
        envelope = json.loads(answer["body"])

        assert answer["statusCode"] == status
        assert (envelope["success"], envelope["message"]) == (False, error.user_message)
        assert ("data" in envelope) == (status == 400)
        assert not str(error) or str(error) not in answer["body"]

    def test_a_refinement_answers_as_its_kind_does(self) -> None:
        """Packages derive their own errors; details go to the user where they can help."""

        class InsufficientStock(Conflict):
            user_message = "No hay stock suficiente."

            @property
            def details(self) -> list[dict[str, object]]:
                return [{"codigo_producto": "T001P005", "disponible": 2}]

        answer = failure(InsufficientStock())

        assert answer["statusCode"] == 409
        assert json.loads(answer["body"]) == {
            "success": False,
            "message": "No hay stock suficiente.",
            "data": [{"codigo_producto": "T001P005", "disponible": 2}],
        }

    def test_details_of_our_own_mistakes_stay_ours(self) -> None:
        """A 500 tells nothing about the inside."""

        class Broken(SaaiError):
            @property
            def details(self) -> list[dict[str, object]]:
                return [{"table": "saai-prod-ventas"}]

        assert "saai-prod" not in failure(Broken())["body"]


@attrs.frozen(kw_only=True)
class Merma:
    """A body: so many units of something are lost."""

    cantidad: Annotated[int, msgspec.Meta(ge=1, le=10, description="Se espera un número de 1 a 10.")]
    motivo: Annotated[str, msgspec.Meta(pattern=r"\S", description="Se espera un texto.")] = "rotura"
    lote: str | None = None


@pytest.mark.parametrize(
    ("body", "read"),
    [
        ({"cantidad": 3, "motivo": "robo"}, Merma(cantidad=3, motivo="robo")),
        ({"cantidad": 10, "otro": None}, Merma(cantidad=10)),
    ],
)
def test_a_body_is_read_by_its_class(body: dict[str, Any], read: Merma) -> None:
    """What has a default may be left out; what isn't known is ignored."""
    assert read_body(Merma, body) == read


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, ["cantidad"]),
        ({"cantidad": 11}, ["cantidad"]),
        ({"cantidad": "3"}, ["cantidad"]),
        ({"cantidad": True}, ["cantidad"]),
        ({"cantidad": Decimal("1.5")}, ["cantidad"]),
        ({"cantidad": 0, "motivo": " "}, ["cantidad", "motivo"]),
        ({"cantidad": 1, "motivo": None}, ["motivo"]),
        ({"cantidad": 1, "lote": 7}, ["lote"]),
    ],
)
def test_every_bad_field_is_told_in_its_own_words(body: dict[str, Any], wrong: list[str]) -> None:
    """The words are those of the field's declaration, where it has any."""
    with pytest.raises(InvalidInput) as refused:
        read_body(Merma, body)
    words = {
        "cantidad": "Se espera un número de 1 a 10.",
        "motivo": "Se espera un texto.",
        "lote": "Falta, o no es válido.",
    }
    assert refused.value.fields == tuple(FieldError(name, words[name]) for name in wrong)
