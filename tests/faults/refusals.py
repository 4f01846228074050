"""How calls fail without effect, service by service: throttles, 5xx, 403, 429, 413, no answer, half an answer."""

from collections.abc import Callable, Mapping
from typing import Final

from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

DENIED: Final = "403"
"""Our own rights are wrong."""
UNHEARD: Final = frozenset({"no answer", "unreachable"})
"""What takes a call's whole time."""

Refusal = Callable[[str], Exception]
"""Makes the error of an operation."""


def _answered(code: str, status: int) -> Refusal:
    def refuse(operation: str) -> Exception:
        response = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
        return ClientError(response, operation)  # type: ignore[arg-type] - as much of it as is looked at

    return refuse


_NETWORK: Final[Mapping[str, Refusal]] = {
    "no answer": lambda operation: ReadTimeoutError(endpoint_url=operation),
    "half an answer": lambda operation: ConnectionClosedError(endpoint_url=operation),
    "unreachable": lambda operation: EndpointConnectionError(endpoint_url=operation, error=operation),
}

REFUSALS: Final[Mapping[str, Mapping[str, Refusal]]] = {
    "dynamodb": {
        "throttle": _answered("ThrottlingException", 400),
        "capacity": _answered("ProvisionedThroughputExceededException", 400),
        "500": _answered("InternalServerError", 500),
        "503": _answered("ServiceUnavailable", 503),
        DENIED: _answered("AccessDeniedException", 400),
        **_NETWORK,
    },
    "lambda": {
        "throttle": _answered("TooManyRequestsException", 429),
        "500": _answered("ServiceException", 500),
        "413": _answered("RequestTooLargeException", 413),
        DENIED: _answered("AccessDeniedException", 403),
        **_NETWORK,
    },
    "sns": {
        "throttle": _answered("Throttled", 429),
        "500": _answered("InternalError", 500),
        DENIED: _answered("AuthorizationError", 403),
        **_NETWORK,
    },
    "sqs": {
        "throttle": _answered("RequestThrottled", 403),
        "503": _answered("ServiceUnavailable", 503),
        DENIED: _answered("AccessDenied", 403),
        **_NETWORK,
    },
    "ssm": {
        "throttle": _answered("ThrottlingException", 400),
        "500": _answered("InternalServerError", 500),
        DENIED: _answered("AccessDeniedException", 400),
        **_NETWORK,
    },
    "connections": {
        **{str(status): _answered(str(status), status) for status in (403, 413, 429, 500, 503)},
        **_NETWORK,
    },
}
"""By AWS's name of the service, ``connections`` being API Gateway's ``@connections``."""
