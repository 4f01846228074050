"""A message of the topic ``AlertasSAAI`` (docs/domain.md, "SNS message"), as any SAAI service may publish it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from reprlib import repr as brief
from typing import Any, Final

import attrs
import msgspec
from aws_lite.wire import decode_json_with_decimals
from saai_domain.codes import TenantId, parse_store_code
from saai_domain.errors import InvalidCode, SaaiError
from saai_domain.events import Severidad
from saai_domain.rows import make_row
from saai_domain.time import iso_timestamp
from saai_domain.value_object import value_object

MAX_ID_BYTES: Final = 1_024
"""The longest sort key that DynamoDB takes (Amazon DynamoDB Developer Guide, "Quotas")."""
_TEXTS: Final = ("id", "tipo", "titulo", "mensaje")


class InvalidNotification(SaaiError):
    """A message that breaks the contract. ``problems`` names everything that is wrong with it."""

    def __init__(self, message_id: str, problems: Sequence[str]) -> None:
        super().__init__(message_id, problems)
        self.message_id = message_id
        self.problems = problems

    def __str__(self) -> str:
        return f"SNS message {self.message_id}: {'; '.join(self.problems)}"


@value_object
class Notification:
    """An entry of a store's list. ``id`` is the same in every repeat; ``ts`` is when it happened."""

    id: str
    tenant_id: TenantId
    tipo: str
    severidad: Severidad
    titulo: str
    mensaje: str
    detalle: Any
    origen: str
    ts: str

    def row(self, now: datetime) -> dict[str, Any]:
        """Return its row of ``notificaciones``, written at ``now``."""
        data = attrs.asdict(self, filter=lambda field, _: field.name not in {"id", "tenant_id"})
        return make_row(self.tenant_id, self.id, data, moment=iso_timestamp(now))


def read_notification(sns: Mapping[str, Any]) -> Notification:
    """Read the ``Sns`` part of a record.

    Raises:
        InvalidNotification: A key or attribute is missing or not valid.
    """
    message = _object(sns.get("Message"))
    attributes = {name: each.get("Value") for name, each in (sns.get("MessageAttributes") or {}).items()}
    problems = [*_message_problems(message), *_attribute_problems(attributes)]
    if message.get("tipo") != attributes.get("tipo"):
        problems.append(f"tipo is {brief(message.get('tipo'))}, its attribute {brief(attributes.get('tipo'))}")
    if problems:
        raise InvalidNotification(str(sns.get("MessageId")), problems)
    return Notification(
        id=message["id"],
        tenant_id=TenantId(attributes["tenant_id"]),
        tipo=message["tipo"],
        severidad=Severidad(attributes["severidad"]),
        titulo=message["titulo"],
        mensaje=message["mensaje"],
        detalle=message["detalle"],
        origen=attributes["origen"],
        ts=attributes["ts"],
    )


def _object(text: object) -> Mapping[str, Any]:
    """Return the JSON object in a text; one without keys for anything else."""
    try:
        value = decode_json_with_decimals(text) if isinstance(text, str) else None
    except msgspec.DecodeError:
        value = None
    return value if isinstance(value, dict) else {}


def _message_problems(message: Mapping[str, Any]) -> list[str]:
    problems = [f"{name} is {brief(message.get(name))}" for name in _TEXTS if not _is_text(message.get(name))]
    if "detalle" not in message:
        problems.append("detalle is missing")
    if len(str(message.get("id")).encode()) > MAX_ID_BYTES:
        problems.append(f"id is longer than {MAX_ID_BYTES} bytes")
    return problems


def _attribute_problems(attributes: Mapping[str, Any]) -> list[str]:
    problems = [
        f"attribute {name} is {brief(attributes.get(name))}"
        for name in ("origen", "ts")
        if not _is_text(attributes.get(name))
    ]
    try:
        parse_store_code(attributes.get("tenant_id"))
    except InvalidCode as error:
        problems.append(f"attribute tenant_id: {error}")
    if attributes.get("severidad") not in set(Severidad):
        problems.append(f"attribute severidad is {brief(attributes.get('severidad'))}")
    return problems


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)
