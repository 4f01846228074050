"""What stands in `examples/`, built where it needs to be, in windows of the stage's stores."""

import shutil
import subprocess
from pathlib import Path

from tests.node import REPOSITORY, missing, node

REACT = REPOSITORY / "examples" / "react"
BUILD_SECONDS = 300.0


def built_react(target: Path) -> Path:
    """Check the React example's types, run its test and build it; skip where its tools aren't installed."""
    node()
    if not (REACT / "node_modules").exists():
        missing("the React example's tools are not installed (npm ci in examples/react): it was not tested")
    for command in (["tsc"], ["vitest", "run"], ["vite", "build", "--outDir", str(target), "--emptyOutDir"]):
        program = shutil.which(command[0], path=str(REACT / "node_modules" / ".bin"))
        assert program
        result = subprocess.run(  # noqa: S603 - the example's own tools
            [program, *command[1:]], cwd=REACT, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False
        )
        assert result.returncode == 0, result.stdout + result.stderr
    return target
