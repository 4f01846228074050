"""`python -m local_aws demo`, `python -m local_aws dev [--history DAYS]`, `python -m local_aws now SCHEDULE`."""

import argparse
import signal
import sys
from collections.abc import Callable
from types import FrameType

import httpx
from saai_infra.build import BuildError

from local_aws.demo.show import demo
from local_aws.dev import dev
from local_aws.errors import LocalAwsError
from local_aws.schedules import run_now

COMMANDS: dict[str, Callable[..., int]] = {"demo": demo, "dev": dev, "now": run_now}
MAX_HISTORY = 365
"""Days. More would take minutes to load."""
INTERRUPTED = 130
"""The shell's status of what Ctrl-C ended."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return the process's status."""
    parser = argparse.ArgumentParser(prog="local_aws", description="SAAI on a local AWS")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("demo", help="show sales reaching screens")
    stay = commands.add_parser("dev", help="stay up")
    stay.add_argument("--history", type=_days, default=0, metavar="DAYS", help="give the stores sales of so many days")
    soon = commands.add_parser("now", help="have `make dev` do what it would do by the clock")
    soon.add_argument("schedule", help="for example predecir-demanda")
    options = vars(parser.parse_args(arguments))
    command = COMMANDS[options.pop("command")]
    # `kill` ends it as Ctrl-C does: in order.
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return command(**options)
    except KeyboardInterrupt:
        return INTERRUPTED
    except (LocalAwsError, BuildError, httpx.TransportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _days(text: str) -> int:
    if not text.isdecimal() or int(text) > MAX_HISTORY:
        msg = f"{text!r} is not a number of days from 0 to {MAX_HISTORY}"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
