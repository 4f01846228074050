"""`make dev`: the lock, what it does with changed sources, and a whole run."""

import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import IO, Any

import attrs
import httpx
import pytest
from local_aws.dev import alone, follow_sources, updated_text, watched
from local_aws.errors import LocalAwsError
from local_aws.redeploy import Updated
from local_aws.stack import Stack
from rich.console import Console
from saai_infra.build import BuildError, CommandFailedError
from watchfiles import Change as Kind

ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def test_a_second_one_is_told_which_process_is_the_first(tmp_path: Path) -> None:
    """Two would overwrite each other's stack.json."""
    with (
        alone(tmp_path / "dev.lock"),
        pytest.raises(LocalAwsError, match=f"process {os.getpid()}"),
        alone(tmp_path / "dev.lock"),
    ):
        pass


def test_the_lock_is_free_again_afterwards(tmp_path: Path) -> None:
    """Also when the first ended with an error."""
    with pytest.raises(RuntimeError), alone(tmp_path / "new" / "dev.lock"):
        raise RuntimeError

    with alone(tmp_path / "new" / "dev.lock"):
        assert (tmp_path / "new" / "dev.lock").read_text() == str(os.getpid())


def test_a_killed_process_holds_no_lock(tmp_path: Path) -> None:
    """The system lets go of it, whatever the file says."""
    program = "import os, sys; from pathlib import Path; from local_aws.dev import alone\n"
    program += "with alone(Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program, str(tmp_path / "dev.lock")], env=ENVIRONMENT, check=False
    )

    with alone(tmp_path / "dev.lock"):
        assert (tmp_path / "dev.lock").read_text() == str(os.getpid())


@pytest.mark.parametrize(
    ("functions", "text"),
    [(("a",), "ws_gateway → 1 function in 0.46 s"), (("a", "b"), "ws_gateway → 2 functions in 0.46 s")],
)
def test_a_redeployment_is_told_in_a_line(functions: tuple[str, ...], text: str) -> None:
    """What, to how many functions, and how long it took."""
    assert updated_text(Updated(what="ws_gateway", functions=functions, seconds=0.456)) == text


@attrs.frozen
class FakeRedeployer:
    """Of a working copy with one package. What applying comes to each time: what was updated, or an error."""

    root: Path
    outcomes: Iterator[Updated | BuildError] = attrs.field(factory=lambda: iter(()))
    functions: Mapping[str, tuple[str, ...]] = attrs.field(factory=lambda: {"shop": ("One", "Two")})

    def apply(self) -> Iterator[Updated]:
        for outcome in islice(self.outcomes, 1):
            if isinstance(outcome, BuildError):
                raise outcome
            yield outcome


def follow(redeployer: Any, *changed: Path) -> str:
    """What is told while these files change one after another."""
    output = io.StringIO()
    batches = [{(Kind.modified, str(path))} for path in changed]
    follow_sources(redeployer, Console(file=output, width=200, highlight=False), batches=batches)
    return output.getvalue()


def test_an_error_is_told_and_the_next_save_is_redeployed(tmp_path: Path) -> None:
    """It doesn't end the run."""
    error = CommandFailedError(command=("python",), output="SyntaxError: invalid syntax")
    updated = Updated(what="shop", functions=("One", "Two"), seconds=0.456)
    source = tmp_path / "packages/shop/shop/sell.py"

    told = follow(FakeRedeployer(tmp_path, iter([error, updated])), source, source)

    assert re.search(r"✘ not deployed: .*SyntaxError.*↻ shop → 2 functions in 0.46 s", told, re.DOTALL)


def test_a_change_of_the_infrastructure_asks_for_a_restart(tmp_path: Path) -> None:
    """Resources are made once, at the start."""
    assert "restart `make dev`" in follow(FakeRedeployer(tmp_path), tmp_path / "infra/__main__.py")


def test_the_sources_of_every_function_and_layer_are_watched(tmp_path: Path) -> None:
    """And the infrastructure's, and the layer's requirements."""
    redeployer: Any = FakeRedeployer(tmp_path)
    folders = [str(path.relative_to(tmp_path)) for path in watched(redeployer)]

    layer = ["packages/aws_lite/aws_lite", "packages/domain/saai_domain"]
    assert folders == [*layer, "packages/shop/shop", "requirements", "infra"]


RUN = """
import signal, sys
from pathlib import Path
from local_aws.dev import dev

# Who started these tests may ignore it, as a shell does for what it runs in the background.
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(dev(state=Path(sys.argv[1])))
"""


@pytest.fixture
def running_dev(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A `make dev` that leaves its files in the test's folder."""
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", RUN, str(tmp_path)], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_whole_run_is_up_until_ctrl_c_and_leaves_nothing(
    running_dev: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    """stack.json leads to a system that answers; Ctrl-C ends all of it, with status 0."""
    assert running_dev.stdout is not None
    text = "".join(iter_until(running_dev.stdout, "Ctrl-C stops everything"))
    stack = Stack.read(tmp_path / "stack.json")
    health = httpx.get(f"{stack.endpoint_url}/_ministack/health", trust_env=False)
    address = text.partition("Console")[2].split()[0]
    page = httpx.get(f"{address}console/", trust_env=False)

    running_dev.send_signal(signal.SIGINT)
    rest = running_dev.stdout.read()

    assert health.is_success
    assert "<title>" in page.text
    assert f"wscat -c '{stack.ws_url}?token=" in text
    assert running_dev.wait(20) == 0
    assert "Stopped." in rest
    assert not (tmp_path / "stack.json").exists()
    for ended in (f"{stack.endpoint_url}/_ministack/health", address):
        with pytest.raises(httpx.ConnectError):
            httpx.get(ended, trust_env=False)


def iter_until(lines: IO[str], last: str) -> Iterator[str]:
    for line in lines:
        yield line
        if last in line:
            return
