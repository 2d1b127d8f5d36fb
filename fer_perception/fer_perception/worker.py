"""A worker that always takes the newest item and counts those that it never got to. Needs no ROS."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")


class NewestWorker(Generic[Item]):
    """Calls `work` on one item after the other, in a thread of its own; an item that waits is replaced by a newer one.

    Args:
        work: must not raise.
        name: the thread's.
    """

    def __init__(self, work: Callable[[Item], None], name: str) -> None:
        """Start the thread."""
        self.received = 0
        """Items offered."""
        self.dropped = 0
        """Items replaced by a newer one before they were worked on."""
        self._work = work
        self._waiting: list[Item] = []
        self._open = True
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def offer(self, item: Item) -> None:
        """Hand over an item; returns at once."""
        with self._changed:
            self.received += 1
            self.dropped += len(self._waiting)
            self._waiting = [item]
            self._changed.notify()

    def close(self, timeout: float = 10.0) -> None:
        """Stop after the item at hand; waits for it for at most `timeout` seconds. May be called twice."""
        with self._changed:
            self._open = False
            self._changed.notify()
        if self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or not self._open)
                if not self._open:
                    return
                item = self._waiting.pop()
            self._work(item)
            del item  # or an image would lie here until the next one comes
