"""How a Lambda module becomes a handler: ``lambda_handler = entry_point(build)``.

``build`` is the function's composition root: it reads its settings from an environment, takes the clients that it needs
of an AWS account, and returns what handles an event. Inside Lambda this is done when the module is imported, since the
initialisation phase has a whole vCPU whatever the memory size; elsewhere (tests, tools) at the first event, so that
importing a module never needs its environment.
"""

import os
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Protocol

from saai_domain.aws.clients import AwsClients, process_ahead, process_clients
from saai_domain.handlers.start import started
from saai_domain.handlers.telemetry import begin_invocation, end_invocation

__all__ = ["Answer", "Build", "Event", "Handler", "LambdaContext", "entry_point", "in_log_context"]

Event = Mapping[str, Any]
Answer = dict[str, Any]


class LambdaContext(Protocol):
    """What the handlers use of the context object of Lambda."""

    @property
    def aws_request_id(self) -> str:
        """The invocation's id; the same for every retry of an asynchronous invoke."""
        ...

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the invocation is cut short."""
        ...


Handler = Callable[[Event, LambdaContext], Answer]

Build = Callable[[Mapping[str, str], AwsClients], Handler]
"""Makes a handler from an environment and the clients of an AWS account."""


def entry_point(build: Build) -> Handler:
    """Make a module's ``lambda_handler``: ``build`` is called once, with the process's environment and clients."""

    @cache
    def handler() -> Handler:
        return build(os.environ, process_clients())

    if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
        handler()
        process_ahead().wait()
        started()

    def lambda_handler(event: Event, context: LambdaContext) -> Answer:
        return handler()(event, context)

    return in_log_context(lambda_handler)


def in_log_context(handle: Handler) -> Handler:
    """Have the log lines of each invocation carry its id, and whether it is the first one (``cold_start``)."""
    cold_start = True

    def handle_in_context(event: Event, context: LambdaContext) -> Answer:
        nonlocal cold_start
        begin_invocation(context.aws_request_id, cold_start=cold_start)
        cold_start = False
        try:
            return handle(event, context)
        finally:
            end_invocation()

    return handle_in_context
