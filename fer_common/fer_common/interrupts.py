# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""SIGINT, SIGTERM and SIGHUP, for programs that hand something back before they end. Needs no ROS."""

import signal
import time
from collections.abc import Callable
from typing import Any

SAME_S = 1.0
"""A terminal's Ctrl-C may reach a program twice, by itself and by what started it: within this time it is one."""


def ending_signals() -> tuple[signal.Signals, ...]:
    """Return the signals that end a program: Ctrl-C, SIGTERM, and a terminal's being closed unless it is ignored, by
    nohup."""
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        return signal.SIGINT, signal.SIGTERM
    return signal.SIGINT, signal.SIGTERM, signal.SIGHUP


class Interrupts:
    """Whether the program was asked to end; and whether again, which does not wait for what is handed back.

    Plain flags: a second signal may come while the first one's handler runs, and would wait for ever for its lock.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing was asked for yet, and nothing is heeded before `heed`.

        Args:
            clock: gives steady seconds.
        """
        self._clock = clock
        self._first: float | None = None
        self.again = False
        """Whether it was asked again, `SAME_S` or more after the first time."""

    @property
    def asked(self) -> bool:
        """Whether the program shall end."""
        return self._first is not None

    def ask(self, *_: Any) -> None:
        """Ask to end, as a signal does."""
        now = self._clock()
        first = self._first
        if first is None:
            self._first = now
        elif now - first >= SAME_S:
            self.again = True

    def heed(self) -> None:
        """Take the signals, also from whoever has taken them meanwhile."""
        for number in ending_signals():
            signal.signal(number, self.ask)

    def ignore(self) -> None:
        """Let nothing disturb the last steps; as Python ends it gives the signals their default back, which kills."""
        for number in ending_signals():
            signal.signal(number, signal.SIG_IGN)
