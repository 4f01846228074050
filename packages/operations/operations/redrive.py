"""``redrive``: have delivered what failed for good, once its cause is gone."""

import argparse
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import attrs
from botocore.exceptions import BotoCoreError, ClientError
from saai_domain.time import Clock, epoch_seconds, lima_now
from ws_gateway.delivery.refused_events import REFUSED
from ws_gateway.outbox.pending_events import ABANDONED_SHARDS, PendingEvents

from operations.command import Commands, Report, add_command, operator_client, physical_name, report

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient

MANUAL: Final = """\
Three things wait for it:
  - invokes of EmitirEventosWs that failed every time (queue saai-STAGE-eventos-fallidos). They are invoked again, and
    each message is deleted once that is accepted;
  - events that EmitirEventosWs refused, in the same queue. They stay there unless --refused says otherwise: "again"
    invokes again, once the contract allows them, and what is refused once more comes back; "discard" deletes them;
  - events whose attempts the sweep used up. They are given back to it, and delivered within two minutes.

Safe to repeat: an event that was logged by an earlier try is recognised for 15 days and not logged twice.

  python -m operations redrive --stage dev
  python -m operations redrive --stage dev --refused again
"""
_RECEIVED_AT_ONCE: Final = 10


class Refused(StrEnum):
    """What becomes of events that EmitirEventosWs refused."""

    LEAVE = "leave"
    AGAIN = "again"
    DISCARD = "discard"


class UnreadableFailure(Exception):
    """A message of the failures queue is not what Lambda writes there."""


@attrs.frozen(kw_only=True)
class FailedInvoke:
    """A record of the queue: what to invoke with, whether that was refused, and when (None where it doesn't say)."""

    payload: dict[str, Any]
    refused: bool
    moment: datetime | None

    def __str__(self) -> str:
        return f"{self.payload.get('tenant_id')}: {self.payload.get('event_type', 'an event of the log')}"


@attrs.frozen(kw_only=True)
class FailedInvokes:
    """The queue of what EmitirEventosWs could not do, or refused."""

    sqs: "SQSClient"
    lambda_: "LambdaClient"
    queue_url: str
    function_name: str
    clock: Clock = lima_now

    def invoke_again(self, report: Report, *, refused: Refused = Refused.LEAVE) -> int:
        """Invoke with each message's payload, then delete the message; return how many. Others stay in the queue."""
        count = 0
        began = self.clock()
        for message in self._messages():
            try:
                failed = read_failure(message["Body"])
            except UnreadableFailure:
                report(f"left in the queue, since it is no failure of an invoke: message {message['MessageId']}")
                continue
            # What this very run has invoked may be refused again already.
            if failed.refused and (refused is Refused.LEAVE or (failed.moment and failed.moment >= began)):
                report(f"left in the queue, since it was refused: {failed}")
                continue
            if failed.refused and refused is Refused.DISCARD:
                report(f"discarded, since it was refused: {failed}")
            elif self._invoke(failed, report):
                count += 1
            else:
                continue
            self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        return count

    def _invoke(self, failed: FailedInvoke, report: Report) -> bool:
        # The standard library's: its escapes carry any text, also half a surrogate pair.
        payload = json.dumps(failed.payload).encode()
        try:
            self.lambda_.invoke(FunctionName=self.function_name, InvocationType="Event", Payload=payload)
        except (ClientError, BotoCoreError) as error:
            report(f"left in the queue, since the invoke was not accepted ({error}): {failed}")
            return False
        report(f"invoked again for {failed}")
        return True

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


def read_failure(body: str) -> FailedInvoke:
    """Read a destination's record (AWS Lambda developer guide, "Destinations").

    Numbers with a fraction become floats, as they do when Lambda reads an invoke. A new event without an ``event_id``
    gets the key under which the first invoke would have logged it, so that one that was logged before its failure is
    recognised.

    Raises:
        UnreadableFailure: It isn't such a record.
    """
    try:
        record: Any = json.loads(body)
    except ValueError:
        raise UnreadableFailure from None
    match record:
        case {"requestContext": {"condition": str(condition)} as context, "requestPayload": dict(payload)}:
            pass
        case _:
            raise UnreadableFailure
    # The local AWS doesn't tell the request's id.
    if "event_type" in payload and not payload.get("event_id") and "requestId" in context:
        payload["event_id"] = f"lambda#{context['requestId']}"
    return FailedInvoke(payload=payload, refused=condition == REFUSED, moment=_moment(record.get("timestamp")))


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


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
    parser = add_command(commands, "redrive", run, summary="Have delivered what failed for good.", manual=MANUAL)
    parser.add_argument(
        "--refused",
        type=Refused,
        choices=list(Refused),
        default=Refused.LEAVE,
        help="what becomes of refused events; they are left by default",
    )


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
    invoked = failed.invoke_again(report, refused=chosen.refused)
    given = give_back(events, report)
    report(f"{invoked} invokes repeated, {given} events given back to the sweep")
