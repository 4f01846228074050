"""The resources there are, and what happens to requests."""

import itertools
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.engine.world import apigatewayv2, lambda_, messaging, storage
from tests.engine.world.resources import Inputs, Kind, Refused, Resource

KINDS: Mapping[str, Kind] = {**apigatewayv2.KINDS, **lambda_.KINDS, **messaging.KINDS, **storage.KINDS}
"""By Pulumi's resource type."""


class World:
    """One account in one Region. Requests come from several threads and are served one after the other."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._resources: dict[tuple[str, str], Resource] = {}
        self._ids = itertools.count(1)
        self.before_creation: Callable[[str, Inputs], None] = lambda _type, _inputs: None
        """Called with what is about to be created; may raise Refused."""
        self.after_change: Callable[[], None] = lambda: None
        """Called after each creation, change and deletion: a moment in which requests are served."""

    def __getstate__(self) -> dict[str, Any]:
        """Copy what exists, for another test to go on from."""
        return {"_resources": self._resources, "_ids": self._ids}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__init__()  # type: ignore[misc]
        self._resources = state["_resources"]
        self._ids = state["_ids"]

    def create(self, type_: str, inputs: Inputs) -> Resource:
        """Make a resource, or take over the one that is there, as AWS does.

        Raises:
            Refused: AWS would.
        """
        kind = KINDS[type_]
        with self._lock:
            self.before_creation(type_, inputs)
            kind.check(self, inputs)
            key = self.new_id(type_) if kind.key is None else kind.key(inputs)
            there = self._resources.get((type_, key))
            if there is not None:
                _refuse_a_second(kind, there, inputs)
            identity = kind.id(key)
            resource = Resource(
                type=type_, key=key, id=identity, inputs=inputs, outputs=kind.outputs(self, identity, inputs)
            )
            self._resources[type_, key] = resource
            self.after_change()
            return resource

    def update(self, type_: str, identity: str, inputs: Inputs) -> Resource:
        """Change a resource in place.

        Raises:
            Refused: AWS would, or it isn't there.
        """
        kind = KINDS[type_]
        with self._lock:
            resource = self._existing(type_, identity, inputs)
            kind.check(self, inputs)
            kind.update(self, resource, inputs)
            resource.inputs = inputs
            self.after_change()
            return resource

    def delete(self, type_: str, identity: str, inputs: Inputs) -> None:
        """Delete a resource, unless it asks to stay. What is not there is as good as deleted, as for the provider.

        Raises:
            Refused: AWS would.
        """
        kind = KINDS[type_]
        with self._lock:
            try:
                resource = self._existing(type_, identity, inputs)
            except Refused:
                return
            if inputs.get("skipDestroy"):
                resource.kept = True
                return
            kind.check_deletion(self, resource)
            del self._resources[type_, resource.key]
            kind.deleted(self, resource)
            self.after_change()

    def all(self, type_: str | None = None) -> Iterator[Resource]:
        """Everything there is, or all of a type."""
        with self._lock:
            return iter([found for found in self._resources.values() if type_ is None or found.type == type_])

    def find(self, type_: str, key: str) -> Resource | None:
        """The resource of a key."""
        return self._resources.get((type_, key))

    def remove(self, resource: Resource) -> None:
        """Let something go that its owner took along."""
        del self._resources[resource.type, resource.key]

    def new_id(self, type_: str) -> str:
        """An id as AWS gives them: never the same twice."""
        return f"{type_.rsplit(':', 1)[1].lower()}{next(self._ids):04d}"

    def _existing(self, type_: str, identity: str, inputs: Inputs) -> Resource:
        kind = KINDS[type_]
        key = identity if kind.key is None else kind.key(inputs)
        found = self._resources.get((type_, key))
        if found is None:
            raise Refused("ResourceNotFoundException", f"there is no {type_} {key}")
        return found


def _refuse_a_second(kind: Kind, there: Resource, inputs: Inputs) -> None:
    # Of parameters alone (Systems Manager API reference, PutParameter).
    if inputs.get("overwrite"):
        return
    if kind.taken is not None:
        raise Refused(kind.taken, f"{there.type} {there.key} exists already")
    different = sorted(name for name in kind.adopts_only_if_equal if there.inputs.get(name) != inputs.get(name))
    if different:
        raise Refused("InvalidParameter", f"{there.type} {there.key} exists with another {', '.join(different)}")
