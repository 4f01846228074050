"""Work that is begun while a process starts."""

import threading

from saai_domain.aws.ahead import Ahead


def test_all_of_it_is_under_way_at_once_and_waited_for() -> None:
    """Each waits until the others have begun, which one after the other would never end."""
    together = threading.Barrier(3, timeout=30)
    ended: list[int] = []

    def work() -> None:
        together.wait()
        ended.append(1)

    ahead = Ahead()
    for _ in range(3):
        ahead.begin(work)
    ahead.wait(30)
    assert len(ended) == 3


def test_what_takes_too_long_is_not_waited_for() -> None:
    """The first event is handled without it."""
    over = threading.Event()
    ended: list[int] = []

    def work() -> None:
        over.wait(30)
        ended.append(1)

    ahead = Ahead()
    ahead.begin(work)
    ahead.wait(0.0)
    assert ended == []
    over.set()


def test_without_work_there_is_nothing_to_wait_for() -> None:
    """Nor a second time."""
    ahead = Ahead()
    ahead.begin(lambda: None)
    ahead.wait(30)
    ahead.wait(30)
