"""The first thing that a function's package does, before its modules import anything else, and what ends its start."""

import gc
import os
from collections.abc import Mapping

from saai_domain.late import SELDOM, UNUSED, put_off

__all__ = ["start"]


def start(environment: Mapping[str, str] = os.environ) -> None:
    """Have run late what no function uses, and begin to connect, so that it is done while the rest is imported.

    No garbage is collected meanwhile (see `started`). Outside Lambda nothing is done.
    """
    if "AWS_LAMBDA_FUNCTION_NAME" not in environment:
        return
    gc.disable()
    put_off(*UNUSED, *SELDOM)
    from saai_domain.aws.clients import connect_ahead, process_clients  # noqa: PLC0415 - it imports what is put off

    connect_ahead(process_clients(), environment)


def started() -> None:
    """Collect garbage again, and never look through what the start has made: it lives as long as the process.

    Nothing is done where no start was begun.
    """
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
