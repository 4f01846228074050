"""CerrarPantallas: closes the screens of a user, or of a whole store, that may listen no more.

The service that made the store or the user inactive invokes it afterwards (docs/domain.md, "CerrarPantallas").
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from aws_lite.wire import encode_json
from saai_domain.aws.clients import AwsClients
from saai_domain.component import component
from saai_domain.errors import InvalidInput
from saai_domain.handlers.entry_point import Answer, Event, Handler, LambdaContext, entry_point
from saai_domain.handlers.telemetry import MAX_REASON, about_store, log_line
from saai_domain.http_api import status_of
from saai_domain.settings import load_settings, setting

from ws_gateway.delivery.outcome import Poster
from ws_gateway.delivery.poster import api_gateway_poster
from ws_gateway.screens.closing import Closing, ClosingRequest
from ws_gateway.screens.connections import Connections

_PART_OF_TIME: Final = 0.8
"""The rest is for a call that hangs, and for the log line."""


@component
class Settings:
    """Where the connections stand, and the stage's endpoint for ``@connections``."""

    ws_connections_table: str = setting("WS_CONNECTIONS_TABLE")
    endpoint: str = setting("WS_API_ENDPOINT")


def build(
    environment: Mapping[str, str],
    aws: AwsClients,
    connections_api: Callable[[str, Mapping[str, str]], Poster] = api_gateway_poster,
) -> Handler:
    """Make the handler; ``connections_api`` makes the client of ``@connections`` for the stage's endpoint."""
    settings = load_settings(Settings, environment)
    closing = Closing(
        connections=Connections(client=aws.dynamodb, table=settings.ws_connections_table),
        closer=connections_api(settings.endpoint, environment),
    )

    def handle(event: Event, context: LambdaContext) -> Answer:
        try:
            request = ClosingRequest.read(event)
        except InvalidInput as error:
            log_line("closing refused", level="ERROR", reason=str(error)[:MAX_REASON])
            body = {"message": error.user_message, "error": str(error), "data": error.details}
            return {"statusCode": int(status_of(error)), "body": encode_json(body)}
        about_store(request.tenant_id)
        # What is left is raised: Lambda tries again, and a caller that waits is told.
        closed = closing.close(request, seconds=_PART_OF_TIME * context.get_remaining_time_in_millis() / 1000)
        log_line("screens closed", codigo_usuario=request.codigo_usuario, metrics={"ScreensClosed": closed})
        body = {"message": "Pantallas cerradas.", "tenant_id": request.tenant_id, "connections_closed": closed}
        return {"statusCode": int(HTTPStatus.OK), "body": encode_json(body)}

    return handle


lambda_handler = entry_point(build)
