"""What the functions call besides DynamoDB: each counts, and keeps what would arrive somewhere."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
from saai_domain.codes import ConnectionId
from ws_gateway.delivery.outcome import Outcome
from ws_gateway.delivery.poster import MAX_CONNECTIONS

from benchmarks.cost.meter import Meter

WEBSOCKET_UNIT: Final = 32 * 1024
HTTP_UNIT: Final = 512 * 1024
MESSAGE_UNIT: Final = 64 * 1024
"""Of SNS and SQS."""
GB: Final = 10**9
SECRET: Final = "un-secreto-de-pruebas-de-32-bytes-o-mas"  # noqa: S105 - signs tokens of this model only


@attrs.frozen
class Invokes:
    """Lambda: asynchronous invokes of EmitirEventosWs."""

    meter: Meter
    queue: list[dict[str, Any]] = attrs.field(factory=list)

    def invoke(self, *, Payload: bytes, **_: object) -> dict[str, Any]:  # noqa: N803 - Lambda's names
        self.meter.call("Invoke", "lambda invoke")
        self.queue.append(json.loads(Payload))
        return {"StatusCode": 202}


@attrs.frozen
class Topic:
    """SNS: notices, as GuardarNotificacion gets them."""

    meter: Meter
    records: list[dict[str, Any]] = attrs.field(factory=list)

    def publish(self, *, Message: str, MessageAttributes: Mapping[str, Any], **_: object) -> dict[str, Any]:  # noqa: N803 - SNS's names
        self.meter.call("Publish", "sns publish")
        self.meter.add("sns publishes", math.ceil(len(Message.encode()) / MESSAGE_UNIT))
        attributes = {
            name: {"Type": each["DataType"], "Value": each["StringValue"]} for name, each in MessageAttributes.items()
        }
        self.records.append({"Sns": {"Message": Message, "MessageAttributes": attributes}})
        return {}


@attrs.frozen
class Queue:
    """SQS: messages for the workers of the queues."""

    meter: Meter
    bodies: list[str] = attrs.field(factory=list)

    def send_message(self, *, MessageBody: str, **_: object) -> dict[str, Any]:  # noqa: N803 - SQS's names
        self._sent("SendMessage", [MessageBody])
        return {}

    def send_message_batch(self, *, Entries: Sequence[Mapping[str, Any]], **_: object) -> dict[str, Any]:  # noqa: N803
        self._sent("SendMessageBatch", [entry["MessageBody"] for entry in Entries])
        return {}

    def _sent(self, operation: str, bodies: Sequence[str]) -> None:
        self.meter.call(operation, "sqs send")
        self.meter.add("sqs requests", math.ceil(sum(len(each.encode()) for each in bodies) / MESSAGE_UNIT))
        self.bodies.extend(bodies)


@attrs.frozen
class Parameters:
    """SSM. A process reads the secret every 5 minutes, however many calls it has: the model counts that by itself."""

    def get_parameter(self, **_: object) -> dict[str, Any]:
        return {"Parameter": {"Value": SECRET}}


@attrs.frozen
class Gateway:
    """``@connections``: every post arrives."""

    meter: Meter

    def post(self, _connection_id: ConnectionId, data: bytes) -> Outcome:
        self.meter.call("post", "post")
        websocket_message(self.meter, len(data))
        return Outcome.SENT

    def post_all(
        self, connection_ids: Sequence[ConnectionId], data: bytes, *, deadline: float
    ) -> Mapping[ConnectionId, Outcome]:
        del deadline
        for place, _ in enumerate(connection_ids):
            # One thread has so many posts under way; it waits for the slowest of them.
            self.meter.call("post", "post", waits=int(place % MAX_CONNECTIONS == 0))
            websocket_message(self.meter, len(data))
        return dict.fromkeys(connection_ids, Outcome.SENT)

    def close(self, _connection_id: ConnectionId) -> Outcome:
        self.meter.call("close", "post")
        return Outcome.SENT


def websocket_message(meter: Meter, size: int, *, received: bool = False) -> None:
    """Count a message to a screen, or received from one."""
    meter.add("websocket messages", max(1, math.ceil(size / WEBSOCKET_UNIT)))
    if received:
        meter.received += 1
    else:
        meter.add("GB out", size / GB)


def http_request(meter: Meter, answer: str) -> None:
    """Count a request of the HTTP API and its answer's bytes."""
    meter.add("http requests", max(1, math.ceil(len(answer) / HTTP_UNIT)))
    meter.add("GB out", len(answer.encode()) / GB)
