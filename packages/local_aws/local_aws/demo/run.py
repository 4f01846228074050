"""`make demo`, from nothing to its verdict."""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime
from datetime import time as clock_time
from typing import Final

from saai_domain.time import LIMA, lima_date, lima_now

from local_aws.catalogue import Tienda, load_catalogue
from local_aws.demo.report import Report, make_console
from local_aws.demo.scenario import plan
from local_aws.demo.show import Performance
from local_aws.history import load_history
from local_aws.paths import STATE
from local_aws.running import RunningStack, running_stack

PAST_DAYS: Final = 28
"""What a forecast has to go by."""


def demo() -> int:
    """Show the whole thing; the status is 0 only if every screen received what it had to, and nothing else.

    Raises:
        LocalAwsError: the stack can't be started; see `running_stack`.
    """
    report = Report(make_console())
    report.heading("SAAI: what a cashier sells, every screen of the store sees, and no other store's")
    with running_stack(log=STATE / "demo-ministack.log", progress=report.step) as running:
        began = time.monotonic()
        tiendas = stock_stores(running)
        names = " and ".join(f"{tienda.nombre} ({len(tienda.productos)} products)" for tienda in tiendas)
        report.step(f"{names} loaded, with {PAST_DAYS} days of sales", time.monotonic() - began)
        performance = Performance(stack=running.stack, scenario=plan(tiendas), report=report)
        verdict = asyncio.run(performance.run())
    report.summary(verdict)
    return 0 if verdict.passed else 1


def stock_stores(running: RunningStack) -> Sequence[Tienda]:
    """Write the demo's stores and their past, which ends with yesterday: what is sold today is the demo's."""
    dynamodb = running.clients.dynamodb
    tiendas = load_catalogue(running.stack, dynamodb=dynamodb)
    midnight = datetime.combine(lima_date(lima_now()), clock_time.min, LIMA)
    load_history(running.stack, tiendas, days=PAST_DAYS, dynamodb=dynamodb, now=midnight)
    return tiendas
