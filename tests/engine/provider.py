"""The provider `aws` of these tests: what Pulumi's engine speaks to, in front of the world in memory.

It treats inputs as the bridged Terraform provider does: it makes the names that the program doesn't give and keeps
them, replaces what can't be changed in place, and deletes first where the program gave the name
(pulumi-terraform-bridge, `nameRequiresDeleteBeforeReplace`). Without Handshake the engine asks it nothing in a preview:
outputs are unknown there.
"""

import secrets
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from tests.engine.world import Refused, World
from tests.engine.world.world import KINDS
from tests.infra.aws_names import NAMINGS

_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How the engine writes a value that is not known yet (Pulumi, "Property values")."""

_THREADS = 16


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """Serves the engine from a world that may be exchanged between runs."""

    def __init__(self, world: World) -> None:
        self.world = world

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> None:  # noqa: N802 - the protocol's names
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "as a provider before protocol 1 of the engine")

    def Attach(self, request: Any, context: grpc.ServicerContext) -> Empty:  # noqa: N802
        return Empty()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return plugin_pb2.PluginInfo(version=version("pulumi-aws"))

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        return provider_pb2.ConfigureResponse()

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Empty:  # noqa: N802
        return Empty()

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Complete the inputs with a name, and refuse a name that AWS wouldn't take."""
        inputs = values(request.news)
        naming = NAMINGS[request.type]
        failures = []
        if naming is not None:
            if naming.input not in inputs:
                kept = values(request.olds).get(naming.input)
                inputs[naming.input] = kept or f"{request.name}-{secrets.token_hex(4)[:7]}"
                inputs["__autonamed"] = True
            name = inputs[naming.input]
            if name != _UNKNOWN and naming.rule.refuses(name):
                failures.append(
                    provider_pb2.CheckFailure(property=naming.input, reason=f"{name!r} is no {naming.input} for AWS")
                )
        return provider_pb2.CheckResponse(inputs=struct(inputs), failures=failures)

    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Compare inputs. What can't be changed is replaced, and deleted first if the program gave its name."""
        old, new = values(request.old_inputs), values(request.news)
        changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
        replaces = sorted(changed & KINDS[request.type].replace_on)
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE,
            diffs=sorted(changed),
            replaces=replaces,
            deleteBeforeReplace=bool(replaces) and NAMINGS[request.type] is not None and "__autonamed" not in new,
        )

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        with _refusals(context):
            created = self.world.create(request.type, values(request.properties))
        return provider_pb2.CreateResponse(id=created.id, properties=struct(created.properties))

    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        with _refusals(context):
            updated = self.world.update(request.type, request.id, values(request.news))
        return provider_pb2.UpdateResponse(properties=struct(updated.properties))

    def Delete(self, request: Any, context: grpc.ServicerContext) -> Empty:  # noqa: N802
        with _refusals(context):
            self.world.delete(request.type, request.id, values(request.properties))
        return Empty()

    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        for found in self.world.all(request.type):
            if found.id == request.id:
                return provider_pb2.ReadResponse(
                    id=found.id, properties=struct(found.properties), inputs=struct(found.inputs)
                )
        return provider_pb2.ReadResponse()

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """The only question that the program asks: an existing table's keys."""
        assert request.tok == "aws:dynamodb/getTable:getTable", request.tok
        name = values(request.args)["name"]
        table = self.world.find("aws:dynamodb/table:Table", name)
        if table is None:
            failure = provider_pb2.CheckFailure(property="name", reason=f"there is no table {name}")
            return provider_pb2.InvokeResponse(failures=[failure])
        answer = provider_pb2.InvokeResponse()
        getattr(answer, "return").CopyFrom(struct({**table.properties, "id": name}))
        return answer


@contextmanager
def _refusals(context: grpc.ServicerContext) -> Iterator[None]:
    """Tell the engine what AWS refused."""
    try:
        yield
    except Refused as refused:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(refused))


@contextmanager
def serving(provider: Provider) -> Iterator[int]:
    """Serve on a free port of loopback while the context lasts, and lend the port."""
    with ThreadPoolExecutor(max_workers=_THREADS) as threads:
        server = grpc.server(threads)
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            yield port
        finally:
            server.stop(grace=None).wait()


def values(properties: Struct) -> dict[str, Any]:
    """Plain values, with whole numbers as such; an archive is its hash."""
    plain = _plain(MessageToDict(properties))
    assert isinstance(plain, dict)
    return plain


def _plain(value: Any) -> Any:
    match value:
        case {"hash": str(digest), "path": str()}:
            return digest
        case Mapping():
            return {key: _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def struct(properties: Mapping[str, Any]) -> Struct:
    """What the protocol carries."""
    return ParseDict(dict(properties), Struct())
