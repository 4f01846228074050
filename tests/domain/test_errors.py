"""The error tree: what engineers read, what users read, and what the module says of itself."""

import re
from collections.abc import Iterator

import pytest
from saai_domain import errors
from saai_domain.errors import (
    Conflict,
    Contention,
    CounterBehind,
    EventIdReused,
    EventTooLarge,
    ExpiredToken,
    FieldError,
    IdempotencyMismatch,
    InvalidCode,
    InvalidEvent,
    InvalidInput,
    InvalidMoney,
    InvalidTicket,
    InvalidToken,
    MissingSettings,
    MissingToken,
    NotAdmitted,
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

GENERAL = "Ocurrió un error. Inténtalo nuevamente."
INPUT = "Hay datos no válidos en la solicitud."

TEXTS: list[tuple[SaaiError, str, str]] = [
    (SaaiError(), "", GENERAL),
    (
        InvalidInput(FieldError("productos[0].cantidad", "Debe ser mayor que 0."), FieldError("metodo_pago", "Falta.")),
        "productos[0].cantidad: Debe ser mayor que 0.; metodo_pago: Falta.",
        INPUT,
    ),
    (InvalidCode("producto", "P1\n", "T001P001"), r"'P1\n' is not the code of a producto", INPUT),
    (InvalidMoney(0.1), "0.1 is not an amount of soles", INPUT),
    (UnknownEventType("venta", ["a", "b"]), "no contract for event type 'venta' in this version; known: a, b", INPUT),
    (
        InvalidEvent("venta_registrada", "Expected `int` - at `$.items_count`"),
        "payload of venta_registrada: Expected `int` - at `$.items_count`",
        INPUT,
    ),
    (
        EventTooLarge("venta_registrada", 131_073, 131_072),
        "frame of venta_registrada is 131073 bytes; the limit is 131072",
        INPUT,
    ),
    (TokenError(), "", "Tu sesión no es válida. Vuelve a iniciar sesión."),
    (MissingToken(), "no token was sent", "Falta el token de acceso. Inicia sesión."),
    (ExpiredToken(17), "the token expired at 17 (epoch seconds)", "Tu sesión expiró. Vuelve a iniciar sesión."),
    (
        InvalidToken("claim rol is missing"),
        "the token is not valid: claim rol is missing",
        "Tu sesión no es válida. Vuelve a iniciar sesión.",
    ),
    (
        InvalidTicket(),
        "the ticket is unknown, used or past its time",
        "Tu sesión no es válida. Vuelve a iniciar sesión.",
    ),
    (
        RoleNotAllowed("TRABAJADOR", ["ADMIN", "SAAI"]),
        "role TRABAJADOR may not do this; allowed: ADMIN, SAAI",
        "Tu usuario no tiene permiso para esta operación.",
    ),
    (
        NotFound("producto", ["T001P008", "T001P009"]),
        "no producto T001P008, T001P009 in this store",
        "No se encontró lo solicitado.",
    ),
    (
        NotAdmitted("store is SUSPENDIDA"),
        "store is SUSPENDIDA",
        "Tu tienda o tu usuario no está activo. Comunícate con el administrador.",
    ),
    (Conflict(), "", "La operación no es posible en este momento."),
    (
        EventIdReused("e-1"),
        "another event was logged under event_id 'e-1'",
        "Este event_id ya se usó con otro evento.",
    ),
    (
        IdempotencyMismatch("k-1"),
        "Idempotency-Key 'k-1' was used before with another body",
        "Esta clave de idempotencia ya se usó con otra solicitud.",
    ),
    (
        Contention(7),
        "7 attempts were overtaken by other writers; nothing was written",
        "Hay muchas operaciones a la vez. No se registró nada: puedes repetir sin riesgo.",
    ),
    (
        OutcomeUnknown(3),
        "3 identical requests got no answer",
        "No pudimos confirmar la operación. Repítela con la misma clave de idempotencia.",
    ),
    (
        OutOfTime(25),
        "25 s were not enough; nothing was written",
        "Está tardando más de lo normal. No se registró nada: vuelve a intentarlo en unos minutos.",
    ),
    (ReadThrottled(2), "DynamoDB left 2 rows unread", GENERAL),
    (
        PublishError("saai-dev-EmitirEventosWs", "e-1"),
        "saai-dev-EmitirEventosWs did not accept event e-1",
        GENERAL,
    ),
    (
        CounterBehind("ventas", "T001V015"),
        "counter 'ventas' leads to T001V015, which exists: seed it, python -m operations seed-counters --rows ventas",
        GENERAL,
    ),
    (MissingSettings(["A", "B"]), "environment variables not set: A, B", GENERAL),
]


def tree(root: type[SaaiError]) -> Iterator[type[SaaiError]]:
    """Yield a class of the tree and all below it that the domain defines."""
    yield root
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from tree(child)


@pytest.mark.parametrize(("error", "text", "user_message"), TEXTS, ids=lambda value: type(value).__name__)
def test_an_error_tells_engineers_and_users_what_is_wrong(error: SaaiError, text: str, user_message: str) -> None:
    """English with the data for the log, Spanish without internals for the screen."""
    assert str(error) == text
    assert error.user_message == user_message


def test_the_table_above_misses_no_error() -> None:
    """A new error gets its line."""
    assert {type(error) for error, _, _ in TEXTS} == set(tree(SaaiError))


@pytest.mark.parametrize(
    ("error", "field", "message"),
    [
        (InvalidCode("producto", "P1", "T001P001"), "producto", "Código no válido; ejemplo: T001P001."),
        (InvalidMoney("doce"), "monto", "No es un monto válido en soles."),
        (UnknownEventType("venta", ["a", "b"]), "event_type", "Tipo de evento desconocido; se acepta: a, b."),
        (InvalidEvent("venta_registrada", "reason"), "payload", "reason"),
        (EventTooLarge("venta_registrada", 9, 8), "payload", "El evento ocupa 9 bytes; el máximo es 8."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_bad_input_tells_the_user_which_field_is_wrong(error: InvalidInput, field: str, message: str) -> None:
    """One entry per bad field, in Spanish."""
    assert error.details == [{"campo": field, "mensaje": message}]


def test_every_bad_field_gets_its_entry() -> None:
    """In the order in which they were found."""
    first, second = FieldError("productos", "Falta."), FieldError("metodo_pago", "Falta.")

    assert InvalidInput(first, second).details == [
        {"campo": "productos", "mensaje": "Falta."},
        {"campo": "metodo_pago", "mensaje": "Falta."},
    ]


def test_errors_that_no_user_can_correct_have_no_details() -> None:
    """Only bad input does."""
    assert [type(error) for error, _, _ in TEXTS if error.details is not None] == [
        InvalidInput,
        InvalidCode,
        InvalidMoney,
        UnknownEventType,
        InvalidEvent,
        EventTooLarge,
    ]


def test_the_modules_picture_of_the_tree_is_the_tree() -> None:
    """Names and depths in the docstring are the classes' own."""
    drawn = {
        (match["name"], len(match["indent"]) // 4)
        for match in re.finditer(r"^    (?P<indent>[│├└─ ]*)(?P<name>[A-Z]\w+)", errors.__doc__ or "", re.MULTILINE)
    }

    assert drawn == {(cls.__name__, len(cls.__mro__) - len(SaaiError.__mro__)) for cls in tree(SaaiError)}
