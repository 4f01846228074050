"""`python -m local_aws demo` and `python -m local_aws dev`."""

import argparse
import signal
import sys
from types import FrameType

import httpx
from saai_infra.build import BuildError

from local_aws.demo.run import demo
from local_aws.dev import dev
from local_aws.errors import LocalAwsError

COMMANDS = {"demo": demo, "dev": dev}
INTERRUPTED = 130
"""The shell's status of what Ctrl-C ended."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return the process's status."""
    parser = argparse.ArgumentParser(prog="local_aws", description="SAAI on a local AWS")
    parser.add_argument("command", choices=COMMANDS, help="demo: show sales reaching screens; dev: stay up")
    command = COMMANDS[parser.parse_args(arguments).command]
    # `kill` ends it as Ctrl-C does: in order.
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return command()
    except KeyboardInterrupt:
        return INTERRUPTED
    except (LocalAwsError, BuildError, httpx.TransportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
