"""`make demo`, from nothing to its verdict."""

import asyncio
import time

from local_aws.catalogue import load_catalogue
from local_aws.demo.report import Report, make_console
from local_aws.demo.scenario import plan
from local_aws.demo.show import Performance
from local_aws.paths import STATE
from local_aws.running import running_stack


def demo() -> int:
    """Show the whole thing; the status is 0 only if every screen received what it had to, and nothing else.

    Raises:
        LocalAwsError: the stack can't be started; see `running_stack`.
    """
    report = Report(make_console())
    report.heading("SAAI: what a cashier sells, every screen of the store sees, and no other store's")
    with running_stack(log=STATE / "demo-ministack.log", progress=report.step) as running:
        began = time.monotonic()
        tiendas = load_catalogue(running.stack, dynamodb=running.clients.dynamodb)
        names = " and ".join(f"{tienda.nombre} ({len(tienda.productos)} products)" for tienda in tiendas)
        report.step(f"catalogue loaded: {names}", time.monotonic() - began)
        performance = Performance(stack=running.stack, scenario=plan(tiendas), report=report)
        verdict = asyncio.run(performance.run())
    report.summary(verdict)
    return 0 if verdict.passed else 1
