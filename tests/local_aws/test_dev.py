"""`make dev` around the stack: the lock, what is watched, what is told."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from local_aws.dev import alone, updated_text
from local_aws.errors import AlreadyRunning
from local_aws.redeploy import Updated


def test_a_second_one_is_told_which_process_is_the_first(tmp_path: Path) -> None:
    """Two would overwrite each other's stack.json."""
    with (
        alone(tmp_path / "dev.lock"),
        pytest.raises(AlreadyRunning, match=f"process {os.getpid()}"),
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
        [sys.executable, "-c", program, str(tmp_path / "dev.lock")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
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
