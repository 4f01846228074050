"""Lambda's asynchronous invokes and SNS, with what may happen on the way: order, repeats, failures for good."""

import json
from random import Random
from typing import Any

import attrs
from saai_domain.testing.services import InMemoryLambda, InMemorySns, Invoke, Published
from saai_support.payloads import payload

MAX_TRIES = 3
"""Lambda tries an asynchronous invoke this often (AWS Lambda developer guide, "Asynchronous invocation")."""


@attrs.define
class LambdaQueue(InMemoryLambda):
    """Queues invokes; some are delivered twice, and any may overtake another."""

    random: Random = attrs.field(kw_only=True)
    twice: float = 0.02
    failed: list[str] = attrs.field(factory=list)
    """Records of the on-failure destination."""

    def invoke(self, **params: Any) -> Any:
        answer = super().invoke(**params)
        if self.random.random() < self.twice:
            self.queue.append(self.queue[-1])
        return answer

    def take(self) -> Invoke | None:
        """Take any of the first invokes."""
        if not self.queue:
            return None
        return self.queue.pop(self.random.randrange(min(8, len(self.queue))))

    def failed_once(self, invoke: Invoke) -> None:
        """Try again, or put it where what failed for good goes."""
        tries = invoke.tries + 1
        if tries < MAX_TRIES:
            self.queue.append(attrs.evolve(invoke, tries=tries))
        else:
            record = payload("failure_destination", requestPayload=invoke.payload)
            record["requestContext"]["requestId"] = invoke.request_id
            self.failed.append(json.dumps(record))


@attrs.define
class Topic(InMemorySns):
    """The topic ``AlertasSAAI``: what was published, on its way to GuardarNotificacion; some of it comes twice."""

    random: Random = attrs.field(kw_only=True)
    published: set[tuple[str, str]] = attrs.field(factory=set)
    """Stores and ids."""

    def publish(self, **params: Any) -> Any:
        answer = super().publish(**params)
        message = self.messages[-1]
        self.messages += [message] * self.random.choice((0, 0, 0, 1))
        self.published.add((message.attributes["tenant_id"], json.loads(message.message)["id"]))
        return answer

    def take(self) -> Published | None:
        """Take any of the messages."""
        return self.messages.pop(self.random.randrange(len(self.messages))) if self.messages else None
