"""A run from the first sale to the verdict."""

from collections.abc import Callable

from tests.faults.clients import Clients
from tests.faults.verdict import Verdict, judge
from tests.faults.world import World


def run(
    clients: Clients,
    *,
    sales: int,
    stores: int,
    seed: int,
    kill: float = 0.01,
    progress: Callable[[int], object] = lambda _: None,
) -> Verdict:
    """Sell until so many sales are made, let everything settle, and judge.

    Args:
        clients: Sit between the screens and their applications.
        sales: Over all stores.
        stores: How many there are; each has two cashiers and an owner.
        seed: The same one makes the same run.
        kill: The probability that a process dies before an external call, and after it.
        progress: Told now and then how many sales were made.
    """
    with World.created(clients, seed=seed, stores=stores, kill=kill) as world:
        told = 0
        while world.happened["sales"] < sales:
            world.step()
            if world.happened["sales"] >= told + 500:
                told = world.happened["sales"]
                progress(told)
        world.settle()
        return judge(world)
