"""Lambda's side of a function: the Runtime API, and the process that asks it for events.

By the AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes" and "Defined runtime environment
variables".
"""

import json
import queue
import subprocess
import threading
import time
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import attrs

MAX_ANSWER_BYTES: Final = 6_291_556
"""Of a synchronous invocation ("Lambda quotas")."""
_SECONDS: Final = 60
_PREFIX: Final = "/2018-06-01/runtime/"


@attrs.frozen
class FunctionFailed(Exception):
    """The function raised, or didn't start; the text is what its runtime reported."""

    reported: str


@attrs.frozen
class Answered:
    """What a function returned, as it came over the wire."""

    body: bytes
    content_type: str

    def read(self) -> Any:
        """Return its value.

        Raises:
            ValueError: It is no JSON.
        """
        return json.loads(self.body)


class RuntimeApi:
    """Hands events to one function's runtime and takes its answers."""

    def __init__(self, function_arn: str, timeout_seconds: int) -> None:
        self._arn, self._timeout = function_arn, timeout_seconds
        self._events: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._results: queue.Queue[Answered | FunctionFailed] = queue.Queue()
        self.ready = threading.Event()
        """The runtime asks for its first event: the function has started."""
        self._count = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    @property
    def address(self) -> str:
        """What AWS_LAMBDA_RUNTIME_API says."""
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def invoke(self, event: Mapping[str, Any]) -> Answered:
        """Have the function handle an event.

        Raises:
            FunctionFailed: It raised, or could not start.
        """
        self._count += 1
        self._events.put((f"8f5c0f3e-6a41-4c6e-9f57-{self._count:012d}", json.dumps(event).encode()))
        result = self._results.get(timeout=_SECONDS)
        if isinstance(result, FunctionFailed):
            raise result
        return result

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _next(self) -> tuple[dict[str, str], bytes]:
        self.ready.set()
        request_id, event = self._events.get()
        headers = {
            "Lambda-Runtime-Aws-Request-Id": request_id,
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + self._timeout) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": self._arn,
            "Lambda-Runtime-Trace-Id": "Root=1-69556110-2f1c5a6b7c8d9e0f1a2b3c4d;Sampled=0",
            "Content-Type": "application/json",
        }
        return headers, event

    def _take(self, path: str, body: bytes, content_type: str) -> None:
        if path.endswith("/response"):
            self._results.put(Answered(body, content_type))
        else:
            self._results.put(FunctionFailed(body.decode()))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                assert self.path == f"{_PREFIX}invocation/next", self.path
                headers, event = api._next()
                self._send(HTTPStatus.OK, headers, event)

            def do_POST(self) -> None:
                assert self.path.startswith(_PREFIX), self.path
                body = self._body()
                api._take(self.path, body, self.headers.get("Content-Type", ""))
                self._send(HTTPStatus.ACCEPTED, {"Content-Type": "application/json"}, b'{"status":"OK"}')

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's
                """Say nothing."""

            def _body(self) -> bytes:
                if self.headers.get("Transfer-Encoding") != "chunked":
                    return self.rfile.read(int(self.headers["Content-Length"]))
                parts = []
                while size := int(self.rfile.readline(), 16):
                    parts.append(self.rfile.read(size))
                    self.rfile.readline()
                self.rfile.readline()
                return b"".join(parts)

            def _send(self, status: HTTPStatus, headers: Mapping[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Handler


@attrs.frozen(kw_only=True)
class Configuration:
    """What a stage says of a function."""

    name: str
    arn: str
    handler: str
    timeout_seconds: int
    memory_mb: int
    variables: Mapping[str, str]


@attrs.frozen(kw_only=True)
class Place:
    """Where the zips are unpacked, and the Python that runs them."""

    python: Path
    python_version: str
    task: Path
    opt: Path

    def environment(self, of: Configuration, *, api: str, credentials: Mapping[str, str]) -> dict[str, str]:
        """Return a function's whole environment; nothing of this process is in it."""
        # The runtime's own order: the code, a layer's two folders, and last boto3 and the runtime client.
        path = (
            self.task,
            self.opt / "python" / "lib" / f"python{self.python_version}" / "site-packages",
            self.opt / "python",
        )
        return {
            **of.variables,
            **credentials,
            "PYTHONPATH": ":".join(map(str, path)),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "LAMBDA_TASK_ROOT": str(self.task),
            "AWS_LAMBDA_RUNTIME_API": api,
            "_HANDLER": of.handler,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_python{self.python_version}",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_FUNCTION_NAME": of.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(of.memory_mb),
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{of.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "2025/12/31/[$LATEST]0123456789abcdef",
        }


class RunningFunction:
    """One function's process, from its start to its end."""

    def __init__(
        self, configuration: Configuration, place: Place, *, credentials: Mapping[str, str], log: Path
    ) -> None:
        self.configuration = configuration
        self._log = log
        self._api = RuntimeApi(configuration.arn, configuration.timeout_seconds)
        environment = place.environment(configuration, api=self._api.address, credentials=credentials)
        with log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own environment's Python
                [place.python, "-m", "awslambdaric", configuration.handler],
                cwd=place.task,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def invoke(self, event: Mapping[str, Any]) -> Answered:
        """Have it handle an event; see `RuntimeApi.invoke`."""
        return self._api.invoke(event)

    @property
    def started(self) -> bool:
        """Whether it has asked for an event within the seconds that Lambda gives it."""
        return self._api.ready.wait(_SECONDS)

    def log_lines(self) -> list[str]:
        """Return what it has printed so far."""
        return self._log.read_text(encoding="utf-8").splitlines()

    def stop(self) -> None:
        """End it, as Lambda does: at once."""
        self._process.kill()
        self._process.wait()
        self._api.close()
