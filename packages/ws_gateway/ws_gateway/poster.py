"""Posting to API Gateway's ``@connections``."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import attrs
from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError
from saai_domain.aws.clients import client_config, make_client
from saai_domain.codes import ConnectionId
from saai_domain.pacing import Pacing

from ws_gateway.fan_out import MAX_THREADS, Outcome

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient

_OUTCOMES: Final = {
    403: Outcome.FORBIDDEN,
    410: Outcome.GONE,
    413: Outcome.TOO_LARGE,
    429: Outcome.THROTTLED,
}
_THROTTLED: Final = Pacing(base=0.05, ceiling=0.4, total=2.0)
"""How a post is repeated while API Gateway asks to slow down; a screen that stays slow recovers by itself."""


@attrs.frozen(kw_only=True)
class ApiGatewayPoster:
    """Posts through botocore, without its retries: each recipient has its own short budget."""

    client: "ApiGatewayManagementApiClient"
    pacing: Pacing = _THROTTLED

    def post(self, connection_id: ConnectionId, data: bytes) -> Outcome:
        """Post to one connection; a 429 is repeated within the recipient's budget."""
        return self._paced(lambda: self.client.post_to_connection(ConnectionId=connection_id, Data=data))

    def close(self, connection_id: ConnectionId) -> Outcome:
        """Close one connection; a 429 is repeated as for a post."""
        return self._paced(lambda: self.client.delete_connection(ConnectionId=connection_id))

    def _paced(self, call: Callable[[], object]) -> Outcome:
        deadline = self.pacing.deadline()
        attempt = 1
        while (outcome := _once(call)) is Outcome.THROTTLED:
            if not self.pacing.pause(attempt, deadline):
                break
            attempt += 1
        return outcome


def _once(call: Callable[[], object]) -> Outcome:
    try:
        try:
            call()
        except ConnectionClosedError:
            # A kept connection that API Gateway closed meanwhile. A screen drops what it gets twice.
            call()
    except ClientError as error:
        return _OUTCOMES.get(error.response["ResponseMetadata"]["HTTPStatusCode"], Outcome.FAILED)
    except BotoCoreError:
        return Outcome.FAILED
    return Outcome.SENT


def api_gateway_poster(endpoint_url: str) -> ApiGatewayPoster:
    """Make the poster of a stage; ``endpoint_url`` is the https form of the stage's URL."""
    config = client_config(connect_timeout=1.0, read_timeout=2.0, attempts=1, pool=MAX_THREADS)
    return ApiGatewayPoster(client=make_client("apigatewaymanagementapi", config, endpoint_url))
