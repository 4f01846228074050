"""DespacharTiendas: puts a message for every active store into the queue of the task that a schedule names."""

from collections.abc import Mapping
from enum import StrEnum

import botocore.exceptions
from saai_domain.aws.clients import AwsClients
from saai_domain.component import component
from saai_domain.errors import FieldError, InvalidInput, SaaiError
from saai_domain.handlers.entry_point import Answer, Event, Handler, LambdaContext, entry_point
from saai_domain.handlers.telemetry import log_line
from saai_domain.settings import load_settings, setting

from saai_events.dispatching.dispatch import Dispatcher
from saai_events.dispatching.stores import StoreTable
from saai_events.reporting import MAX_REASONS


class Tarea(StrEnum):
    """What a schedule may ask for."""

    ANALITICA = "analitica"
    PREDICCIONES = "predicciones"


@component
class Settings:
    """The stores, each task's queue, and how many stores a second leave the analytics' workers time for others."""

    tiendas_table: str = setting("TIENDAS_TABLE")
    analitica_queue_url: str = setting("ANALITICA_QUEUE_URL")
    analitica_a_second: int = setting("ANALITICA_MESSAGES_A_SECOND", read=int)
    predicciones_queue_url: str = setting("PREDICCIONES_QUEUE_URL")


def build(environment: Mapping[str, str], aws: AwsClients) -> Handler:
    """Make the handler."""
    settings = load_settings(Settings, environment)
    table = StoreTable(client=aws.dynamodb, table=settings.tiendas_table)
    client = aws.sqs
    dispatchers = {
        Tarea.ANALITICA: Dispatcher(
            client=client, queue_url=settings.analitica_queue_url, stores_a_second=settings.analitica_a_second
        ),
        Tarea.PREDICCIONES: Dispatcher(client=client, queue_url=settings.predicciones_queue_url),
    }

    def handle(event: Event, _context: LambdaContext) -> Answer:
        try:
            tarea = read_task(event)
            active = table.active()
            dispatchers[tarea].dispatch(active.stores)
        except (SaaiError, botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
            log_line("dispatch failed", level="ERROR", event=event, reason=str(error), metrics={"DispatchFailed": 1})
            raise
        log_line(
            "stores dispatched",
            tarea=tarea,
            unreadable=active.unreadable[:MAX_REASONS],
            metrics={"StoresDispatched": len(active.stores), "StoresUnreadable": len(active.unreadable)},
        )
        return {"tarea": tarea, "tiendas": len(active.stores)}

    return handle


def read_task(event: Event) -> Tarea:
    """Return the task that a rule's constant input names.

    Raises:
        InvalidInput: It names none.
    """
    try:
        return Tarea(event.get("tarea"))  # type: ignore[arg-type] - whatever it is, it is told from the tasks
    except ValueError:
        raise InvalidInput(FieldError("tarea", f"Se espera una de: {', '.join(Tarea)}.")) from None


lambda_handler = entry_point(build)
