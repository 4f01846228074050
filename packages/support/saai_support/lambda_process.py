"""A function as Lambda starts it: the built layer and code in a clean interpreter, beside the runtime's own packages.

The real runtime has boto3 with what it needs, and nothing else of this environment.
"""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs
import boto3
from saai_infra.build import Target, build_code, build_layer
from saai_infra.catalog import FUNCTIONS
from saai_infra.names import module_name

from saai_support.functions import ENVIRONMENT

RUNTIME: Final = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six.py")
MODULES: Final = {spec.name: f"{spec.package}.{module_name(spec.name)}" for spec in FUNCTIONS}
"""Each function's module."""


@attrs.frozen
class LambdaProcess:
    """Where the zips are unpacked, and the environment of every function at once."""

    code: Path
    layer: Path
    runtime: Path
    layer_bytes: int
    """Of the zip."""
    environment: Mapping[str, str]

    @classmethod
    def prepared(cls, folder: Path, **environment: str) -> "LambdaProcess":
        """Build everything for this machine and unpack it."""
        target = Target.host()
        layer = build_layer(target)
        _unpack(layer.path, folder / "opt")
        for package in {spec.package for spec in FUNCTIONS}:
            _unpack(build_code(package, target).path, folder / "task")
        site = Path(boto3.__file__).parents[1]
        (folder / "runtime").mkdir()
        for name in RUNTIME:
            (folder / "runtime" / name).symlink_to(site / name)
        return cls(
            code=folder / "task",
            layer=folder / "opt" / "python",
            runtime=folder / "runtime",
            layer_bytes=layer.size,
            environment={**ENVIRONMENT, **_PROCESS, **environment},
        )

    def run(self, code: str, result: str) -> Any:
        """Run Python in a process of its own and return what the expression ``result`` is in the end, as JSON."""
        path = [str(each) for each in (self.code, self.layer, self.runtime)]
        text = f"import sys\nsys.path += {path!r}\n{code}\nshown = {result}\nimport json\nprint(json.dumps(shown))"
        answer = subprocess.run(  # noqa: S603 - our own code
            [sys.executable, "-I", "-S", "-c", text], env=self.environment, capture_output=True, text=True, check=False
        )
        if answer.returncode:
            raise RuntimeError(answer.stderr)
        return json.loads(answer.stdout)


_PROCESS: Final = {
    "PATH": os.environ.get("PATH", ""),
    "SAAI_STAGE": "dev",
    "AWS_LAMBDA_FUNCTION_NAME": "saai-dev-Function",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_SESSION_TOKEN": "token",
    "AWS_EC2_METADATA_DISABLED": "true",
    # Nothing is begun ahead of the first call: nobody would answer.
    "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start",
}


def _unpack(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as file:
        file.extractall(folder)
