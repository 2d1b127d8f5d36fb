# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How tests wait: for a condition, as long as a busy machine may take."""

import time
from collections.abc import Callable
from typing import Any

PATIENCE = 60.0
"""Seconds after which what is waited for is taken never to come."""


STOOD_STILL = 1.0
"""Seconds between two questions that count at most."""


class Patience:
    """How much longer to wait for something.

    A machine that swaps may stop a process for a minute. What that process waits for stood still, too, so the stretch
    counts as one second.
    """

    def __init__(self, seconds: float = PATIENCE) -> None:
        """Take the `seconds` after which what is waited for is taken never to come."""
        self._left = seconds
        self._asked = time.monotonic()

    def lasts(self) -> bool:
        """Tell whether to go on waiting; to be asked at least once a second."""
        now = time.monotonic()
        self._left -= min(now - self._asked, STOOD_STILL)
        self._asked = now
        return self._left > 0


def until(condition: Callable[[], Any], seconds: float = PATIENCE, pause: float = 0.005) -> Any:
    """Poll until the condition holds, and give its result; what it is at the end if it never does.

    Args:
        condition: what is asked.
        seconds: after which it is asked no more.
        pause: seconds between two questions; longer where the question itself takes time.
    """
    patience = Patience(seconds)
    while not (result := condition()) and patience.lasts():
        time.sleep(pause)
    return result
