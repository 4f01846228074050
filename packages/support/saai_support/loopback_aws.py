"""An AWS in memory behind TLS on this machine, as far away as an endpoint in the same Region.

Every service is at one address, as ``AWS_ENDPOINT_URL`` names it. What a call weighs is decided by its path and its
headers, as AWS does it; signatures are not looked at.
"""

import asyncio
import contextlib
import json
import re
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs, unquote

import attrs
from botocore.exceptions import ClientError
from saai_domain.testing.aws import InMemoryAws

_TARGETS: Final = {"DynamoDB_20120810": "dynamodb", "AmazonSSM": "ssm", "AmazonSQS": "sqs"}
_INVOKE: Final = re.compile(r"/2015-03-31/functions/(?P<name>[^/]+)/invocations")
_CONNECTION: Final = re.compile(r"/.*/@connections/(?P<id>[^/]+)")
_PUBLISHED: Final = "<PublishResponse><PublishResult><MessageId>{id}</MessageId></PublishResult></PublishResponse>"


@attrs.frozen
class AwsResponse:
    """What goes back over the wire."""

    body: bytes = b""
    status: int = HTTPStatus.OK

    @property
    def wire(self) -> bytes:
        head = f"HTTP/1.1 {self.status:d} _\r\ncontent-length: {len(self.body)}\r\nx-amzn-requestid: r\r\n\r\n"
        return head.encode() + self.body


def answer(aws: InMemoryAws, path: str, headers: Mapping[str, str], body: bytes) -> AwsResponse:
    """Make the call that a request is, and answer it as its service does."""
    if found := _CONNECTION.fullmatch(path):
        name = unquote(found["id"])
        return AwsResponse(status=aws.client("connections").post_to_connection(ConnectionId=name, Data=body))
    if found := _INVOKE.fullmatch(path):
        taken = aws.client("lambda").invoke(
            FunctionName=unquote(found["name"]), InvocationType=headers["x-amz-invocation-type"], Payload=body
        )
        return AwsResponse(status=taken["StatusCode"])
    if "x-amz-target" not in headers:
        return AwsResponse(_PUBLISHED.format(id=_publish(aws, body)["MessageId"]).encode())
    target, _, operation = headers["x-amz-target"].partition(".")
    call = getattr(aws.client(_TARGETS[target]), re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower())
    try:
        return AwsResponse(json.dumps(call(**json.loads(body))).encode())
    except ClientError as error:
        details = {name: value for name, value in error.response.items() if name not in {"Error", "ResponseMetadata"}}
        told = {**details, "__type": error.response["Error"]["Code"], "message": error.response["Error"]["Message"]}
        return AwsResponse(json.dumps(told).encode(), status=HTTPStatus.BAD_REQUEST)


def _publish(aws: InMemoryAws, body: bytes) -> Any:
    form = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
    names = {key.removesuffix(".Name"): name for key, name in form.items() if key.endswith(".Name")}
    attributes = {
        name: {"DataType": form[f"{entry}.Value.DataType"], "StringValue": form[f"{entry}.Value.StringValue"]}
        for entry, name in names.items()
    }
    return aws.client("sns").publish(TopicArn=form["TopicArn"], Message=form["Message"], MessageAttributes=attributes)


@attrs.frozen(kw_only=True)
class LoopbackAws:
    """Serves until it is closed, on a thread of its own."""

    aws: InMemoryAws
    tls: ssl.SSLContext
    one_way: float = 0.0
    """Seconds that everything takes in each direction. A connection's first bytes come back a round trip later, since
    this machine's own handshake of TCP takes none."""

    @contextlib.contextmanager
    def serving(self) -> Iterator[int]:
        """Yield the port."""
        ports: list[int] = []
        listening = threading.Event()
        loop = asyncio.new_event_loop()
        over = asyncio.Event()

        async def serve() -> None:
            secured = await asyncio.start_server(self._converse, "127.0.0.1", 0, ssl=self.tls, backlog=256)
            far = partial(self._relay, port=_port(secured))
            async with secured, await asyncio.start_server(far, "127.0.0.1", 0, backlog=256) as outside:
                ports.append(_port(outside))
                listening.set()
                await over.wait()
            left = asyncio.all_tasks() - {asyncio.current_task()}
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

        thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
        thread.start()
        try:
            listening.wait(30)
            yield ports[0]
        finally:
            loop.call_soon_threadsafe(over.set)
            thread.join(30)
            loop.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
            while True:
                line, *fields = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
                headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                writer.write(answer(self.aws, line.split(" ")[1], headers, body).wire)
        writer.close()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, port: int) -> None:
        """Hand a connection's bytes on, each after the time that the way takes."""
        with contextlib.suppress(OSError, asyncio.CancelledError):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(
                self._pass(reader, far_writer, first=self.one_way * 3), self._pass(far_reader, writer, first=0.0)
            )

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, first: float) -> None:
        loop = asyncio.get_running_loop()
        later: Callable[..., object] = loop.call_at
        earliest = loop.time() + first
        while data := await reader.read(262_144):
            later(max(earliest, loop.time() + self.one_way), writer.write, data)
        later(max(earliest, loop.time() + self.one_way), writer.close)


def _port(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port
