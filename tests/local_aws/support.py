"""Helpers of these tests."""

from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile

import attrs
from local_aws.deploy import Deployment, Program, Settings, deploy
from local_aws.resources import Aws
from local_aws.stack import Stack

STACK = Stack(
    ws_url="ws://127.0.0.1:4566/_aws/execute-api/a1/local",
    api_url="http://127.0.0.1:4566/_aws/execute-api/b2",
    endpoint_url="http://127.0.0.1:4566",
    region="us-east-1",
    stage="local",
    jwt_secret="un-secreto-de-pruebas-de-32-bytes-o-mas",
    tables={"ws-connections": "saai-local-ws-connections"},
    functions={"EmitirEventosWs": "saai-local-EmitirEventosWs"},
    queues={"analitica": "http://127.0.0.1:4566/000000000000/saai-local-analitica"},
    rules={"barrer-eventos": "saai-local-barrer-eventos"},
    outputs={"api_url": "http://127.0.0.1:4566/_aws/execute-api/b2"},
)


@attrs.frozen
class Deployer:
    """Deploys a function that registers resources, as the stage `test`."""

    aws: Aws

    def __call__(self, program: Program, config: Mapping[str, str] | None = None) -> Deployment:
        return deploy(program, aws=self.aws, settings=Settings(project="saai", stage="test", config=config or {}))


def make_zip(path: Path, files: Mapping[str, str]) -> Path:
    """Write a zip with these files and return its path."""
    with ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path
