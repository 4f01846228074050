"""What the engine did, in its own words: a typed view of its events."""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs
from pulumi.automation.events import EngineEvent, OpType


@attrs.frozen(kw_only=True)
class Step:
    """One operation on one resource: when it began and when it was done, in the order of the events."""

    urn: str
    type: str
    operation: str
    began: int
    done: int | None

    @property
    def name(self) -> str:
        """The logical name."""
        return self.urn.rsplit("::", 1)[1]


@attrs.frozen(kw_only=True)
class Run:
    """What an `up`, a `preview` or a `destroy` did."""

    steps: tuple[Step, ...]
    errors: tuple[str, ...]

    def changes(self, *operations: str) -> set[tuple[str, str]]:
        """The types and logical names that these operations were done on; by default all that changed anything."""
        wanted = operations or tuple(_CHANGES)
        return {(_short(step.type), step.name) for step in self.steps if step.operation in wanted}

    def count(self, operation: str) -> int:
        """How many resources of AWS an operation was done on."""
        return sum(1 for step in self.steps if step.operation == operation and step.type.startswith("aws:"))

    def one(self, type_: str, name: str, operation: str) -> Step:
        """The only operation of that kind on that resource."""
        (found,) = (
            step for step in self.steps if (_short(step.type), step.name, step.operation) == (type_, name, operation)
        )
        return found


_CHANGES = frozenset(
    operation.value
    for operation in OpType
    if operation not in {OpType.SAME, OpType.READ, OpType.REFRESH, OpType.DISCARD, OpType.REPLACE}
)


def _short(type_: str) -> str:
    return type_.rsplit("/", 1)[-1]


def run_of(events: Iterable[EngineEvent]) -> Run:
    """Put the events of a run together."""
    began: dict[tuple[str, str], int] = {}
    done: dict[tuple[str, str], int] = {}
    types: dict[str, str] = {}
    errors: list[str] = []
    for position, event in enumerate(events):
        if event.resource_pre_event is not None:
            step = event.resource_pre_event.metadata
            began[step.urn, _operation(step.op)] = position
            types[step.urn] = step.type
        elif event.res_outputs_event is not None:
            step = event.res_outputs_event.metadata
            done[step.urn, _operation(step.op)] = position
            types[step.urn] = step.type
        elif event.diagnostic_event is not None and event.diagnostic_event.severity == "error":
            errors.append(event.diagnostic_event.message)
    steps = tuple(
        Step(
            urn=urn,
            type=types[urn],
            operation=operation,
            began=began.get((urn, operation), done.get((urn, operation), 0)),
            done=done.get((urn, operation)),
        )
        for urn, operation in dict.fromkeys([*began, *done])
    )
    return Run(steps=steps, errors=tuple(errors))


def _operation(operation: Any) -> str:
    return operation.value if isinstance(operation, OpType) else str(operation)


def resources_of(deployment: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The resources of AWS in an exported state."""
    resources: list[Mapping[str, Any]] = deployment.get("resources", [])
    return [resource for resource in resources if resource["type"].startswith("aws:")]
