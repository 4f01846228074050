"""`make engine`: find or build Pulumi's CLI, then run the scenarios on it. Arguments are pytest's."""

import sys
from pathlib import Path

import pytest

from tests.engine.pulumi_cli import MISSING, BuildFailed, pulumi_cli

_HERE = Path(__file__).parent


def main(arguments: list[str]) -> int:
    """Run the suite. Without a CLI and without Go every scenario is skipped, and the first line says why."""
    try:
        cli = pulumi_cli(lambda text: print(f"==> {text}", flush=True))
    except BuildFailed as failed:
        print(f"Go could not build Pulumi's CLI:\n{failed}", file=sys.stderr)
        return 1
    chosen = [f"--pulumi={cli}"] if cli else ["--without-pulumi"]
    if cli is None:
        print(f"==> SKIPPED: {MISSING}", flush=True)
    return pytest.main(["-p", "tests.engine.plugin", *chosen, str(_HERE), *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
