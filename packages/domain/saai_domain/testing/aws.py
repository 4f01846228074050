"""AWS in memory: what the functions call, with what was asked of it in order.

::

    aws = InMemoryAws()
    handle = build(environment, aws.clients)

Calls pass through ``around``, the outermost last: what notes them, lets them fail, or does something in between.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import attrs
from aws_lite.services.dynamodb import Exceptions, Pages

from saai_domain.aws.clients import AwsClients
from saai_domain.testing.connections import InMemoryConnections
from saai_domain.testing.dynamodb import SimulatedDynamoDB
from saai_domain.testing.services import InMemoryLambda, InMemorySns, InMemorySqs, InMemorySsm

__all__ = ["Around", "Call", "InMemoryAws", "InMemoryClient"]


@attrs.frozen(kw_only=True)
class Call:
    """One call, by AWS's name of the service and boto3's of the operation. ``answer`` is None where it was refused."""

    service: str
    operation: str
    params: Mapping[str, Any]
    answer: Any = None

    @property
    def name(self) -> str:
        return f"{self.service} {self.operation}"


Around = Callable[[Call, Callable[[], Any]], Any]
"""Makes a call in its own way: it is told which one, and what makes it."""


@attrs.define(kw_only=True, eq=False)
class InMemoryAws:
    """An account. Its services are told and asked directly by tests, and called by functions through ``clients``."""

    dynamodb: SimulatedDynamoDB = attrs.field(factory=SimulatedDynamoDB)
    lambda_: InMemoryLambda = attrs.field(factory=InMemoryLambda)
    sns: InMemorySns = attrs.field(factory=InMemorySns)
    sqs: InMemorySqs = attrs.field(factory=InMemorySqs)
    ssm: InMemorySsm = attrs.field(factory=InMemorySsm)
    connections: InMemoryConnections = attrs.field(factory=InMemoryConnections)
    around: list[Around] = attrs.field(factory=list)

    @property
    def clients(self) -> AwsClients:
        """The clients with which a function is built."""
        return AwsClients(self.client)

    def client(self, service: str) -> Any:
        """Return the client of a service by AWS's name for it; ``connections`` are API Gateway's."""
        services = {
            "dynamodb": self.dynamodb,
            "lambda": self.lambda_,
            "sns": self.sns,
            "sqs": self.sqs,
            "ssm": self.ssm,
            "connections": self.connections,
        }
        return InMemoryClient(service, services[service], self)

    @contextmanager
    def recording(self) -> Iterator[list[Call]]:
        """Note every call, for as long as the block lasts. A page of a paginator is a call."""
        calls = self.record()
        note = self.around[-1]
        try:
            yield calls
        finally:
            self.around.remove(note)

    def record(self) -> list[Call]:
        """Note every call from now on, refused ones too."""
        calls: list[Call] = []

        def note(call: Call, make: Callable[[], Any]) -> Any:
            answer = None
            try:
                answer = make()
            finally:
                calls.append(attrs.evolve(call, answer=answer))
            return answer

        self.around.append(note)
        return calls

    @contextmanager
    def failing(self, service: str, error: BaseException, *, operation: str | None = None) -> Iterator[None]:
        """Refuse every call of a service, or of one operation, for as long as the block lasts."""

        def refuse(call: Call, make: Callable[[], Any]) -> Any:
            if call.service == service and operation in {None, call.operation}:
                raise error
            return make()

        with self.meanwhile(refuse):
            yield

    @contextmanager
    def meanwhile(self, around: Around) -> Iterator[None]:
        """Have calls made in this way, for as long as the block lasts."""
        self.around.append(around)
        try:
            yield
        finally:
            self.around.remove(around)

    def make(self, call: Call, make: Callable[[], Any]) -> Any:
        """Make a call through what stands around it."""
        for around in self.around:
            make = partial(around, call, make)
        return make()


@attrs.frozen
class InMemoryClient:
    """A service's client, as boto3's has its operations."""

    service: str
    target: Any
    aws: InMemoryAws

    @property
    def exceptions(self) -> Exceptions:
        """Errors by name, as boto3's client has them."""
        return Exceptions()

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        method = getattr(self.target, operation)

        if not self.aws.around:
            return method  # type: ignore[no-any-return] - the service's own

        def make(**params: Any) -> Any:
            call = Call(service=self.service, operation=operation, params=params)
            return self.aws.make(call, lambda: method(**params))

        return make

    def get_paginator(self, operation: str) -> Pages:
        return Pages(getattr(self, operation))
