"""``python -m operations COMMAND``: see ``--help``."""

import argparse
import sys
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError

from operations import new_log, rebuild_summaries, redrive, seed_counters

DESCRIPTION = """\
What an operator does to a stage by hand. Every command is safe to repeat, and to run while the store sells.

They use the credentials and the Region that the AWS CLI would use: a profile (AWS_PROFILE), SSO, or the environment.
"""
EXAMPLES = """\
examples:
  python -m operations redrive --stage dev
  python -m operations seed-counters --stage dev --rows ventas --table EXISTING-SALES-TABLE
  python -m operations rebuild-summaries --stage dev --since 2025-10-01 --store T001
  python -m operations new-log --stage dev --all-stores

Each command has its own --help.
"""


def read_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line; where it is not valid, the process ends with a message. ``run`` is the chosen command."""
    parser = argparse.ArgumentParser(
        prog="python -m operations",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in (redrive, seed_counters, rebuild_summaries, new_log):
        module.add_to(commands)
    return parser.parse_args(arguments)


def main() -> None:
    """Do what the command line says; what AWS refuses, or who it doesn't know, ends the process with one line."""
    chosen = read_arguments(sys.argv[1:])
    try:
        chosen.run(chosen)
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"stage {chosen.stage}: {error}")


if __name__ == "__main__":
    main()
