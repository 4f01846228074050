"""The real functions over AWS in memory; each call is a process that may die."""

import contextlib
import io
from collections.abc import Iterator
from http import HTTPStatus
from random import Random
from typing import Any, Final

import attrs
import saai_support.functions
from botocore.exceptions import BotoCoreError, ClientError
from saai_domain.errors import SaaiError
from saai_domain.testing.aws import InMemoryAws
from saai_domain.testing.lambda_context import Invocation
from saai_infra.catalog import FUNCTIONS

from tests.faults.checked import checked
from tests.faults.kills import Faults, Process, ProcessKilled

SECONDS: Final = {spec.name: float(spec.timeout_seconds) for spec in FUNCTIONS}
"""What an invocation of each function may take."""
ENVIRONMENTS: Final = 2
"""Processes of each function that Lambda keeps: each knows what it has read itself."""
SURELY_BRIDGED_SECONDS: Final = 1_100
"""For so long, and a little longer, a secret serves while SSM doesn't answer (docs/domain.md, "Tokens")."""


@attrs.frozen(kw_only=True)
class TimedInvocation(Invocation):
    """An invocation that is cut short when its process's time is up."""

    faults: Faults
    process: Process

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the invocation is cut short."""
        return int(1000 * (self.process.deadline - self.faults.clock.monotonic()))


@attrs.frozen
class Functions:
    """The handlers by AWS name."""

    faults: Faults
    random: Random
    environments: tuple[saai_support.functions.Functions, ...]
    crashes: list[str] = attrs.field(factory=list)
    """Errors that nobody foresaw, and 5xx for which there was no cause."""

    @classmethod
    @contextlib.contextmanager
    def built(cls, faults: Faults, aws: InMemoryAws) -> Iterator["Functions"]:
        """Have every call of every function pass through the faults, for as long as the block lasts."""
        with aws.meanwhile(faults.around), contextlib.redirect_stdout(_Nowhere()):
            environments = tuple(saai_support.functions.Functions(aws) for _ in range(ENVIRONMENTS))
            yield cls(faults, faults.random, environments)

    def run(self, name: str, event: Any, *, request_id: str = "r") -> Any:
        """Run a function as a process of its own; None where it died or failed."""
        place = self.random.randrange(len(self.environments))
        with self.faults.invocation(SECONDS[name], (name, place)) as process:
            context = TimedInvocation(aws_request_id=request_id, faults=self.faults, process=process)
            try:
                answer = checked(event, self.environments[place].call(name, event, context))
            except (ProcessKilled, SaaiError, ClientError, BotoCoreError):
                return None
            except Exception as error:  # noqa: BLE001 - whatever it is, the verdict tells
                self.crashes.append(f"{name}: {type(error).__name__} {error}")
                return None
        self._look_for_a_cause(name, process, answer)
        return answer

    def _look_for_a_cause(self, name: str, process: Process, answer: Any) -> None:
        """A failure that is answered comes of a call that failed, and not of SSM's while the secret is known."""
        status = answer.get("statusCode", 0) if isinstance(answer, dict) else 0
        if status < HTTPStatus.INTERNAL_SERVER_ERROR or process.failed - {"ssm"}:
            return
        known = self.faults.clock.monotonic() - self.faults.secrets.get(process.home, float("-inf"))
        if not process.failed or known < SURELY_BRIDGED_SECONDS:
            self.crashes.append(f"{name} answered {status}, though {process.failed or 'nothing'} failed")


class _Nowhere(io.TextIOBase):
    """Takes the functions' log lines."""

    def write(self, text: str) -> int:
        return len(text)
