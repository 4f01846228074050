"""The Python that stands for Lambda's: the stage's minor version where it is here, with AWS's runtime client and boto3.

``python -m saai_support.lambda_runtime.environment`` installs it, as ``make test`` does.
"""

import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Final

from saai_infra.build import InterpreterMissingError, Target
from saai_infra.build.artifacts import REPOSITORY
from saai_infra.build.interpreter import Interpreter, find_interpreter
from saai_infra.config import StageConfig

FOLDER: Final = REPOSITORY / ".venv-lambda"
PYTHON: Final = FOLDER / "bin" / "python"
LOCK: Final = REPOSITORY / "requirements" / "lambda.txt"
STAGE_PYTHON: Final = StageConfig(stage="dev", region="us-east-1", jwt_secret="").python_version
"""The minor version that a stage has unless its configuration says otherwise."""


def host_target() -> Target:
    """Return what zips are built for here: as for Lambda, but on this machine's processor."""
    here = Target.host()
    for version in (STAGE_PYTHON, here.python_version):
        target = Target.aws(python_version=version, architecture=here.architecture)
        try:
            find_interpreter(target)
        except InterpreterMissingError:
            continue
        return target
    raise AssertionError


def runs_here() -> bool:
    """Tell whether wheels for Lambda run on this machine."""
    return sys.platform == "linux" and platform.libc_ver()[0] == "glibc"


def installed() -> bool:
    """Tell whether the environment was made."""
    return (FOLDER / ".installed").exists()


def install(interpreter: Interpreter) -> None:
    """Make the environment."""
    uv = Path(sys.executable).with_name("uv")
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    for arguments in (
        ("venv", "--quiet", "--clear", "--python", interpreter.executable, FOLDER),
        ("pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", LOCK),
    ):
        subprocess.run([uv, *arguments], check=True, env=environment)  # noqa: S603 - the tool beside this Python


if __name__ == "__main__":
    if runs_here():
        target = host_target()
        sys.stdout.write(
            f"==> Installing Lambda's runtime client for Python {target.python_version} into .venv-lambda\n"
        )
        install(find_interpreter(target))
        (FOLDER / ".installed").touch()
    else:
        sys.stdout.write("==> Lambda's runtime client runs on Linux with glibc: its suite is skipped\n")
