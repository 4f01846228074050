"""The README's Python does what it says, in a process of its own, as another service would run it."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import jwt
import pytest

from tests.docs.documents import ROOT, blocks, read

SECRET = "a-secret-of-the-tests-with-32-bytes-or-more"
FUNCTION = "saai-dev-EmitirEventosWs"
PARAMETER = "/saai/dev/jwt-secret"


class Aws(BaseHTTPRequestHandler):
    """Parameter Store with the signing secret, and Lambda, which keeps what it is invoked with."""

    protocol_version = "HTTP/1.1"
    invoked: ClassVar[list[tuple[str, str, Any]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("X-Amz-Target") == "AmazonSSM.GetParameter":
            asked = json.loads(body)
            assert asked == {"Name": PARAMETER, "WithDecryption": True}
            self._answer(200, json.dumps({"Parameter": {"Value": SECRET}}).encode())
        else:
            self.invoked.append((self.path, self.headers["X-Amz-Invocation-Type"], json.loads(body)))
            self._answer(202, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    """Serve AWS's part on this machine."""
    Aws.invoked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Aws) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def run(program: str, endpoint: str) -> subprocess.CompletedProcess[str]:
    """Run a program as a function of another service runs, with its environment."""
    environment = {
        "PYTHONPATH": os.pathsep.join(
            str(path) for path in ROOT.glob("packages/*") if (path / "pyproject.toml").is_file()
        ),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "JWT_SECRET_PARAMETER": PARAMETER,
        "EMITIR_EVENTOS_WS_FUNCTION_NAME": FUNCTION,
    }
    return subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", program], check=False, capture_output=True, text=True, env=environment, timeout=60
    )


def test_the_readmes_python_verifies_a_token_and_emits_an_event(endpoint: str) -> None:
    """The blocks as they stand, one after the other; only the token is given."""
    claims = {"tenant_id": "T001", "codigo_usuario": "T001U001", "rol": "ADMIN", "exp": 4_000_000_000}
    program = f"token = {jwt.encode(claims, SECRET)!r}\n" + "\n".join(blocks(read(ROOT / "README.md"), "python"))

    done = run(program, endpoint)

    assert done.returncode == 0, done.stderr
    ((path, kind, payload),) = Aws.invoked
    assert path == f"/2015-03-31/functions/{FUNCTION}/invocations"
    assert kind == "Event"
    assert payload["tenant_id"] == "T001"
    assert payload["event_type"] == "analitica_actualizada"
    assert payload["payload"]["mensaje"] == "Lista"


def test_the_contracts_python_reads_an_answer(endpoint: str) -> None:
    """As it stands in the document."""
    done = run("\n".join(blocks(read(ROOT / "docs" / "contracts.md"), "python")), endpoint)
    assert done.returncode == 0, done.stderr
    assert Aws.invoked == []
