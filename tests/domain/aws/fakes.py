"""Clients that answer what a test tells them, and remember what they were asked."""

from collections.abc import Sequence
from threading import Lock
from typing import Any

import attrs
from aws_lite.services.dynamodb import Exceptions


@attrs.define
class ScriptedClient:
    """Stands in for any client: each call takes the next answer; an answer that is an error is raised."""

    answers: list[Any] = attrs.field(converter=list)
    requests: list[dict[str, Any]] = attrs.field(factory=list)
    exceptions: Exceptions = attrs.field(factory=Exceptions)

    def __getattr__(self, operation: str) -> Any:
        if operation.startswith("_"):
            raise AttributeError(operation)

        def call(**request: Any) -> Any:
            self.requests.append(request)
            answer = self.answers.pop(0)
            if isinstance(answer, BaseException):
                raise answer
            return answer

        return call


@attrs.define
class OneCallAtATime:
    """Lets threads share moto, whose transactions are not safe to run at once; what comes between calls still does."""

    client: Any
    lock: Any = attrs.field(factory=Lock)

    def __getattr__(self, operation: str) -> Any:
        def call(**request: Any) -> Any:
            with self.lock:
                return getattr(self.client, operation)(**request)

        return call


def tokens_of(requests: Sequence[dict[str, Any]]) -> list[str]:
    """Return the idempotency token of each transaction that was asked for."""
    return [request["ClientRequestToken"] for request in requests]
