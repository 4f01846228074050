"""Work that is begun while a process starts: on threads, side by side, and waited for before the first event.

Lambda's initialisation has a whole vCPU whatever the memory size (AWS Lambda developer guide, "Lambda execution
environment"). What is begun there has ended, or is given up, when the runtime asks for its first event: a process that
starts ahead of its events is frozen then, and a connection half made would be found dead minutes later.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

__all__: list[str] = []

WAIT_SECONDS: Final = 1.0
"""How long a start waits for the work; what takes longer is met by the call that needs it."""


class Ahead:
    """A process's work ahead."""

    def __init__(self) -> None:
        self._threads: list[threading.Thread] = []

    def begin(self, work: Callable[[], object]) -> None:
        """Begin some work. It is to end without an error, whatever happens."""
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def wait(self, seconds: float = WAIT_SECONDS) -> None:
        """Wait for all of it, at most so long."""
        deadline = time.monotonic() + seconds
        while self._threads:
            self._threads.pop().join(max(0.0, deadline - time.monotonic()))
