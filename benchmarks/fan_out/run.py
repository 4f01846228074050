"""Starts the endpoint and the measured processes, one after another."""

import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs
import botocore
from saai_support.loopback_tls import Authority

from benchmarks.fan_out.report import Case

ROOT: Final = Path(__file__).parents[2]
_CHILD: Final = Path(__file__).with_name("child.py")
_SERVER: Final = Path(__file__).with_name("server.py")


@attrs.frozen(kw_only=True)
class Bench:
    """An endpoint that runs, and the environment of its clients."""

    port: int
    environment: dict[str, str]

    def measure(self, case: Case) -> dict[str, Any]:
        """Measure one process."""
        endpoint = f"https://127.0.0.1:{self.port}/{case.delay_millis}ms"
        what = [case.client, str(case.connections), case.recipients, str(case.rounds), endpoint]
        command = [sys.executable, str(_CHILD), *what]
        answer = subprocess.run(  # noqa: S603 - our own file
            [*command, repr(time.monotonic())], env=self.environment, capture_output=True, text=True, check=True
        )
        measured: dict[str, Any] = json.loads(answer.stdout)
        expected = int(case.recipients.split(":", maxsplit=1)[0])
        if any(sent != expected for sent in (measured["sent"], *(warm["sent"] for warm in measured["warm"]))):
            msg = f"{case} reached fewer than {expected} recipients: {measured}"
            raise RuntimeError(msg)
        return measured


@contextlib.contextmanager
def running_bench() -> Iterator[Bench]:
    """Start the endpoint on another core than the clients', with a certificate that they trust."""
    with tempfile.TemporaryDirectory(prefix="saai-bench-") as name:
        folder = Path(name)
        authority = Authority()
        authority.server_context(folder, "127.0.0.1")
        # As many authorities as a system trusts, since reading them is part of a cold start.
        bundle = folder / "trusted.pem"
        bundle.write_bytes(Path(botocore.__file__).with_name("cacert.pem").read_bytes() + authority.pem)
        server = subprocess.Popen(  # noqa: S603 - our own file
            [sys.executable, str(_SERVER), str(folder / "server.pem")], stdout=subprocess.PIPE, text=True
        )
        try:
            os.sched_setaffinity(server.pid, {max(os.sched_getaffinity(0))})
            assert server.stdout is not None  # noqa: S101 - it is piped
            yield Bench(port=int(server.stdout.readline()), environment=_environment(bundle))
        finally:
            server.terminate()
            server.wait()


def _environment(bundle: Path) -> dict[str, str]:
    packages = [ROOT, ROOT / "packages" / "aws_lite", ROOT / "packages" / "domain", ROOT / "packages" / "ws_gateway"]
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(map(str, packages)),
        # One for boto3, one for OpenSSL.
        "AWS_CA_BUNDLE": str(bundle),
        "SSL_CERT_FILE": str(bundle),
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": secrets.token_urlsafe(30),
        # As long as a role's.
        "AWS_SESSION_TOKEN": secrets.token_urlsafe(700),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
