# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Tracks which colours a lamp may be showing, and when sent changes arrive."""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Hashable
from typing import Generic, Protocol, TypeVar

MOST_STATES = 16
"""Of what the lamp may show, all that is remembered."""
_MOST_DOUBTFUL = 12
"""Of the frames that may not have arrived, all that are reckoned with, evenly over their time."""
_MOST_RECENT = 600


class Postponable(Protocol):
    """A budget whose changes may turn out to have taken place later than they were entered."""

    def postpone_newest(self, at: float) -> None: ...  # noqa: D102
    def postpone_all(self, at: float) -> None: ...  # noqa: D102
    def take_back(self) -> None: ...  # noqa: D102


Shown = TypeVar("Shown")
Spent = TypeVar("Spent", bound=Postponable)


class Reckoning(ABC, Generic[Shown, Spent]):
    """Keeps account of a lamp that frames are sent to, over a way that may stall or break.

    It reads no clock. A time that goes back counts as no time, and when it is back where it was, all changes count as
    just made, so that a clock's jump back and return gives no budget. (That a clock runs ahead cannot be noticed.)

    Where a frame may have been lost on its way, it doesn't know what the lamp shows: `lost` makes it reckon with
    every possibility at once.
    """

    def __init__(self, budget: Spent, shows: Shown, dark: Shown) -> None:
        """Start with a lamp that `shows` that; `dark` is what it shows when it shows nothing."""
        self._budget = budget
        self._dark = dark
        self._now = float("-inf")
        self._behind = False
        self._states: list[Shown] = [shows]
        self._before: list[Shown] = []
        self._recent: deque[tuple[float, Shown]] = deque(maxlen=_MOST_RECENT)
        """What frames have replaced lately, and when."""
        self._meeting: Shown | None = None
        """The frame that is closest to all of several states, once it was looked for."""
        self._changed = False

    @abstractmethod
    def _name(self, state: Shown) -> Hashable:
        """Equal for states that are the same."""

    @property
    def surely(self) -> Shown | None:
        """What the lamp shows, or None while that is uncertain."""
        return self._states[0] if len(self._states) == 1 else None

    def delivered(self, at: float) -> None:
        """Note that the last frame is with the lamp since `at` (seconds) at the latest: its change counts from then."""
        self._advance(at)
        if self._changed:
            self._budget.postpone_newest(self._now)
        self._before = []

    def delayed(self, at: float) -> None:
        """Note the same after the way there was blocked: earlier frames may have come as late as `at`, too."""
        self._advance(at)
        self._budget.postpone_all(self._now)
        self._before = []

    def undone(self) -> None:
        """Forget the last frame: it surely never reached the lamp, which may show what it did before."""
        if self._before:
            self._states, self._before, self._meeting = self._before, [], None
            if self._changed:
                self._budget.take_back()
            self._changed = False

    def lost(self, *, may_be_dark: bool = True, since: float = float("inf")) -> None:
        """Note that the way to the lamp is lost: it may show the last frame, or the one before if that got lost.

        `may_be_dark`: or nothing. `since`: the second since when frames may not have arrived although they were
        `delivered`, so that it may also show what each of those replaced.
        """
        doubtful = [state for at, state in self._recent if at >= since]
        stride = max(1.0, (len(doubtful) - 1) / (_MOST_DOUBTFUL - 1))
        doubtful = [doubtful[round(k * stride)] for k in range(min(len(doubtful), _MOST_DOUBTFUL))]
        possible = [*doubtful, *self._before, *self._states, *([self._dark] if may_be_dark else [])]
        states = list({self._name(state): state for state in possible}.values())
        if len(states) > MOST_STATES:
            # Only a way that opens and fails over and over comes here: keep what it showed first, and the newest.
            dark = self._name(self._dark)
            lit = [state for state in states if self._name(state) != dark]
            states = [lit[0], *lit[2 - MOST_STATES :], self._dark]
        if [*map(self._name, states)] != [*map(self._name, self._states)]:
            self._states, self._meeting = states, None
        self._before = []

    def found(self, state: Shown, *, surely: bool) -> None:
        """Take what was read after a loss: `surely`: the lamp shows exactly `state`; otherwise `state` is one more
        possibility."""
        if surely:
            self._states, self._before = [state], []
            self._recent.clear()
        elif self._name(state) not in map(self._name, self._states):
            self._states = [*self._states, state]
        self._meeting = None

    def _sent(self, frame: Shown, *, changed: bool) -> None:
        """Note that `frame` is on its way and whether it `changed` something."""
        if changed:
            self._recent.extend((self._now, state) for state in self._states)
        self._before, self._states, self._meeting, self._changed = self._states, [frame], None, changed

    def _advance(self, now: float) -> None:
        if now < self._now:
            self._behind = True
            return
        self._now = now
        if self._behind:
            self._behind = False
            self._budget.postpone_all(now)
