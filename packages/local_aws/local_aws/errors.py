"""Everything that can go wrong on the local AWS.

LocalAwsError
├── MinistackMissing        its environment is not installed
├── MinistackFailed         it ended or never answered
├── UnknownResourceType     no creator for a resource type of the program
├── UnknownCall             no answer for a provider call of the program
├── UnknownInput            a creator met a property that it doesn't apply
├── ResourceFailed          the local AWS refused a resource
├── CallFailed              what the program asks for is not there
├── EmptyExports            the program exported a null
├── StackMissing            no stack.json: nothing runs
├── StackUnreadable         stack.json is not what this version writes
├── AlreadyRunning          another `make dev` runs in this working copy
├── UnknownSchedule         the local AWS has no such schedule
├── ScheduleFailed          a function that a schedule calls ended with an error
└── LoadFailed              the catalogue was not stored completely
"""

from pathlib import Path

import attrs


class LocalAwsError(Exception):
    """The root of this package's errors. `str()` is for the developer's terminal."""


@attrs.frozen(str=False)
class MinistackMissing(LocalAwsError):
    interpreter: Path

    def __str__(self) -> str:
        return f"MiniStack is not installed ({self.interpreter} is missing): run `make setup`."


@attrs.frozen(str=False, kw_only=True)
class MinistackFailed(LocalAwsError):
    what: str
    log: Path
    end_of_log: str

    def __str__(self) -> str:
        return f"MiniStack {self.what}; its log, {self.log}, ends:\n{self.end_of_log}"


@attrs.frozen(str=False, kw_only=True)
class UnknownResourceType(LocalAwsError):
    type: str
    name: str

    def __str__(self) -> str:
        return f"no creator for the resource type {self.type} (resource {self.name}): add one to local_aws.resources"


@attrs.frozen(str=False)
class UnknownCall(LocalAwsError):
    token: str

    def __str__(self) -> str:
        return f"no answer for the provider call {self.token}: add one to local_aws.resources.calls"


@attrs.frozen(str=False, kw_only=True)
class UnknownInput(LocalAwsError):
    type: str
    name: str
    inputs: tuple[str, ...]

    def __str__(self) -> str:
        properties = ", ".join(self.inputs)
        return f"the creator of {self.type} doesn't know what to do with {properties} (resource {self.name})"


@attrs.frozen(str=False, kw_only=True)
class ResourceFailed(LocalAwsError):
    type: str
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.type} {self.name}: {self.reason}"


@attrs.frozen(str=False, kw_only=True)
class CallFailed(LocalAwsError):
    token: str
    reason: str

    def __str__(self) -> str:
        return f"the provider call {self.token}: {self.reason}"


@attrs.frozen(str=False)
class EmptyExports(LocalAwsError):
    paths: tuple[str, ...]

    def __str__(self) -> str:
        return f"the program exported nothing for {', '.join(self.paths)}: a creator leaves out an output"


@attrs.frozen(str=False)
class StackMissing(LocalAwsError):
    path: Path

    def __str__(self) -> str:
        return f"{self.path} does not exist: run `make dev` and leave it running"


@attrs.frozen(str=False, kw_only=True)
class StackUnreadable(LocalAwsError):
    path: Path
    reason: str

    def __str__(self) -> str:
        return f"{self.path} can't be read ({self.reason}): restart `make dev`"


@attrs.frozen(str=False)
class AlreadyRunning(LocalAwsError):
    pid: int

    def __str__(self) -> str:
        return f"`make dev` is already running in this working copy (process {self.pid}): stop it first"


@attrs.frozen(str=False, kw_only=True)
class ScheduleFailed(LocalAwsError):
    rule: str
    function: str
    reason: str

    def __str__(self) -> str:
        return f"{self.function}, called by {self.rule}, failed: {self.reason}"


@attrs.frozen(str=False, kw_only=True)
class UnknownSchedule(LocalAwsError):
    schedule: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"there is no schedule {self.schedule!r}, only {', '.join(self.known)}"


@attrs.frozen(str=False)
class LoadFailed(LocalAwsError):
    unprocessed: int

    def __str__(self) -> str:
        return f"{self.unprocessed} rows of the catalogue could not be stored"
