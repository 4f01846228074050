"""Holds what really crosses the wire against the published contracts: for tests and the local AWS.

What we send ourselves is also held against the closed form of its schema, so that a key that no contract names is seen.
"""

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any, Final

from jsonschema import Draft202012Validator

from saai_contracts.catalogue import contracts, route_name
from saai_contracts.json_schema import closed
from saai_contracts.routes import ROUTES

_GATEWAY_STATUSES: Final = frozenset(
    {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE}
)
"""API Gateway's own, also where a function gave no answer in its time: in the local AWS a 502."""


class BrokenContract(AssertionError):
    """Something crossed the wire that its contract doesn't allow."""

    def __init__(self, contract: str, problems: list[str], value: object) -> None:
        super().__init__(contract, problems, value)
        self.contract = contract
        self.problems = problems
        self.value = value

    def __str__(self) -> str:
        return f"{self.contract}: {'; '.join(self.problems)} in {self.value!r}"


def check_frame(frame: Mapping[str, Any], *, ours: bool = True) -> None:
    """Check what a screen received: an event, or the answer to a message.

    ``ours`` tells that our own publishers made it, so that it holds no key of another service's.

    Raises:
        BrokenContract: It breaks its contract, or there is none for it.
    """
    if "event_type" in frame:
        _check(f"events/{frame['event_type']}", frame, strict=ours)
        return
    _check(f"messages/{frame.get('action')}", frame, strict=True)
    for event in frame.get("events", ()):
        check_frame(event, ours=ours)


def check_message(message: Mapping[str, Any]) -> None:
    """Check what a screen sends.

    Raises:
        BrokenContract: It breaks its contract, or there is none for it.
    """
    _check(f"messages/{message.get('action')}", message, strict=False)


def check_answer(route: str, status: int, answer: object, *, ours: bool = True) -> None:
    """Check what a route (``GET /ventas``) answered. ``ours`` tells that no row in it is another service's.

    Raises:
        BrokenContract: It breaks its contract, its status is none of the route's, or the route has no contract.
    """
    contract = ROUTES.get(route)
    if contract is None:
        raise BrokenContract(f"http/{route}", ["no contract has this route"], answer)
    if status in _GATEWAY_STATUSES:
        return
    if status == (HTTPStatus.CREATED if contract.created else HTTPStatus.OK):
        _check(f"http/{route_name(route)}.answer", answer, strict=ours)
        return
    if status not in {*contract.refusals, HTTPStatus.UNAUTHORIZED, HTTPStatus.INTERNAL_SERVER_ERROR}:
        raise BrokenContract(f"http/{route}", [f"{status} is no status of this route"], answer)
    _check("http/failure", answer, strict=True)


def check_body(route: str, body: object) -> None:
    """Check what a route is sent.

    Raises:
        BrokenContract: It breaks its contract.
    """
    _check(f"http/{route_name(route)}.body", body, strict=False)


def _check(name: str, value: object, *, strict: bool) -> None:
    if name not in contracts():
        raise BrokenContract(name, ["there is no such contract"], value)
    found = [f"{error.json_path}: {error.message}" for error in _validator(name, strict=strict).iter_errors(value)]
    if found:
        raise BrokenContract(name, found, value)


@cache
def _validator(name: str, *, strict: bool) -> Draft202012Validator:
    schema = contracts()[name].schema
    return Draft202012Validator(closed(schema) if strict else schema)
