"""What the clients of all services have in common: signed calls, repeated where that helps, and botocore's errors.

botocore reads its models, builds classes of them and imports half a standard library, which is more than two thirds of
a cold start. Only its exceptions are kept, so that code which catches them needn't know which client made a call, and
tests may use either. They are imported when one is raised.
"""

import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from aws_lite.backoff import Backoff
from aws_lite.connection_pool import SECONDS, ConnectionPool, Endpoint
from aws_lite.credentials import credentials_of, region_of
from aws_lite.http_exchange import ConnectError, ExchangeError, HttpResponse, ReadTimeout
from aws_lite.protocols import Call, ServiceError, ServiceProtocol, header
from aws_lite.sigv4 import Credentials, Signer, payload_hash

if TYPE_CHECKING:
    from typing import Self

    from botocore.exceptions import BotoCoreError, ClientError

__all__: list[str] = []

ATTEMPTS: Final = 2
THROTTLED: Final = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
"""Codes after which botocore tries again too (its "standard" retry mode)."""
_SERVER_ERROR: Final = 500
_BETWEEN: Final = Backoff(base=0.05, ceiling=0.5)


def is_transient(error: "ClientError | BotoCoreError") -> bool:
    """Tell whether the same call may succeed later: nothing was answered, or a throttle or a 5xx was."""
    response = getattr(error, "response", None)
    if response is None:
        return True
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= _SERVER_ERROR or response["Error"]["Code"] in THROTTLED


class ServiceClient:
    """One service's client. Safe on many threads.

    A child names the service and its protocol, and has a method for each operation, with boto3's parameters and
    outputs.
    """

    service: ClassVar[str]
    """As endpoints and signatures name it."""
    protocol: ClassVar[ServiceProtocol]

    def __init__(
        self,
        *,
        pool: ConnectionPool,
        credentials: Credentials,
        region: str,
        attempts: int = ATTEMPTS,
        seconds: float = SECONDS,
        now: Callable[[], float] = time.time,
        backoff: Backoff = _BETWEEN,
    ) -> None:
        """Make a client.

        Args:
            pool: Connections to the service's endpoint.
            credentials: Who signs.
            region: Of the endpoint.
            attempts: How often an operation is tried, the first time included, where the network, a throttle or a
                5xx stand in the way.
            seconds: What each attempt may take.
            now: Epoch seconds, for the signatures.
            backoff: How long to wait between attempts.
        """
        self._pool = pool
        self._credentials = credentials
        self._region = region
        self._attempts = attempts
        self._seconds = seconds
        self._now = now
        self._backoff = backoff
        self._signers: dict[tuple[tuple[str, str], ...], Signer] = {}

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] = os.environ, *, attempts: int = ATTEMPTS, seconds: float = SECONDS
    ) -> "Self":
        """Make the client of the environment's account, Region and endpoint.

        Raises:
            MissingVariables: The environment has no credentials or no Region.
            ValueError: Its endpoint is no address.
        """
        region = region_of(environment)
        pool = ConnectionPool(Endpoint.parse(endpoint_url(cls.service, region, environment)))
        pool.prepare()
        return cls(
            pool=pool,
            credentials=credentials_of(environment),
            region=region,
            attempts=attempts,
            seconds=seconds,
        )

    def open_ahead(self) -> None:
        """Open a connection for the first call. A failure is met again by that call."""
        self._pool.open_ahead()

    def _call(self, operation: str, **params: Any) -> Any:  # noqa: ANN401 - each operation states its types
        """Make a call, with the parameters that aren't None.

        Raises:
            TypeError, ValueError: A parameter is none that can be sent; nothing was.
            ClientError: The service refused it.
            BotoCoreError: There was no response: EndpointConnectionError, ReadTimeoutError or ConnectionClosedError.
        """
        call = self.protocol.call(operation, {name: value for name, value in params.items() if value is not None})
        deadline = self._backoff.deadline()
        attempt = 1
        while True:
            try:
                response = self._pool.send(self._request(call), seconds=self._seconds)
                return {**self.protocol.read(response), "ResponseMetadata": _metadata(response, attempt)}
            except ServiceError as error:
                may_repeat = error.response.status >= _SERVER_ERROR or error.code in THROTTLED
                if not (may_repeat and self._pause(attempt, deadline)):
                    raise _client_error(operation, error, attempt) from None
            except ExchangeError as error:
                if not self._pause(attempt, deadline):
                    raise _no_response(error, f"{self._pool.endpoint.authority}{call.path}") from error
            attempt += 1

    def _pause(self, attempt: int, deadline: float) -> bool:
        return attempt < self._attempts and self._backoff.pause(attempt, deadline)

    def _request(self, call: Call) -> bytes:
        signer = self._signers.get(call.headers)
        if signer is None:
            signer = self._signers[call.headers] = Signer(
                credentials=self._credentials,
                region=self._region,
                service=self.service,
                method="POST",
                host=self._pool.endpoint.authority,
                headers=dict(call.headers),
            )
        path = self._pool.endpoint.prefix + call.path
        # Signed as the path is once more encoded; a function's name in it may be an ARN.
        lines = signer.header_lines(path.replace("%", "%25"), payload_hash(call.body), self._now())
        head = f"POST {path} HTTP/1.1\r\n{lines}content-length: {len(call.body)}\r\n\r\n"
        return head.encode() + call.body


def endpoint_url(service: str, region: str, environment: Mapping[str, str]) -> str:
    """Return a service's address: the environment's, as every AWS SDK understands it, or the Region's own."""
    return (
        environment.get(f"AWS_ENDPOINT_URL_{service.upper()}")
        or environment.get("AWS_ENDPOINT_URL")
        or f"https://{service}.{region}.amazonaws.com"
    )


def _client_error(operation: str, error: ServiceError, attempt: int) -> "ClientError":
    """Make botocore's error of a service's."""
    response: Any = {
        **error.details,
        "Error": {"Code": error.code, "Message": error.message},
        "ResponseMetadata": _metadata(error.response, attempt),
    }
    from botocore.exceptions import ClientError  # noqa: PLC0415 - see the module

    return ClientError(response, operation)


def _no_response(error: ExchangeError, url: str) -> "BotoCoreError":
    from botocore import exceptions  # noqa: PLC0415 - see the module

    if isinstance(error, ConnectError):
        return exceptions.EndpointConnectionError(endpoint_url=url, error=error)
    if isinstance(error, ReadTimeout):
        return exceptions.ReadTimeoutError(endpoint_url=url, error=error)
    return exceptions.ConnectionClosedError(endpoint_url=url, error=error)


def _metadata(response: HttpResponse, attempt: int) -> dict[str, Any]:
    return {
        "HTTPStatusCode": response.status,
        "RequestId": header(response, b"x-amzn-requestid"),
        "RetryAttempts": attempt - 1,
    }
