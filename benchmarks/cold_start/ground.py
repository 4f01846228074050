"""Where the sides are started: AWS's runtime client on one core, an AWS in memory on another."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import attrs
import botocore
from aws_lite.trust import ROOTS
from saai_infra.catalog import FUNCTIONS
from saai_infra.names import module_name
from saai_support.functions import ENVIRONMENT, variables_of
from saai_support.lambda_runtime.process import Configuration, Place, RunningFunction
from saai_support.loopback_aws import LoopbackAws
from saai_support.loopback_tls import Authority
from saai_support.store import Store

ONE_WAY: Final = 0.002
"""Seconds to an endpoint."""
EMPTY: Final = "an empty function"
BOTO3: Final = "boto3's two clients"
_HANDLER: Final = "def lambda_handler(event, context):\n    return {}\n"
_SIDES: Final = {
    EMPTY: ("empty", _HANDLER),
    BOTO3: ("two_clients", f"import boto3\nCLIENTS = boto3.client('dynamodb'), boto3.client('lambda')\n{_HANDLER}"),
}
"""What is measured besides the functions: the module and its source."""


@attrs.frozen
class Cold:
    """Seconds from a process's start: of the clock, and of the processor."""

    wall: float
    processor: float


@attrs.frozen(kw_only=True)
class Ground:
    """Starts one process after another."""

    folder: Path
    place: Place
    store: Store
    port: int

    @classmethod
    @contextmanager
    def prepared(cls, folder: Path, place: Place, *, one_way: float = ONE_WAY) -> Iterator["Ground"]:
        """Serve an AWS with a store, so many seconds away."""
        authority = Authority()
        tls = authority.server_context(folder, "127.0.0.1")
        # On AWS the functions read the one root that vouches for an endpoint: here this machine's.
        (folder / "trusted.pem").write_bytes(authority.pem)
        # And boto3 as many as botocore brings along.
        (folder / "botocore.pem").write_bytes(
            Path(botocore.__file__).with_name("cacert.pem").read_bytes() + authority.pem
        )
        sides = folder / "sides"
        sides.mkdir()
        for module, source in _SIDES.values():
            (sides / f"{module}.py").write_text(source, encoding="utf-8")
        store = Store.opened()
        if len(_CORES) > 1:
            os.sched_setaffinity(0, _CORES - {min(_CORES)})
        with LoopbackAws(aws=store.aws, tls=tls, one_way=one_way).serving() as port:
            yield cls(folder=folder, place=place, store=store, port=port)

    def start(self, side: str) -> Cold:
        """Start a process, wait for its first poll, and end it."""
        process = self.run(side)
        polled = process.first_poll()
        processor = process.stop()
        if polled is None:
            raise RuntimeError(f"{side} did not start: {process.log_lines()}")
        return Cold(polled - process.began, processor)

    def run(self, side: str, **environment: str) -> RunningFunction:
        """Start a process."""
        if side in _SIDES:
            place, handler = attrs.evolve(self.place, task=self.folder / "sides"), f"{_SIDES[side][0]}.lambda_handler"
        else:
            place, handler = self.place, f"{_PACKAGES[side]}.{module_name(side)}.lambda_handler"
        configuration = Configuration(
            name=f"saai-dev-{side}",
            arn=f"arn:aws:lambda:us-east-1:123456789012:function:saai-dev-{side}",
            handler=handler,
            timeout_seconds=60,
            memory_mb=1_769,
            variables={**_variables_of(side), **self._endpoints(), **environment},
        )
        return RunningFunction(
            configuration, place, credentials=_CREDENTIALS, log=self.folder / f"{side}.log", core=min(_CORES)
        )

    def _endpoints(self) -> Mapping[str, str]:
        url = f"https://127.0.0.1:{self.port}"
        return {
            "AWS_ENDPOINT_URL": url,
            "WS_API_ENDPOINT": f"{url}/dev",
            "SSL_CERT_FILE": str(self.folder / "trusted.pem"),
            "SSL_CERT_DIR": ROOTS,
            "AWS_CA_BUNDLE": str(self.folder / "botocore.pem"),
        }


def _variables_of(side: str) -> Mapping[str, str]:
    """Return what a stage sets for a function: what it doesn't use, such as the secret, it must not connect for."""
    return {} if side in _SIDES else {name: ENVIRONMENT[name] for name in variables_of(side)}


_CORES: Final = os.sched_getaffinity(0)
_PACKAGES: Final = {spec.name: spec.package for spec in FUNCTIONS}
_CREDENTIALS: Final = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_SESSION_TOKEN": "t" * 900,
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
}
