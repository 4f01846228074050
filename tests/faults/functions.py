"""The real functions over AWS in memory; each call is a process that may die."""

import contextlib
import io
from collections.abc import Iterator
from typing import Any

import attrs
import saai_support.functions
from botocore.exceptions import BotoCoreError, ClientError
from saai_domain.errors import SaaiError
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.lambda_context import Invocation

from tests.faults.kills import Faults, ProcessKilled


@attrs.frozen
class Functions:
    """The handlers by AWS name."""

    faults: Faults
    functions: saai_support.functions.Functions

    @classmethod
    @contextlib.contextmanager
    def built(cls, faults: Faults, aws: InMemoryAws) -> Iterator["Functions"]:
        """Have every call of every function pass through the faults, for as long as the block lasts."""
        with aws.meanwhile(faults.around), contextlib.redirect_stdout(_Nowhere()):
            yield cls(faults, saai_support.functions.Functions(aws))

    def run(self, name: str, event: Any, *, request_id: str = "r") -> Any:
        """Run a function as a process of its own; None where it died or failed."""
        with self.faults.invocation():
            try:
                context = Invocation(aws_request_id=request_id, remaining_millis=50_000)
                return self.functions.call(name, event, context)
            except (ProcessKilled, SaaiError, ClientError, BotoCoreError):
                return None


class _Nowhere(io.TextIOBase):
    """Takes the functions' log lines."""

    def write(self, text: str) -> int:
        return len(text)
