# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What to do when a launched node has ended. Needs no launch."""

import enum
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

AGAIN_AFTER_S = 0.5
MOST = 5
"""How often in `WITHIN_S` a node is started again before that is given up."""
WITHIN_S = 60.0
REFUSED = 2
"""The code of a node that could not start, after one line of its own."""


class Next(enum.Enum):
    """What follows."""

    AGAIN = "again"
    """The node is started again."""
    WAIT = "wait"
    """The others go on."""
    END = "end"
    """Everything ends, with 0."""
    FAIL = "fail"
    """Everything ends, with another code."""


@dataclass
class Watch:
    """Decides by a node's name and its code: killed or fallen it starts again, refused or ended it ends the rest.

    Sources may end one after another; the last one ends the rest.
    """

    sources: set[str] = field(default_factory=set)
    """The names of those that are still there."""
    clock: Callable[[], float] = time.monotonic
    """Steady seconds."""
    _failed: bool = False
    _starts: dict[str, deque[float]] = field(default_factory=dict)

    def ended(self, name: str, code: int) -> Next:
        """Say what follows when a node has ended with a code; negative: the signal that killed it."""
        if code not in (0, REFUSED):
            starts = self._starts.setdefault(name, deque(maxlen=MOST))
            if len(starts) == MOST and self.clock() - starts[0] < WITHIN_S:
                return Next.FAIL
            starts.append(self.clock())
            return Next.AGAIN
        self._failed = self._failed or code == REFUSED
        if name in self.sources:
            self.sources.discard(name)
            if self.sources:
                return Next.WAIT
        elif code == REFUSED:
            return Next.FAIL
        return Next.FAIL if self._failed else Next.END
