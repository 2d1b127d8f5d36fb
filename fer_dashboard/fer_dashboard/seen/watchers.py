# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Who looks: nothing is subscribed to that nobody sees."""

import threading
from collections.abc import Callable


class Watchers:
    """Several kinds of viewers, of which any one is enough.

    Args:
        watched: told whether anybody looks, whenever that changes; from whichever thread.
    """

    def __init__(self, watched: Callable[[bool], None]) -> None:
        """Nobody looks yet."""
        self._watched, self._lock = watched, threading.Lock()
        self._looking: set[str] = set()

    def of(self, kind: str) -> Callable[[bool], None]:
        """Return what one kind of viewers tells whether any of them looks."""

        def tell(is_watched: bool) -> None:
            with self._lock:
                before = bool(self._looking)
                (self._looking.add if is_watched else self._looking.discard)(kind)
                if bool(self._looking) != before:
                    self._watched(bool(self._looking))

        return tell
