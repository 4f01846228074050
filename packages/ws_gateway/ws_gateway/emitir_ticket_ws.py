"""EmitirTicketWs (``POST /ws-ticket``): exchanges a token for a one-use ticket for ``$connect``."""

from collections.abc import Mapping
from http import HTTPStatus

import botocore.exceptions
from saai_domain.aws.clients import AwsClients
from saai_domain.aws.parameters import SecretParameter
from saai_domain.component import component
from saai_domain.errors import SaaiError
from saai_domain.handlers.authentication import authenticate
from saai_domain.handlers.entry_point import Answer, Event, Handler, LambdaContext, entry_point
from saai_domain.handlers.http_errors import error_response
from saai_domain.handlers.telemetry import log_line
from saai_domain.http_api import Request, success
from saai_domain.settings import load_settings, setting

from ws_gateway.screens.tickets import TICKET_SECONDS, Tickets


@component
class Settings:
    """The signing secret's parameter, and where tickets stand."""

    jwt_secret_parameter: str = setting("JWT_SECRET_PARAMETER")
    ws_tickets_table: str = setting("WS_TICKETS_TABLE")


def build(environment: Mapping[str, str], aws: AwsClients) -> Handler:
    """Make the handler."""
    settings = load_settings(Settings, environment)
    tickets = Tickets(client=aws.dynamodb, table=settings.ws_tickets_table)
    signing = SecretParameter(client=aws.ssm, name=settings.jwt_secret_parameter)
    aws.ahead(signing.read_ahead)

    def handle(event: Event, _context: LambdaContext) -> Answer:
        try:
            # The header only: the ticket exists so that no token stands in a URL.
            claims = authenticate(Request.from_event(event).bearer_token, signing)
            ticket = tickets.issue(claims)
        except (SaaiError, botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError) as error:
            return error_response(
                error, subject="ticket", refused_metric="TicketsRefused", failed_metric="TicketsFailed"
            )
        log_line("ticket issued", codigo_usuario=claims.codigo_usuario)
        return success(
            {"ticket": ticket, "segundos": TICKET_SECONDS}, message="Ticket emitido.", status=HTTPStatus.CREATED
        )

    return handle


lambda_handler = entry_point(build)
