"""Where Pulumi's SDK works in this process: it keeps its state in context variables, and a loop in each thread."""

import asyncio
import contextlib
import contextvars
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

T = TypeVar("T")

_REGISTRATIONS: Final = 8
"""Resources that are registered at once."""


def isolated(work: Callable[[], T]) -> T:
    """Call what runs a program, in a context, a thread and loops of its own, and return what it returns."""

    def run() -> T:
        with _event_loops():
            return work()

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(contextvars.copy_context().run, run).result()


@contextlib.contextmanager
def _event_loops() -> Iterator[None]:
    """Give this thread a loop, and each thread that registers resources; the SDK would leave them open."""
    loops: list[asyncio.AbstractEventLoop] = []

    def open_loop() -> None:
        loops.append(asyncio.new_event_loop())
        asyncio.set_event_loop(loops[-1])

    open_loop()
    # After a failure every output that waited for it fails too; the first is raised, the others would only be logged.
    loops[0].set_exception_handler(lambda _loop, _context: None)
    try:
        with ThreadPoolExecutor(_REGISTRATIONS, initializer=open_loop) as registrations:
            loops[0].set_default_executor(registrations)
            yield
    finally:
        for loop in loops:
            end_loop(loop)
        asyncio.set_event_loop(None)


def end_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Close a loop that isn't running, and first what waits on it.

    A program that failed leaves outputs that nobody awaits; Python would complain of their coroutines whenever it
    happens to collect them.
    """
    waiting = asyncio.all_tasks(loop)
    for task in waiting:
        task.cancel()
    loop.run_until_complete(_all(waiting))
    loop.close()


async def _all(tasks: set[asyncio.Task[object]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)
