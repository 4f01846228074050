"""A run from the first sale to the verdict."""

from collections.abc import Callable
from typing import Final

from tests.faults.browser_clients import ClientsHang
from tests.faults.clients import Clients
from tests.faults.verdict import Verdict, judge, wrong_live_screens
from tests.faults.world import SALES_BETWEEN_OUTAGES, World

OUTAGES: Final = 50
"""Of a large run: each service in each of its ways."""
STEPS_A_SALE: Final = 60
"""A sale takes about ten; outages need theirs."""


def run(
    clients: Clients,
    *,
    sales: int,
    stores: int,
    seed: int,
    kill: float = 0.01,
    progress: Callable[[int], object] = lambda _: None,
) -> Verdict:
    """Sell until so many sales are made, with the stores closed for days in the middle; let everything settle; judge.

    Args:
        clients: Sit between the screens and their applications.
        sales: Over all stores.
        stores: How many there are; each has two cashiers and an owner.
        seed: The same one makes the same run.
        kill: The probability that a process dies before an external call, and after it. Half as likely a call fails
            without effect, and a call's answer is lost.
        progress: Called every 500 sales with how many were made.
    """
    with World.created(clients, seed=seed, stores=stores, kill=kill) as world:
        world.sales_between_outages = max(SALES_BETWEEN_OUTAGES, sales // OUTAGES)
        try:
            sell(world, sales // 2, progress)
            world.holiday()
            sell(world, sales, progress)
            world.settle()
            world.sell_in_each_store()
            world.problems += wrong_live_screens(world)
            world.settle()
        except ClientsHang:
            world.problems.append("the clients are in an endless loop")
        return judge(world)


def sell(world: World, sales: int, progress: Callable[[int], object] = lambda _: None) -> None:
    """Let things happen until so many sales are made; that this takes no end is a broken promise too."""
    told = world.cashiers.sales
    for _ in range(STEPS_A_SALE * max(1, sales - told) + 2_000):
        if world.cashiers.sales >= sales:
            return
        world.step()
        if world.cashiers.sales >= told + 500:
            told = world.cashiers.sales
            progress(told)
    world.problems.append(f"only {world.cashiers.sales} of {sales} sales are ever made")
