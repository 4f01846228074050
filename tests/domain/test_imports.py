"""What an import costs and touches: nothing of AWS, nothing of the environment."""

import os
import subprocess
import sys
from pathlib import Path

import aws_lite
import saai_domain

PACKAGE = Path(saai_domain.__file__).parent
PURE = sorted(f"saai_domain.{path.stem}" for path in PACKAGE.glob("*.py") if path.stem != "__init__")

WATCH_THE_ENVIRONMENT = """
import os, sys
import attrs, msgspec, saai_domain.pyjwt  # what these read is theirs

reads = []

class Watched(dict):
    def __getitem__(self, name):
        reads.append(name)
        return super().__getitem__(name)

    def get(self, name, default=None):
        reads.append(name)
        return super().get(name, default)

    def __contains__(self, name):
        reads.append(name)
        return super().__contains__(name)

os.environ = Watched(os.environ)
os.getenv = os.environ.get
"""


def run(program: str) -> str:
    """Run a program in a Python of its own that finds the domain; return what it prints."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", program],
        check=False,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": os.pathsep.join((str(PACKAGE.parent), str(Path(aws_lite.__file__).parents[1])))},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_the_pure_modules_needs_neither_aws_nor_the_environment() -> None:
    """Any service, tool or test may import them."""
    program = f"""
{WATCH_THE_ENVIRONMENT}
import {", ".join(PURE)}
print([name for name in sys.modules if name.split(".")[0] in ("boto3", "botocore")], reads)
"""
    assert run(program) == "[] []"


def test_verifying_a_token_with_a_given_secret_needs_no_aws() -> None:
    """The local tools and other services do so without botocore installed."""
    program = """
import sys, jwt
from saai_domain.auth import verificar_token_jwt
secret = "a-secret-of-the-tests-with-32-bytes-or-more"
claims = {"tenant_id": "T001", "codigo_usuario": "T001U001", "rol": "admin", "exp": 4_000_000_000}
print(verificar_token_jwt(jwt.encode(claims, secret), secret).rol)
print([name for name in sys.modules if name.split(".")[0] in ("boto3", "botocore")])
"""
    assert run(program) == "ADMIN\n[]"


def test_the_adapters_import_botocore_only() -> None:
    """boto3 on top of it would cost every cold start a fifth more."""
    adapters = [f"saai_domain.aws.{path.stem}" for path in PACKAGE.glob("aws/*.py") if path.stem != "__init__"]

    assert "saai_domain.aws.dynamodb" in adapters
    assert run(f"import sys, {', '.join(adapters)}; print('boto3' in sys.modules)") == "False"
