"""What the Terraform provider, or AWS itself, refuses of a resource beyond what the service models say.

The table holds only what a resource of the program can meet. A source that is a file is the Terraform provider's, under
`internal/service`.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

import attrs

from local_aws.resources.request import Request

Check = Callable[[Request], Iterator[str]]

AUTONAME_SUFFIX: Final = "-0000000"
"""What Pulumi appends to the logical name of a resource without a name: a hyphen and seven hexadecimal digits."""


@attrs.frozen
class Rule:
    """A check, and where it is written that it holds."""

    source: str
    check: Check


def broken_by(request: Request) -> Iterator[str]:
    """Tell each rule that a resource breaks, with its source."""
    for rule in RULES.get(request.type, ()):
        for problem in rule.check(request):
            yield f"{problem} ({rule.source})"


def _named(pattern: str, key: str = "name") -> Check:
    """The physical name, given or made of the logical one."""

    def check(request: Request) -> Iterator[str]:
        name = request.inputs.get(key) or request.name + AUTONAME_SUFFIX
        if not re.fullmatch(pattern, name):
            yield f"{key} is {name!r}, which isn't {pattern}"

    return check


def _not_both(one: str, other: str) -> Check:
    def check(request: Request) -> Iterator[str]:
        if request.inputs.get(one) is not None and request.inputs.get(other) is not None:
            yield f"{one} and {other} exclude each other"

    return check


def _between(key: str, least: int, most: int) -> Check:
    def check(request: Request) -> Iterator[str]:
        value = request.inputs.get(key)
        if value is not None and not least <= value <= most:
            yield f"{key} is {value}, not within {least} and {most}"

    return check


def _one_of(key: str, allowed: Collection[int]) -> Check:
    def check(request: Request) -> Iterator[str]:
        value = request.inputs.get(key)
        if value is not None and value not in allowed:
            yield f"{key} is {value}, not one of {', '.join(map(str, sorted(allowed)))}"

    return check


def _period(request: Request) -> Iterator[str]:
    period = request.inputs.get("period")
    if period is not None and period % 60 and period not in {10, 20, 30}:
        yield f"period is {period}, neither 10, 20, 30 nor a multiple of 60"


def _one_statistic(request: Request) -> Iterator[str]:
    given = [key for key in ("statistic", "extendedStatistic") if request.inputs.get(key)]
    if request.inputs.get("metricName") and len(given) != 1:
        yield "an alarm of a metric has one of statistic and extendedStatistic"


def _attributes_are_keys(request: Request) -> Iterator[str]:
    """Attributes that no key uses, and keys that no attribute describes."""
    described = {attribute["name"] for attribute in request.inputs.get("attributes") or ()}
    used = {key for table in (request.inputs, *_indexes(request)) for key in _keys(table)}
    if described != used:
        yield f"attributes are {sorted(described)}, the keys {sorted(used)}"


def _indexes(request: Request) -> Collection[Mapping[str, Any]]:
    indexes: Collection[Mapping[str, Any]] = request.inputs.get("globalSecondaryIndexes") or ()
    return indexes


def _keys(table: Mapping[str, Any]) -> Iterator[str]:
    for schema in table.get("keySchemas") or ():
        yield schema["attributeName"]
    for key in ("hashKey", "rangeKey"):
        if table.get(key):
            yield table[key]


_RETENTION_DAYS: Final = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
)

RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "aws:cloudwatch/eventTarget:EventTarget": (Rule("events/target.go", _not_both("input", "inputPath")),),
    "aws:cloudwatch/logGroup:LogGroup": (
        Rule("CloudWatch Logs API reference, PutRetentionPolicy", _one_of("retentionInDays", {0, *_RETENTION_DAYS})),
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": (
        Rule("cloudwatch/metric_alarm.go", _period),
        Rule("cloudwatch/metric_alarm.go", _one_statistic),
    ),
    "aws:dynamodb/table:Table": (
        Rule("dynamodb/table.go, and DynamoDB API reference, CreateTable", _attributes_are_keys),
    ),
    "aws:lambda/permission:Permission": (Rule("lambda/validate.go", _named("[0-9A-Za-z_-]{1,100}", "statementId")),),
    "aws:sns/topic:Topic": (Rule("SNS API reference, CreateTopic", _named("[0-9A-Za-z_-]{1,256}")),),
    "aws:sqs/queue:Queue": (
        Rule("sqs/queue.go", _named("[0-9A-Za-z_-]{1,80}")),
        Rule("sqs/queue.go", _not_both("kmsMasterKeyId", "sqsManagedSseEnabled")),
        Rule("sqs/queue.go", _between("delaySeconds", 0, 900)),
        Rule("sqs/queue.go", _between("maxMessageSize", 1024, 1_048_576)),
        Rule("sqs/queue.go", _between("messageRetentionSeconds", 60, 1_209_600)),
        Rule("sqs/queue.go", _between("visibilityTimeoutSeconds", 0, 43_200)),
    ),
}
"""Resource type token → its rules."""
