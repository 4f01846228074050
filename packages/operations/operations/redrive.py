"""``redrive``: have delivered what failed for good, once its cause is gone."""

import argparse
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs
import msgspec
from aws_lite.wire import decode_json_with_decimals, encode_json
from saai_domain.time import Clock, epoch_seconds, lima_now
from ws_gateway.outbox.pending_events import ABANDONED_SHARDS, PendingEvents

from operations.command import Commands, Report, add_command, operator_client, physical_name, report

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient

MANUAL: Final = """\
Two things wait for it:
  - invokes of EmitirEventosWs that failed every time (queue saai-STAGE-eventos-fallidos). They are invoked again, and
    each message is deleted once that is accepted;
  - events whose attempts the sweep used up. They are given back to it, and delivered within two minutes.

Safe to repeat: an event that was logged by an earlier try is recognised for 24 hours and not logged twice.

  python -m operations redrive --stage dev
"""
_RECEIVED_AT_ONCE: Final = 10


class UnreadableFailure(Exception):
    """A message of the failures queue is not what Lambda writes there."""


@attrs.frozen(kw_only=True)
class FailedInvokes:
    """The queue of what EmitirEventosWs could not do."""

    sqs: "SQSClient"
    lambda_: "LambdaClient"
    queue_url: str
    function_name: str

    def invoke_again(self, report: Report) -> int:
        """Invoke with each message's payload, then delete the message; return how many. Others stay in the queue."""
        count = 0
        for message in self._messages():
            try:
                payload = payload_of(message["Body"])
            except UnreadableFailure:
                report(f"left in the queue, since it is no failure of an invoke: message {message['MessageId']}")
                continue
            self.lambda_.invoke(
                FunctionName=self.function_name, InvocationType="Event", Payload=encode_json(payload).encode()
            )
            self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
            report(f"invoked again for {payload.get('tenant_id')}: {payload.get('event_type', 'an event of the log')}")
            count += 1
        return count

    def _messages(self) -> Iterator[Mapping[str, Any]]:
        """Yield each message once; one that is left comes back when its visibility time-out ends."""
        seen: set[str] = set()
        while True:
            response = self.sqs.receive_message(
                QueueUrl=self.queue_url, MaxNumberOfMessages=_RECEIVED_AT_ONCE, WaitTimeSeconds=1
            )
            new = [message for message in response.get("Messages", []) if message["MessageId"] not in seen]
            if not new:
                return
            seen.update(message["MessageId"] for message in new)
            yield from new


def payload_of(body: str) -> dict[str, Any]:
    """Return what to invoke with, from a destination's record (AWS Lambda developer guide, "Destinations").

    A new event without an ``event_id`` gets the key under which the first invoke would have logged it, so that one
    that was logged before its failure is recognised.

    Raises:
        UnreadableFailure: It isn't such a record.
    """
    try:
        record: Any = decode_json_with_decimals(body)
    except msgspec.DecodeError:
        raise UnreadableFailure from None
    match record:
        case {"requestContext": {"condition": str()} as context, "requestPayload": dict(payload)}:
            pass
        case _:
            raise UnreadableFailure
    # The local AWS doesn't tell the request's id.
    if "event_type" in payload and not payload.get("event_id") and "requestId" in context:
        payload["event_id"] = f"lambda#{context['requestId']}"
    return payload


def give_back(events: PendingEvents, report: Report, *, clock: Clock = lima_now) -> int:
    """Give every abandoned event back to the sweep and return how many."""
    count = 0
    for pending in events.created_until(epoch_seconds(clock()), shards=ABANDONED_SHARDS):
        if events.take_up(pending):
            report(f"given back to the sweep: {pending.event.event_id}")
            count += 1
    return count


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    add_command(commands, "redrive", run, summary="Have delivered what failed for good.", manual=MANUAL)


def run(chosen: argparse.Namespace) -> None:
    """Work through the stage."""
    sqs = operator_client("sqs")
    failed = FailedInvokes(
        sqs=sqs,
        lambda_=operator_client("lambda"),
        queue_url=sqs.get_queue_url(QueueName=physical_name(chosen.stage, "eventos-fallidos"))["QueueUrl"],
        function_name=physical_name(chosen.stage, "EmitirEventosWs"),
    )
    events = PendingEvents(client=operator_client("dynamodb"), eventos_table=physical_name(chosen.stage, "eventos"))
    invoked = failed.invoke_again(report)
    given = give_back(events, report)
    report(f"{invoked} invokes repeated, {given} events given back to the sweep")
