"""Everything that SAAI's code raises on purpose, in one tree.

::

    SaaiError
    ├── InvalidInput           what was sent breaks a rule; one FieldError per bad field
    │   ├── InvalidCode        not the code of a store, user, product or sale
    │   ├── InvalidMoney       not an amount of soles
    │   ├── UnknownEventType   no event contract has this name
    │   ├── InvalidEvent       the payload breaks its contract
    │   └── EventTooLarge      the frame exceeds what API Gateway can post
    ├── TokenError             it can't be told who is asking
    │   ├── MissingToken
    │   ├── ExpiredToken
    │   ├── InvalidToken
    │   └── InvalidTicket      unknown, used, or past its time
    ├── RoleNotAllowed         the user's role may not do this
    ├── NotAdmitted            the store or the user is not active
    ├── NotFound               what is asked for doesn't exist in this store
    ├── Conflict               the state of the store doesn't allow it
    │   ├── IdempotencyMismatch
    │   ├── EventIdReused      another event was logged under this event_id
    │   └── Contention         others were faster for too long; safe to repeat
    ├── OutcomeUnknown         DynamoDB never said whether it wrote; safe to repeat with the same Idempotency-Key
    ├── ReadThrottled          DynamoDB left rows unread; nothing was written
    ├── OutOfTime              it would take longer than its caller waits; safe to repeat
    ├── PublishError           the event was not accepted for delivery; safe to repeat
    ├── CounterBehind          a counter points at a code that exists already
    └── MissingSettings        the function's environment is incomplete

``str(error)`` is for engineers, ``error.user_message`` (Spanish) and ``error.details`` for users.
Statuses are given in one place, ``saai_domain.http_api``.
"""

from collections.abc import Mapping, Sequence

import msgspec

__all__ = [
    "Conflict",
    "Contention",
    "CounterBehind",
    "EventIdReused",
    "EventTooLarge",
    "ExpiredToken",
    "FieldError",
    "IdempotencyMismatch",
    "InvalidCode",
    "InvalidEvent",
    "InvalidInput",
    "InvalidMoney",
    "InvalidTicket",
    "InvalidToken",
    "MissingSettings",
    "MissingToken",
    "NotAdmitted",
    "NotFound",
    "OutOfTime",
    "OutcomeUnknown",
    "PublishError",
    "ReadThrottled",
    "RoleNotAllowed",
    "SaaiError",
    "TokenError",
    "UnknownEventType",
]


class FieldError(msgspec.Struct, frozen=True):
    """One bad field of an input: its path, for example ``productos[0].cantidad``, and what is wrong, in Spanish."""

    campo: str
    mensaje: str


class SaaiError(Exception):
    """Root of the tree."""

    user_message: str = "Ocurrió un error. Inténtalo nuevamente."

    @property
    def details(self) -> Sequence[Mapping[str, object]] | None:
        """What the user needs to correct the request, one mapping an entry; None where there is nothing to add."""
        return None


class InvalidInput(SaaiError):
    """What was sent breaks a rule."""

    user_message = "Hay datos no válidos en la solicitud."

    def __init__(self, *fields: FieldError) -> None:
        super().__init__(*fields)
        self.fields = fields

    def __str__(self) -> str:
        return "; ".join(f"{field.campo}: {field.mensaje}" for field in self.fields)

    @property
    def details(self) -> Sequence[Mapping[str, object]] | None:
        return [msgspec.structs.asdict(field) for field in self.fields]


class InvalidCode(InvalidInput):
    """The text is not an entity code of this kind (docs/domain.md, "Identity")."""

    def __init__(self, kind: str, value: object, example: str) -> None:
        super().__init__(FieldError(kind, f"Código no válido; ejemplo: {example}."))
        self.kind = kind
        self.value = value

    def __str__(self) -> str:
        return f"{self.value!r} is not the code of a {self.kind}"


class InvalidMoney(InvalidInput):
    """The value is not an amount of soles."""

    def __init__(self, value: object) -> None:
        super().__init__(FieldError("monto", "No es un monto válido en soles."))
        self.value = value

    def __str__(self) -> str:
        return f"{self.value!r} is not an amount of soles"


class UnknownEventType(InvalidInput):
    """No event contract of this version of the layer has this name (``saai_domain.events.CONTRACTS``)."""

    def __init__(self, event_type: object, known: Sequence[str]) -> None:
        super().__init__(FieldError("event_type", f"Tipo de evento desconocido; se acepta: {', '.join(known)}."))
        self.event_type = event_type
        self.known = known

    def __str__(self) -> str:
        return f"no contract for event type {self.event_type!r} in this version; known: {', '.join(self.known)}"


class InvalidEvent(InvalidInput):
    """The payload breaks its event contract. ``reason`` names the field and the rule."""

    def __init__(self, event_type: str, reason: str) -> None:
        super().__init__(FieldError("payload", reason))
        self.event_type = event_type
        self.reason = reason

    def __str__(self) -> str:
        return f"payload of {self.event_type}: {self.reason}"


class EventTooLarge(InvalidInput):
    """The frame exceeds what API Gateway can post to a connection. Sizes in bytes."""

    def __init__(self, event_type: str, size: int, limit: int) -> None:
        super().__init__(FieldError("payload", f"El evento ocupa {size} bytes; el máximo es {limit}."))
        self.event_type = event_type
        self.size = size
        self.limit = limit

    def __str__(self) -> str:
        return f"frame of {self.event_type} is {self.size} bytes; the limit is {self.limit}"


class TokenError(SaaiError):
    """It can't be told who is asking. The token itself is never part of the error."""

    user_message = "Tu sesión no es válida. Vuelve a iniciar sesión."


class MissingToken(TokenError):
    """The request carries no token."""

    user_message = "Falta el token de acceso. Inicia sesión."

    def __str__(self) -> str:
        return "no token was sent"


class ExpiredToken(TokenError):
    """The token was good until ``expired_at`` (epoch seconds)."""

    user_message = "Tu sesión expiró. Vuelve a iniciar sesión."

    def __init__(self, expired_at: int) -> None:
        super().__init__(expired_at)
        self.expired_at = expired_at

    def __str__(self) -> str:
        return f"the token expired at {self.expired_at} (epoch seconds)"


class InvalidToken(TokenError):
    """The token is not one of ours, or a claim is missing or wrong. ``problem`` says which."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        return f"the token is not valid: {self.problem}"


class InvalidTicket(TokenError):
    """The ticket for a connection is unknown, was used, or is past its time; which of these is not told."""

    def __str__(self) -> str:
        return "the ticket is unknown, used or past its time"


class RoleNotAllowed(SaaiError):
    """The user's role may not do this."""

    user_message = "Tu usuario no tiene permiso para esta operación."

    def __init__(self, role: str, allowed: Sequence[str]) -> None:
        super().__init__(role, allowed)
        self.role = role
        self.allowed = allowed

    def __str__(self) -> str:
        return f"role {self.role} may not do this; allowed: {', '.join(self.allowed)}"


class NotAdmitted(SaaiError):
    """The row of the store or of the user says that it is not active; ``reason`` says which."""

    user_message = "Tu tienda o tu usuario no está activo. Comunícate con el administrador."

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


class NotFound(SaaiError):
    """What is asked for doesn't exist in this store, or no longer."""

    user_message = "No se encontró lo solicitado."

    def __init__(self, kind: str, codes: Sequence[str]) -> None:
        super().__init__(kind, codes)
        self.kind = kind
        self.codes = codes

    def __str__(self) -> str:
        return f"no {self.kind} {', '.join(self.codes)} in this store"


class Conflict(SaaiError):
    """The state of the store doesn't allow the request."""

    user_message = "La operación no es posible en este momento."


class IdempotencyMismatch(Conflict):
    """The Idempotency-Key was used before with another body."""

    user_message = "Esta clave de idempotencia ya se usó con otra solicitud."

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key

    def __str__(self) -> str:
        return f"Idempotency-Key {self.key!r} was used before with another body"


class EventIdReused(Conflict):
    """Another event was logged under this ``event_id`` before: this one is not a repeat of it, and is not logged."""

    user_message = "Este event_id ya se usó con otro evento."

    def __init__(self, event_id: str) -> None:
        super().__init__(event_id)
        self.event_id = event_id

    def __str__(self) -> str:
        return f"another event was logged under event_id {self.event_id!r}"


class Contention(Conflict):
    """Other writers were faster for the whole time allowed. Nothing was written."""

    user_message = "Hay muchas operaciones a la vez. No se registró nada: puedes repetir sin riesgo."

    def __init__(self, attempts: int) -> None:
        super().__init__(attempts)
        self.attempts = attempts

    def __str__(self) -> str:
        return f"{self.attempts} attempts were overtaken by other writers; nothing was written"


class OutcomeUnknown(SaaiError):
    """DynamoDB never said whether it wrote. Repeating with the same Idempotency-Key is safe."""

    user_message = "No pudimos confirmar la operación. Repítela con la misma clave de idempotencia."

    def __init__(self, repeats: int) -> None:
        super().__init__(repeats)
        self.repeats = repeats

    def __str__(self) -> str:
        return f"{self.repeats} identical requests got no answer"


class OutOfTime(SaaiError):
    """What was asked for would take longer than its caller waits. Nothing was written."""

    user_message = "Está tardando más de lo normal. No se registró nada: vuelve a intentarlo en unos minutos."

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def __str__(self) -> str:
        return f"{self.seconds:g} s were not enough; nothing was written"


class ReadThrottled(SaaiError):
    """DynamoDB left rows of a batch unread for the whole time allowed. Nothing was written."""

    def __init__(self, unread: int) -> None:
        super().__init__(unread)
        self.unread = unread

    def __str__(self) -> str:
        return f"DynamoDB left {self.unread} rows unread"


class PublishError(SaaiError):
    """The event was not accepted for delivery. Repeat with the same ``event_id``: it is not logged twice."""

    def __init__(self, function_name: str, event_id: str) -> None:
        super().__init__(function_name, event_id)
        self.function_name = function_name
        self.event_id = event_id

    def __str__(self) -> str:
        return f"{self.function_name} did not accept event {self.event_id}"


class CounterBehind(SaaiError):
    """The next code of a counter exists already: the counter was never seeded from what was numbered before it."""

    def __init__(self, counter: str, code: str) -> None:
        super().__init__(counter, code)
        self.counter = counter
        self.code = code

    def __str__(self) -> str:
        rows, _, _ = self.counter.partition("#")
        command = f"python -m operations seed-counters --rows {rows}"
        return f"counter {self.counter!r} leads to {self.code}, which exists: seed it, {command}"


class MissingSettings(SaaiError):
    """Environment variables that the function needs are not set."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(names)
        self.names = names

    def __str__(self) -> str:
        return f"environment variables not set: {', '.join(self.names)}"
