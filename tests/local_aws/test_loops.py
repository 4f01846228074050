"""What a program that failed left waiting ends with its loop."""

import asyncio
import gc
import warnings

from local_aws.loops import end_loop


async def _forever() -> None:
    await asyncio.Event().wait()


def test_tasks_that_never_ran_or_wait_for_ever_are_ended_without_a_complaint() -> None:
    """Python complains of a coroutine nobody awaited when it collects it, in whatever test that happens to be."""
    loop = asyncio.new_event_loop()
    started = loop.create_task(_forever())
    loop.run_until_complete(asyncio.sleep(0))
    never = loop.create_task(_forever())

    with warnings.catch_warnings(record=True) as complaints:
        warnings.simplefilter("always")
        end_loop(loop)
        assert (started.cancelled(), never.cancelled()) == (True, True)
        del started, never
        gc.collect()

    assert loop.is_closed()
    assert complaints == []
