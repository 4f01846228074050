"""Lambda's Runtime API for one function.

By the AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes".
"""

import json
import queue
import sys
import threading
import time
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a process that was ended: it breaks off whatever it was saying, and hears no answer."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class RuntimeApi:
    """Hands events to one function's runtime and takes its answers."""

    def __init__(self, function_arn: str, timeout_seconds: int) -> None:
        self._arn, self._timeout = function_arn, timeout_seconds
        self._events: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._results: queue.Queue[Answered | FunctionFailed] = queue.Queue()
        self._ready = threading.Event()
        self._asked_at = float("inf")
        self._count = 0
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    @property
    def address(self) -> str:
        """What AWS_LAMBDA_RUNTIME_API says."""
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def first_poll(self) -> float | None:
        """Wait until the runtime asks for its first event, which means that the function has started.

        Returns when it did, by the monotonic clock; None where it doesn't within the seconds that Lambda gives it.
        """
        return self._asked_at if self._ready.wait(_SECONDS) else None

    def invoke(self, event: Mapping[str, Any]) -> Answered:
        """Have the function handle an event.

        Raises:
            FunctionFailed: It raised, or could not start.
        """
        self.queue(event)
        return self.result()

    def queue(self, event: Mapping[str, Any]) -> None:
        """Have an event ready for the function when it asks for one."""
        self._count += 1
        self._events.put((f"8f5c0f3e-6a41-4c6e-9f57-{self._count:012d}", json.dumps(event).encode()))

    def result(self) -> Answered:
        """Wait for what the function makes of the oldest event that was queued.

        Raises:
            FunctionFailed: It raised, or could not start.
        """
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
        if not self._ready.is_set():
            self._asked_at = time.monotonic()
            self._ready.set()
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
                if self.path != f"{_PREFIX}invocation/next":
                    self.send_error(HTTPStatus.NOT_FOUND)
                    return
                headers, event = api._next()
                self._send(HTTPStatus.OK, headers, event)

            def do_POST(self) -> None:
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
