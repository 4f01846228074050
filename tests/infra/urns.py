"""Which resources each kind of stage has: what Pulumi calls them (URN) and what AWS calls them.

A resource whose URN changes is created under the new one and deleted under the old; where AWS takes over a resource of
the same name, that deletes it. So the lists in `golden/` only grow by themselves: `make record` adds to them. A line
that is no longer true fails, unless an alias leads from it to a resource of the same physical name; taking a line out
by hand says that the resource is meant to go.
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

import attrs
from saai_infra.stack import deploy

from tests.infra.aws_names import NAMINGS
from tests.infra.conftest import KINDS, stage_config, stand_ins
from tests.infra.recording import Graph, Resource, record

GOLDEN: Final = Path(__file__).with_name("golden")


def lines(graph: Graph) -> set[str]:
    """A line for each resource of AWS: the types of its parents and its own, its logical and its physical name."""
    names = Names({resource.urn: resource for resource in graph.resources})
    return {f"{names.own(resource)} {_physical(resource)}" for resource in graph.custom()}


def former_lines(graph: Graph) -> set[str]:
    """The lines that aliases lead from."""
    names = Names({resource.urn: resource for resource in graph.resources})
    return {f"{urn} {_physical(resource)}" for resource in graph.custom() for urn in names.former(resource)}


def recorded(kind: str) -> set[str]:
    """The list of a kind of stage."""
    file = GOLDEN / f"{kind}.txt"
    return set(file.read_text(encoding="utf-8").splitlines()) if file.is_file() else set()


def _physical(resource: Resource) -> str:
    naming = NAMINGS[resource.type]
    return "-" if naming is None else str(resource.inputs.get(naming.input, "(auto)"))


@attrs.frozen
class Urn:
    """What is the same for every stage of a URN."""

    types: str
    """Of the parents and its own, joined by `$`."""
    name: str

    def __str__(self) -> str:
        return f"{self.types}::{self.name}"


@attrs.frozen
class Names:
    """What resources are called, and were called before (Pulumi, "Aliases")."""

    resources: Mapping[str, Resource]

    def own(self, resource: Resource) -> Urn:
        """The URN of today."""
        parent = self.resources.get(resource.parent)
        types = resource.type if parent is None else f"{self.own(parent).types}${resource.type}"
        return Urn(types, resource.name)

    def former(self, resource: Resource) -> set[Urn]:
        """Every URN that the engine would also look for: by the resource's own aliases, and by its parents'."""
        parent = self.resources.get(resource.parent)
        found = {
            Urn(f"{above.types}${type_}" if above else type_, _named_after(name, parent, above))
            for above in ([None] if parent is None else [self.own(parent), *self.former(parent)])
            for name, type_ in [(resource.name, resource.type), *resource.former_names]
        }
        return found - {self.own(resource)}


def _named_after(name: str, parent: Resource | None, above: Urn | None) -> str:
    """A child that is named after its parent was named after the parent's former name."""
    if parent is not None and above is not None and name.startswith(parent.name):
        return above.name + name.removeprefix(parent.name)
    return name


def graphs() -> Iterator[tuple[str, Graph]]:
    """Each kind of stage as the program registers it."""
    with tempfile.TemporaryDirectory() as folder:
        artifacts = stand_ins(Path(folder))
        for kind, changes in KINDS.items():
            config = stage_config(kind, **changes)
            yield kind, record(partial(deploy, config, artifacts), stage=kind)


def main() -> int:
    """Record additions, and tell what is missing."""
    missing = 0
    for kind, graph in graphs():
        now, before = lines(graph), recorded(kind)
        (GOLDEN / f"{kind}.txt").write_text("\n".join(sorted(now | before)) + "\n", encoding="utf-8")
        gone = sorted(before - now - former_lines(graph))
        missing += len(gone)
        for line in sorted(now - before):
            sys.stdout.write(f"+ {kind} {line}\n")
        for line in gone:
            sys.stdout.write(
                f"! {kind} {line}: give the resource an alias, or take the line out if it is meant to go\n"
            )
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
