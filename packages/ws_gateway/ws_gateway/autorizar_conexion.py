"""AutorizarConexion: the authorizer of ``$connect``.

It has no identity sources, so it always runs, and refuses by a Deny only. Who connects is told by a one-use ticket
(query ``ticket``), by a token in the query (``token``; browsers can't set headers on a WebSocket) where the stage
allows that, or by a token in the ``Authorization`` header, looked for in this order.
"""

from collections.abc import Mapping

from saai_domain.auth import Claims
from saai_domain.aws.admission import Admission
from saai_domain.aws.clients import AwsClients
from saai_domain.aws.dynamodb import batch_get
from saai_domain.aws.parameters import SecretParameter
from saai_domain.component import component
from saai_domain.errors import TokenError
from saai_domain.handlers.authentication import authenticate
from saai_domain.handlers.entry_point import Answer, Event, Handler, LambdaContext, entry_point
from saai_domain.handlers.telemetry import about_store, log_line
from saai_domain.http_api import bearer_token, headers_of
from saai_domain.settings import flag, load_settings, setting

from ws_gateway.screens.authorizer_answer import allow, deny
from ws_gateway.screens.tickets import Tickets


@component
class Settings:
    """The signing secret's parameter, where stores, users and tickets stand, and whether a URL may carry a token."""

    jwt_secret_parameter: str = setting("JWT_SECRET_PARAMETER")
    tiendas_table: str = setting("TIENDAS_TABLE")
    usuarios_table: str = setting("USUARIOS_TABLE")
    ws_tickets_table: str = setting("WS_TICKETS_TABLE")
    token_in_url: bool = setting("TOKEN_IN_URL", read=flag)


def build(environment: Mapping[str, str], aws: AwsClients) -> Handler:
    """Make the handler."""
    settings = load_settings(Settings, environment)
    dynamodb = aws.dynamodb
    signing = SecretParameter(client=aws.ssm, name=settings.jwt_secret_parameter)
    admission = Admission(tiendas_table=settings.tiendas_table, usuarios_table=settings.usuarios_table)
    tickets = Tickets(client=dynamodb, table=settings.ws_tickets_table)

    def claims_of(event: Event) -> Claims:
        query = event.get("queryStringParameters") or {}
        ticket = query.get("ticket")
        if ticket:
            return tickets.redeem(ticket)
        token = query.get("token") if settings.token_in_url else None
        return authenticate(token or bearer_token(headers_of(event)), signing)

    def handle(event: Event, _context: LambdaContext) -> Answer:
        method_arn = event["methodArn"]
        try:
            claims = claims_of(event)
        except TokenError as error:
            log_line("connection refused", reason=str(error), metrics={"ConnectionsRefused": 1})
            return deny(method_arn)
        about_store(claims.tenant_id)
        who = {"codigo_usuario": claims.codigo_usuario, "rol": claims.rol}
        rows = batch_get(dynamodb, admission.keys(claims.tenant_id, claims.codigo_usuario))
        reason = admission.refusal(rows, claims.tenant_id, claims.codigo_usuario)
        if reason is not None:
            log_line("connection refused", reason=reason, metrics={"ConnectionsRefused": 1}, **who)
            return deny(method_arn)
        log_line("connection authorized", **who)
        return allow(claims, method_arn)

    return handle


lambda_handler = entry_point(build)
