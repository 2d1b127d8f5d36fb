# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Work that goes on beside other work, in order: what comes before it, and what comes after it."""

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")
DEPTH = 4
"""Items that lie between two threads at most."""
WAIT_S = 0.1
"""Seconds after which a thread looks whether the other still wants anything."""


class _End:
    """What follows the last item; with the exception that ended the source."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


@contextmanager
def ahead(source: Iterator[T]) -> Iterator[Iterator[T]]:
    """Run an iterator in a thread of its own, a few items ahead of whoever takes them.

    Whatever the iterator raises, is raised where its next item would be. When the `with` ends, the thread has ended.
    """
    items: queue.Queue[T | _End] = queue.Queue(DEPTH)
    over = threading.Event()

    def run() -> None:
        end = _End()
        try:
            for item in source:
                if not _put(items, item, over):
                    return
        except BaseException as error:  # raised again by whoever takes the items
            end = _End(error)
        _put(items, end, over)

    def taken() -> Iterator[T]:
        while not isinstance(item := items.get(), _End):
            yield item
        if item.error is not None:
            raise item.error

    thread = threading.Thread(target=run, name="ahead", daemon=True)
    thread.start()
    try:
        yield taken()
    finally:
        over.set()
        thread.join()


class Behind(Generic[T]):
    """Does something with every item in a thread of its own, in their order, a few items behind whoever gives them.

    Args:
        work: what is done.
    """

    def __init__(self, work: Callable[[T], object]) -> None:
        """Wait for the first item."""
        self._work = work
        self._items: queue.Queue[T | _End] = queue.Queue(DEPTH)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="behind", daemon=True)
        self._error: BaseException | None = None

    def __enter__(self) -> "Behind[T]":
        """Start the thread."""
        self._thread.start()
        return self

    def give(self, item: T) -> None:
        """Hand over an item; whatever the work raised before is raised here."""
        if not _put(self._items, item, self._over):
            assert self._error is not None
            raise self._error

    def __exit__(self, kind: object, *_: object) -> None:
        """Wait for the last item, and raise what the work raised; where the giver failed, wait for nothing."""
        if kind is not None:
            self._over.set()
        _put(self._items, _End(), self._over)
        self._thread.join()
        if kind is None and self._error is not None:
            raise self._error

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                item = self._items.get(timeout=WAIT_S)
            except queue.Empty:
                continue
            if isinstance(item, _End):
                return
            try:
                self._work(item)
            except BaseException as error:  # raised again by whoever gives the items
                self._error = error
                self._over.set()


def _put(items: "queue.Queue[T | _End]", item: "T | _End", over: threading.Event) -> bool:
    """Put an item in line; False: nobody wants it any more."""
    while not over.is_set():
        try:
            items.put(item, timeout=WAIT_S)
        except queue.Full:
            continue
        return True
    return False
