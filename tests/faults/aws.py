"""Lambda's asynchronous invokes and SNS, as far as the path of an event needs them."""

import json
import random
from typing import Any

import attrs

MAX_TRIES = 3
"""Lambda tries an asynchronous invoke this often (AWS Lambda developer guide, "Asynchronous invocation")."""


@attrs.define
class Invoke:
    """An asynchronous invoke of EmitirEventosWs that is queued."""

    payload: dict[str, Any]
    request_id: str
    tries: int = 0


@attrs.define
class LambdaQueue:
    """Queues invokes; some are delivered twice, and any may overtake another."""

    random: random.Random
    twice: float = 0.02
    queue: list[Invoke] = attrs.field(factory=list)
    failed: list[str] = attrs.field(factory=list)
    """Records of the on-failure destination."""
    _count: int = 0

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: bytes) -> Any:  # noqa: N803 - Lambda's names
        assert (FunctionName, InvocationType) == ("EmitirEventosWs", "Event")
        self._count += 1
        invoke = Invoke(json.loads(Payload), f"request-{self._count}")
        self.queue.append(invoke)
        if self.random.random() < self.twice:
            self.queue.append(attrs.evolve(invoke))
        return {"StatusCode": 202}

    def take(self) -> Invoke | None:
        """Take any of the first invokes."""
        if not self.queue:
            return None
        return self.queue.pop(self.random.randrange(min(8, len(self.queue))))

    def failed_once(self, invoke: Invoke) -> None:
        """Try again, or put it where what failed for good goes."""
        invoke.tries += 1
        if invoke.tries < MAX_TRIES:
            self.queue.append(invoke)
        else:
            record = {
                "requestContext": {"requestId": invoke.request_id, "condition": "RetriesExhausted"},
                "requestPayload": invoke.payload,
            }
            self.failed.append(json.dumps(record))


@attrs.define
class Topic:
    """The topic ``AlertasSAAI``: what was published, on its way to GuardarNotificacion; some of it comes twice."""

    random: random.Random
    published: set[tuple[str, str]] = attrs.field(factory=set)
    """Stores and ids."""
    records: list[dict[str, Any]] = attrs.field(factory=list)

    def publish(self, *, TopicArn: str, Message: str, MessageAttributes: dict[str, Any]) -> Any:  # noqa: N803 - SNS's names
        assert TopicArn == "AlertasSAAI"
        attributes = {
            name: {"Type": each["DataType"], "Value": each["StringValue"]} for name, each in MessageAttributes.items()
        }
        record = {"Sns": {"Message": Message, "MessageAttributes": attributes}}
        self.records += [record] * self.random.choice((1, 1, 1, 2))
        self.published.add((attributes["tenant_id"]["Value"], json.loads(Message)["id"]))
        return {"MessageId": "m"}

    def take(self) -> dict[str, Any] | None:
        """Take any of the records."""
        return self.records.pop(self.random.randrange(len(self.records))) if self.records else None


class Ssm:
    """Holds the signing secret."""

    secret = "un-secreto-de-pruebas-de-32-bytes-o-mas"

    def get_parameter(self, **_: Any) -> Any:
        return {"Parameter": {"Value": self.secret}}
