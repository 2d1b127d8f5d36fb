# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A worker that always takes the newest item and counts those that it never got to. Needs no ROS."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")


class NewestOfEachWorker(Generic[Item]):
    """Calls `work` on what waits, in a thread of its own: of each key the newest item, all of them at once.

    Args:
        work: takes key to item, never empty; must not raise.
        name: the thread's.
    """

    def __init__(self, work: Callable[[dict[str, Item]], None], name: str) -> None:
        """Start the thread."""
        self.received = 0
        """Items offered."""
        self.dropped = 0
        """Items replaced by a newer one before they were worked on."""
        self._work = work
        self._waiting: dict[str, Item] = {}
        self._working = False
        self._open = True
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def idle(self) -> bool:
        """Whether nothing waits or is worked on."""
        with self._changed:
            return not self._waiting and not self._working

    def offer(self, key: str, item: Item) -> None:
        """Hand over an item; returns at once."""
        with self._changed:
            self.received += 1
            self.dropped += key in self._waiting
            self._waiting[key] = item
            self._changed.notify()

    def close(self, timeout: float = 10.0) -> None:
        """Stop after the items at hand; waits for them for at most `timeout` seconds. May be called twice."""
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
                items, self._waiting = self._waiting, {}
                self._working = True
            self._work(items)
            items.clear()  # or the images would lie here until the next ones come
            with self._changed:
                self._working = False


class NewestWorker(NewestOfEachWorker[Item]):
    """The same for items of one kind: calls `work` on the newest.

    Args:
        work: must not raise.
        name: the thread's.
    """

    def __init__(self, work: Callable[[Item], None], name: str) -> None:
        """Start the thread."""
        super().__init__(lambda items: work(items.popitem()[1]), name)

    def offer(self, item: Item) -> None:  # type: ignore[override]
        """Hand over an item; returns at once."""
        super().offer("", item)
