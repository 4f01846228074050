"""Ending event loops that Pulumi's SDK worked on."""

import asyncio


def end_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Close a loop that isn't running, and first what waits on it. One that is closed stays so.

    A program that failed leaves outputs that nobody awaits; Python would complain of their coroutines whenever it
    happens to collect them.
    """
    if loop.is_closed():
        return
    waiting = asyncio.all_tasks(loop)
    for task in waiting:
        task.cancel()
    loop.run_until_complete(_all(waiting))
    loop.close()


async def _all(tasks: set[asyncio.Task[object]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)
