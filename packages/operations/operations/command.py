"""What the commands have in common: their place in the command line, a stage's names, AWS, and lines for people."""

import argparse
import os
import sys
from collections.abc import Callable
from typing import Any

from saai_domain.codes import TenantId, parse_store_code
from saai_domain.errors import InvalidCode

Commands = Any
"""What ``ArgumentParser.add_subparsers`` returns; its type has no public name."""
Report = Callable[[str], object]
"""Takes a line for whoever runs a command."""


def add_command(
    commands: Commands, name: str, run: Callable[[argparse.Namespace], None], *, summary: str, manual: str
) -> argparse.ArgumentParser:
    """Add a command to the command line.

    Args:
        commands: Where it is added.
        name: What an operator types.
        run: Does what its arguments say.
        summary: One line, for the list of commands.
        manual: What it changes, when it is needed, that it is safe to repeat, and examples.

    Returns:
        Its parser. What it reads has ``run``, and ``refuse``, which ends the process with a message.
    """
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=f"{summary}\n\n{manual}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.set_defaults(run=run, refuse=parser.error)
    parser.add_argument("--stage", required=True, help="the stage, for example dev")
    return parser


def add_table(parser: argparse.ArgumentParser, name: str) -> None:
    """Let the operator name a table that the stage took over."""
    parser.add_argument(f"--{name}-table", help=f"physical name, where it is not saai-STAGE-{name}")


def add_stores(parser: argparse.ArgumentParser, *, every: str) -> None:
    """Have the operator name stores by their codes, or all of them: ``every`` says which these are."""
    stores = parser.add_mutually_exclusive_group(required=True)
    stores.add_argument("--store", action="append", type=_store, help="a store's code; may be given several times")
    stores.add_argument("--all-stores", action="store_true", help=every)


def table_of(chosen: argparse.Namespace, name: str) -> str:
    """Return the physical name of a table, as it was chosen or as the stage's own."""
    return getattr(chosen, f"{name}_table", None) or physical_name(chosen.stage, name)


def physical_name(stage: str, name: str) -> str:
    """Return the physical name of a resource of a stage (docs/domain.md, "Names on AWS")."""
    return f"saai-{stage}-{name}"


def report(line: str) -> None:
    """Print a line for the operator."""
    sys.stdout.write(f"{line}\n")


def operator_client(service: str) -> Any:  # noqa: ANN401 - the callers name the type
    """Make botocore's client, with the credentials and the Region that the AWS CLI would use: a profile, SSO, …"""
    import botocore.session  # noqa: PLC0415 - --help does without it

    # The AWS CLI (version 2) puts it before AWS_DEFAULT_REGION and the profile; botocore by itself doesn't read it.
    region = os.environ.get("AWS_REGION") or None
    return botocore.session.get_session().create_client(service, region_name=region)


def _store(value: str) -> TenantId:
    try:
        return parse_store_code(value)
    except InvalidCode as error:
        raise argparse.ArgumentTypeError(str(error)) from None
