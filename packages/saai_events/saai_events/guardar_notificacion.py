"""GuardarNotificacion: keeps what the topic ``AlertasSAAI`` carries, for later reading (docs/domain.md, "SNS message").

SNS delivers at least once: a notification is known by its id. A message that can't be kept fails the call, once every
other one of it is kept; Lambda tries twice more, then the call waits in a queue for an operator.
"""

from collections.abc import Mapping
from typing import Any

import botocore.exceptions
from saai_domain.aws.clients import AwsClients
from saai_domain.component import component
from saai_domain.errors import SaaiError
from saai_domain.handlers.entry_point import Answer, Event, Handler, LambdaContext, entry_point
from saai_domain.handlers.telemetry import log_line
from saai_domain.settings import load_settings, setting

from saai_events.notifications.message import InvalidNotification, read_notification
from saai_events.notifications.storage import Notifications


@component
class Settings:
    """Where notifications are kept."""

    notificaciones_table: str = setting("NOTIFICACIONES_TABLE")


class NotKept(SaaiError):
    """Messages that could not be kept, and why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(reasons)
        self.reasons = reasons

    def __str__(self) -> str:
        return " | ".join(self.reasons)


def build(environment: Mapping[str, str], aws: AwsClients) -> Handler:
    """Make the handler."""
    settings = load_settings(Settings, environment)
    notifications = Notifications(client=aws.dynamodb, table=settings.notificaciones_table)

    def handle(event: Event, _context: LambdaContext) -> Answer:
        keep_all(event["Records"], notifications)
        return {}

    return handle


def keep_all(records: list[Mapping[str, Any]], notifications: Notifications) -> None:
    """Keep every record's notification, and print the line that tells how many.

    Raises:
        NotKept: Some are not; the others are.
    """
    kept = 0
    reasons: list[str] = []
    for record in records:
        try:
            kept += notifications.keep(read_notification(record["Sns"]))
        except (InvalidNotification, botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
            reasons.append(str(error))
    log_line(
        "notifications kept",
        level="ERROR" if reasons else "INFO",
        reasons=reasons,
        metrics={
            "NotificationsKept": kept,
            "NotificationsRepeated": len(records) - kept - len(reasons),
            "NotificationsFailed": len(reasons),
        },
    )
    if reasons:
        raise NotKept(reasons)


lambda_handler = entry_point(build)
