"""MiniStack, the local AWS, as a subprocess on loopback with IAM enforced."""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

import attrs

from local_aws import ministack_child
from local_aws.errors import LocalAwsError
from local_aws.paths import MINISTACK_PYTHON, STATE

HOST = "127.0.0.1"
ACCOUNT = "000000000000"
REGION = "us-east-1"
START_LIMIT = 30.0
"""Seconds until a start counts as failed; it usually takes less than one."""

_ATTEMPTS = 3
_POLL = 0.02


@attrs.frozen(kw_only=True)
class Ministack:
    """A running MiniStack: where it listens, and what belongs to it."""

    port: int
    process: subprocess.Popen[bytes]
    folder: Path
    """Its TMPDIR: code and layers of the functions are unpacked here. Removed when it stops."""
    log: Path

    @property
    def endpoint_url(self) -> str:
        return f"http://{HOST}:{self.port}"


@contextlib.contextmanager
def running_ministack(*, log: Path | None = None) -> Iterator[Ministack]:
    """Start MiniStack on a free port and stop it at the end of the block, whatever ends it.

    Raises:
        LocalAwsError: its environment has not been installed; or it ended, or didn't answer within `START_LIMIT`
            seconds.
    """
    ministack = start(log=log or STATE / "ministack.log")
    try:
        yield ministack
    finally:
        stop(ministack)


def start(*, log: Path) -> Ministack:
    """Start MiniStack and wait until it answers. `stop` it afterwards; see `running_ministack` for the errors."""
    if not MINISTACK_PYTHON.exists():
        raise LocalAwsError(f"MiniStack is not installed ({MINISTACK_PYTHON} is missing): run `make setup`.")
    problem = None
    for _ in range(_ATTEMPTS):
        ministack = _launch(port=free_port(), log=log)
        try:
            problem = _wait_until_ready(ministack)
        except BaseException:
            stop(ministack)
            raise
        if problem is None:
            return ministack
        stop(ministack)
        # Another process may have taken the port between our look and MiniStack's start.
        if "already in use" not in _end_of(log):
            break
    raise LocalAwsError(f"MiniStack {problem}; its log, {log}, ends:\n{_end_of(log)}")


def stop(ministack: Ministack) -> None:
    """Stop MiniStack and its functions, and remove its folder. Stopping it twice does no harm.

    Its state is in memory and nobody's after this, so nothing is gained by a slower end.
    """
    with contextlib.suppress(ProcessLookupError):
        os.killpg(ministack.process.pid, signal.SIGKILL)
    ministack.process.wait()
    if ministack.process.stdin is not None:
        ministack.process.stdin.close()
    shutil.rmtree(ministack.folder, ignore_errors=True)


def environment(*, port: int, folder: Path) -> Mapping[str, str]:
    """The whole environment of MiniStack. Functions inherit it, so it holds nothing of the host's."""
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": REGION,
        "AUTH": "true",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _launch(*, port: int, log: Path) -> Ministack:
    log.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="saai-local-aws-"))
    with log.open("wb") as output:
        process = _run_child(environment(port=port, folder=folder), output)
    return Ministack(port=port, process=process, folder=folder, log=log)


def _run_child(env: Mapping[str, str], output: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and file
        # Isolated: otherwise the child's folder would come first on its path, and this module before MiniStack's own.
        [MINISTACK_PYTHON, "-I", ministack_child.__file__],
        env=env,
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.STDOUT,
        # Ctrl-C reaches the starter only, which then stops MiniStack in order.
        start_new_session=True,
    )


def _wait_until_ready(ministack: Ministack) -> str | None:
    """Return what went wrong, if anything did."""
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        status = ministack.process.poll()
        if status is not None:
            return f"ended with status {status}"
        if _is_healthy(ministack.port):
            return None
        time.sleep(_POLL)
    return f"did not answer within {START_LIMIT:.0f} s"


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _end_of(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
