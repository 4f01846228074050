"""A function's process: where its zips are unpacked, its environment, from its start to its end.

By the AWS Lambda Developer Guide, "Defined runtime environment variables".
"""

import os
import subprocess
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
from saai_infra.build import build_all
from saai_infra.catalog import PACKAGES

from saai_support.lambda_runtime.environment import PYTHON, host_target
from saai_support.lambda_runtime.runtime_api import Answered, RuntimeApi


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

    @classmethod
    def unpacked(cls, folder: Path) -> "Place":
        """Build the zips as for a stage, and unpack them as Lambda does: the code together, the layer apart."""
        target = host_target()
        artifacts = build_all(target, packages=PACKAGES)
        place = cls(python=PYTHON, python_version=target.python_version, task=folder / "task", opt=folder / "opt")
        for archive, into in ((artifacts.layer, place.opt), *((code, place.task) for code in artifacts.code.values())):
            with zipfile.ZipFile(archive.path) as file:
                file.extractall(into)
        return place

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
        self,
        configuration: Configuration,
        place: Place,
        *,
        credentials: Mapping[str, str],
        log: Path,
        core: int | None = None,
    ) -> None:
        """Start it; on one core of this machine where that is said, as Lambda gives less than two to most functions."""
        self.configuration = configuration
        self._log = log
        self._api = RuntimeApi(configuration.arn, configuration.timeout_seconds)
        environment = place.environment(configuration, api=self._api.address, credentials=credentials)
        self.began = time.monotonic()
        """When the process was started, by the monotonic clock."""
        with log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own environment's Python
                [place.python, "-m", "awslambdaric", configuration.handler],
                cwd=place.task,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        if core is not None:
            os.sched_setaffinity(self._process.pid, {core})

    def invoke(self, event: Mapping[str, Any]) -> Answered:
        """Have it handle an event; see `RuntimeApi.invoke`."""
        return self._api.invoke(event)

    def queue(self, event: Mapping[str, Any]) -> None:
        """Have an event ready for it when it asks for one."""
        self._api.queue(event)

    def result(self) -> Answered:
        """Wait for what it makes of what was queued; see `RuntimeApi.result`."""
        return self._api.result()

    def first_poll(self) -> float | None:
        """Wait until it asks for its first event; see `RuntimeApi.first_poll`."""
        return self._api.first_poll()

    def log_lines(self) -> list[str]:
        """Return what it has printed so far."""
        return self._log.read_text(encoding="utf-8").splitlines()

    def stop(self) -> float:
        """End it, as Lambda does: at once. Returns the processor's seconds that it took."""
        self._process.kill()
        _, status, usage = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        self._api.close()
        return usage.ru_utime + usage.ru_stime
