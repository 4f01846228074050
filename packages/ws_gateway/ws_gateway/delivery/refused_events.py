"""Keeping what EmitirEventosWs refuses: an asynchronous caller never sees the 400, and its event exists nowhere else.

It goes where the function's failed invokes go, in the form of Lambda's own records ("Capturing records of Lambda
asynchronous invocations", AWS Lambda developer guide), so that one alarm tells of both and one command works through
both (docs/operations.md).
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from saai_domain.component import component
from saai_domain.time import Clock, iso_timestamp, lima_now

if TYPE_CHECKING:
    from saai_domain.aws.clients import SQSClient

REFUSED: Final = "Refused"
"""The ``condition`` of such a record; Lambda's own say something else."""


@component
class RefusedEvents:
    """The queue ``eventos-fallidos``."""

    client: "SQSClient"
    queue_url: str
    clock: Clock = lima_now

    def keep(self, event: object, *, request_id: str, answer: Mapping[str, Any]) -> None:
        """Keep an invoke whole, with the answer that refuses it.

        Raises:
            ClientError, BotoCoreError: The queue didn't take it, for example since it is too large. The invocation
                fails: Lambda repeats it, and keeps it itself in the end.
        """
        record = {
            "version": "1.0",
            "timestamp": iso_timestamp(self.clock()),
            "requestContext": {"requestId": request_id, "condition": REFUSED, "approximateInvokeCount": 1},
            "requestPayload": event,
            "responsePayload": answer,
        }
        # The standard library's: its escapes carry any text, also half a surrogate pair.
        self.client.send_message(QueueUrl=self.queue_url, MessageBody=json.dumps(record, separators=(",", ":")))
