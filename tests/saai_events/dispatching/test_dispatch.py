"""One message for each store, whatever SQS refuses at first."""

import json
import threading
from collections.abc import Callable, Sequence
from typing import Any

import attrs
import pytest
from saai_domain.codes import TenantId
from saai_events.dispatching.dispatch import THREADS, Dispatcher, NotDispatched, delays

from tests.domain import fakes


@attrs.define
class FakeQueue:
    """Takes batches; refuses the entries of a store as often as told, for a reason."""

    refusals: dict[str, int] = attrs.field(factory=dict)
    batches: list[Sequence[dict[str, Any]]] = attrs.field(factory=list)
    meanwhile: Callable[[], object] = lambda: None
    lock: Any = attrs.field(factory=threading.Lock)

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[dict[str, Any]]) -> Any:  # noqa: N803 - SQS's names
        assert QueueUrl == "url"
        self.meanwhile()
        with self.lock:
            self.batches.append(Entries)
            failed = [entry for entry in Entries if self._refuses(_store(entry))]
        reason = {"Code": "InternalError", "Message": "try later", "SenderFault": False}
        return {"Failed": [{"Id": entry["Id"], **reason} for entry in failed]} if failed else {}

    def _refuses(self, store: str) -> bool:
        left = self.refusals.get(store, 0)
        self.refusals[store] = left - 1
        return left > 0

    def sent(self) -> list[str]:
        """The stores of all messages, sorted."""
        return sorted(_store(entry) for batch in self.batches for entry in batch)


def _store(entry: dict[str, Any]) -> str:
    return json.loads(entry["MessageBody"])["tenant_id"]


def _stores(count: int) -> list[TenantId]:
    return [TenantId(f"T{number:05d}") for number in range(1, count + 1)]


def _dispatcher(queue: Any, **values: Any) -> Dispatcher:
    return Dispatcher(client=queue, queue_url="url", backoff=fakes.backoff(), **values)


def test_every_store_gets_one_message() -> None:
    """Ten a call, the last call what is left; ids differ within a call."""
    queue = FakeQueue()
    _dispatcher(queue).dispatch(_stores(10_003))
    assert queue.sent() == _stores(10_003)
    assert sorted(len(batch) for batch in queue.batches) == [3] + [10] * 1_000
    assert all(len({entry["Id"] for entry in batch}) == len(batch) for batch in queue.batches)


def test_without_stores_nothing_is_sent() -> None:
    """SQS refuses an empty batch."""
    queue = FakeQueue()
    _dispatcher(queue).dispatch([])
    assert queue.batches == []


def test_entries_that_were_refused_are_sent_again_alone() -> None:
    """The others of their batch are in the queue already."""
    queue = FakeQueue({"T00003": 2, "T00007": 1})
    _dispatcher(queue).dispatch(_stores(10))
    assert [[_store(entry) for entry in batch] for batch in queue.batches[1:]] == [["T00003", "T00007"], ["T00003"]]


def test_what_is_refused_to_the_end_fails_once_all_others_are_sent() -> None:
    """The error says how many stores, and SQS's reason."""
    queue = FakeQueue({"T00003": 10**9, "T00017": 10**9})
    with pytest.raises(NotDispatched, match="2 stores have no message: InternalError try later"):
        _dispatcher(queue).dispatch(_stores(40))
    assert set(queue.sent()) == set(_stores(40))


def test_several_calls_are_made_at_once() -> None:
    """Each waits here until as many others are under way as are allowed."""
    barrier = threading.Barrier(THREADS, timeout=30)
    queue = FakeQueue(meanwhile=barrier.wait)
    _dispatcher(queue).dispatch(_stores(10 * THREADS))
    assert len(queue.batches) == THREADS


@pytest.mark.parametrize(
    ("stores", "a_second", "last"), [(1, 10, 0), (10, 10, 0), (11, 10, 1), (9_000, 10, 899), (100_000, 10, 899)]
)
def test_messages_become_visible_at_a_rate(stores: int, a_second: int, last: int) -> None:
    """The first at once, the last within the 15 minutes that SQS can hold a message back."""
    spread = delays(stores, a_second=a_second)
    assert (len(spread), spread[0], spread[-1]) == (stores, 0, last)
    assert spread == sorted(spread)


def test_without_a_rate_all_are_visible_at_once() -> None:
    """Nobody waits behind the nightly batch."""
    assert delays(3, a_second=None) == [0, 0, 0]
    queue = FakeQueue()
    _dispatcher(queue, stores_a_second=2).dispatch(_stores(5))
    assert [entry["DelaySeconds"] for entry in queue.batches[0]] == [0, 0, 1, 1, 2]
