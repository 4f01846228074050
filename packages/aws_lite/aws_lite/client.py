"""A client for the few operations that SAAI's functions make, with botocore's methods, answers and errors.

botocore reads its models, builds classes of them and imports half a standard library, which is more than two thirds of
a cold start (docs/decisions.md). What is kept of it are its exceptions, so that whoever catches them needn't know
which client made a call, and tests may use either. Even they are imported only when something went wrong.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

import attrs

from aws_lite.backoff import Backoff
from aws_lite.connection_pool import CantConnect, ConnectionPool
from aws_lite.http_exchange import Answer, ExchangeError, NoAnswer
from aws_lite.protocols import Call, Refusal, ServiceProtocol, pascal_case
from aws_lite.sigv4 import Credentials, Signer, payload_hash

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

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
_REFUSED: Final = 300
_SERVER_ERROR: Final = 500
_BETWEEN: Final = Backoff(base=0.05, ceiling=0.5)


@attrs.frozen(kw_only=True, slots=False)
class AwsClient:
    """One service's client. Safe on many threads.

    A method is an operation's name in snake case, as in botocore, and takes its parameters by name.
    """

    pool: ConnectionPool
    protocol: ServiceProtocol
    credentials: Credentials
    region: str
    service: str
    attempts: int
    """How often an operation is tried where the network, a throttle or a 5xx stand in the way."""
    seconds: float
    """What each attempt may take."""
    now: Callable[[], float]
    """Epoch seconds, for the signatures."""
    backoff: Backoff = _BETWEEN
    _signers: dict[tuple[tuple[str, str], ...], Signer] = attrs.field(init=False, factory=dict)

    def __getattr__(self, method: str) -> Callable[..., dict[str, Any]]:
        """Return an operation."""
        if method.startswith("_"):
            raise AttributeError(method)
        operation = pascal_case(method)

        def call(**params: Any) -> dict[str, Any]:  # noqa: ANN401 - botocore's own
            return self.call(operation, params)

        return call

    @property
    def exceptions(self) -> "Exceptions":
        """The service's refusals by name, as in botocore."""
        return _EXCEPTIONS

    def get_paginator(self, method: str) -> "Pages":
        """Return what reads an operation of DynamoDB page by page."""
        return Pages(operation=getattr(self, method))

    def call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        """Make a call.

        Raises:
            ClientError: The service refused it.
            BotoCoreError: There was no answer: EndpointConnectionError, ReadTimeoutError or ConnectionClosedError.
        """
        call = self.protocol.call(operation, params)
        deadline = self.backoff.deadline()
        attempt = 1
        while True:
            problem: Exception
            try:
                answer = self.pool.send(self._request(call), seconds=self.seconds)
                if answer.status < _REFUSED:
                    return {**self.protocol.read(answer), "ResponseMetadata": _metadata(answer)}
            except (ExchangeError, ValueError, TypeError) as error:
                # What is no answer of the service's counts as none, like one that was cut off.
                problem, may_repeat = error, True
            else:
                refusal = self.protocol.refusal(answer)
                problem = self.exceptions.made(operation, answer, refusal)
                may_repeat = answer.status >= _SERVER_ERROR or refusal.code in THROTTLED
            if attempt >= self.attempts or not may_repeat or not self.backoff.pause(attempt, deadline):
                shown = _as_botocore(problem, f"{self.pool.endpoint.authority}{call.path}")
                raise shown from (None if shown is problem else problem)
            attempt += 1

    def _request(self, call: Call) -> bytes:
        signer = self._signers.get(call.headers)
        if signer is None:
            signer = self._signers[call.headers] = Signer(
                credentials=self.credentials,
                region=self.region,
                service=self.service,
                method="POST",
                host=self.pool.endpoint.authority,
                headers=dict(call.headers),
            )
        path = self.pool.endpoint.prefix + call.path
        # Signed as the path is once more encoded; a function's name in it may be an ARN.
        lines = signer.header_lines(path.replace("%", "%25"), payload_hash(call.body), self.now())
        head = f"POST {path} HTTP/1.1\r\n{lines}content-length: {len(call.body)}\r\n\r\n"
        return head.encode() + call.body


@attrs.frozen(kw_only=True)
class Pages:
    """Reads a query or a scan of DynamoDB to its end."""

    operation: Callable[..., dict[str, Any]]

    def paginate(self, **params: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - botocore's own
        """Yield one answer after another. Of ``PaginationConfig``, ``PageSize`` is understood."""
        config = params.pop("PaginationConfig", {})
        if "PageSize" in config:
            params["Limit"] = config["PageSize"]
        while True:
            page = self.operation(**params)
            yield page
            if not page.get("LastEvaluatedKey"):
                return
            params["ExclusiveStartKey"] = page["LastEvaluatedKey"]


class Exceptions:
    """ClientError's children: one for each code that was asked for or met."""

    def __init__(self) -> None:
        self._known: dict[str, type[ClientError]] = {}

    def __getattr__(self, code: str) -> "type[ClientError]":
        """Return the error of a code."""
        if code.startswith("_"):
            raise AttributeError(code)
        from botocore.exceptions import ClientError  # noqa: PLC0415 - see the module

        return self._known.setdefault(code, type(code, (ClientError,), {}))

    def made(self, operation: str, answer: Answer, refusal: Refusal) -> "ClientError":
        """Make the error of a refusal."""
        response: Any = {
            **refusal.details,
            "Error": {"Code": refusal.code, "Message": refusal.message},
            "ResponseMetadata": _metadata(answer),
        }
        return getattr(self, refusal.code)(response, operation)


_EXCEPTIONS: Final = Exceptions()


def _as_botocore(problem: Exception, url: str) -> Exception:
    from botocore import exceptions  # noqa: PLC0415 - see the module

    if isinstance(problem, exceptions.ClientError):
        return problem
    if isinstance(problem, CantConnect):
        return exceptions.EndpointConnectionError(endpoint_url=url, error=problem)
    if isinstance(problem, NoAnswer):
        return exceptions.ReadTimeoutError(endpoint_url=url, error=problem)
    return exceptions.ConnectionClosedError(endpoint_url=url, error=problem)


def _metadata(answer: Answer) -> dict[str, Any]:
    request_id = answer.headers.get(b"x-amzn-requestid", b"").decode("ascii", "replace")
    return {"HTTPStatusCode": answer.status, "RequestId": request_id, "RetryAttempts": 0}
