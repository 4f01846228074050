"""Answering a request that can't be served, and its log line: the same for every function of the HTTP API."""

from http import HTTPStatus

from saai_domain.errors import SaaiError
from saai_domain.handlers.telemetry import MAX_REASON, log_line
from saai_domain.http_api import Response, failure

__all__ = ["error_response"]


def error_response(
    error: Exception, *, subject: str, refused_metric: str, failed_metric: str, **fields: object
) -> Response:
    """Answer an error in SAAI's envelope and print its line.

    Args:
        error: One of ours, or what an AWS client raised: of that the user is only told to try again.
        subject: What the request was about, as ``sale``.
        refused_metric: Counts what a user can correct.
        failed_metric: Counts what no user can correct.
        fields: For the log.
    """
    response = failure(error if isinstance(error, SaaiError) else SaaiError())
    failed = response["statusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR
    log_line(
        f"{subject} {'failed' if failed else 'refused'}",
        level="ERROR" if failed else "INFO",
        reason=str(error)[:MAX_REASON],
        error=type(error).__name__,
        metrics={failed_metric if failed else refused_metric: 1},
        **fields,
    )
    return response
