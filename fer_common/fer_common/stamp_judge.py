# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Whether the stamps of a stream of images tell the time, and what time it is where they do not. Needs no ROS.

Drivers stamp every image alike, write microseconds where nanoseconds belong or seconds where milliseconds do, or leave
the stamp empty (with `use_sim_time` where nobody publishes /clock). What follows faces through time would stand still
then, or forget each face before the next image. So the time of arrival is at hand for every image, and counts where the
stamps do not.
"""

from collections import deque
from typing import NamedTuple

SLOW = 0.02
"""Stamps that move by less than this share of the time between two arrivals stand still: a fiftieth. A bag played ten
times slower is far from it, microseconds for nanoseconds (a thousandth) far below. Where arrivals are less than this
share of the stamps' steps, the stamps leap: a bag played ten times faster is as far from that."""
LEAST_LEAP_NS = 1_000_000_000
"""Nanoseconds; a smaller step is no leap: what waited in a queue comes at once, with the steps of its camera."""
QUEUED_NS = 5_000_000
"""Nanoseconds; images that arrive closer together have waited, so that how far a single step leaps says nothing."""
SET_NS = 12 * 3600 * 10**9
"""Nanoseconds; a single leap forward by less is not followed until the next image: at 30 a second even microseconds for
seconds leap by no more. By more, or back, a clock was set, and a bag begins anew."""
NO_STEP_NS = 1_000_000
"""Nanoseconds; no camera takes images in quick succession so close to each other: such a step is none, and the arrivals
count for it at once. Only that it goes on so is said."""
FEWEST = 4
"""Steps from one image to the next that are looked at before stamps are doubted."""
DOUBT_NS = 300_000_000
"""Nanoseconds of arrivals that they must fill beside."""
TRUST_NS = 2_000_000_000
"""Nanoseconds of arrivals without a single step that stands still or leaps, before doubted stamps count again."""


class StampJudge:
    """Judges one stream's stamps, image by image.

    Where the stamps are good their time is the answer, unchanged, so that a recording gives the same answers at any
    speed. Where they are doubted the answer goes on from the last one by the time that passed between arrivals. It
    reads no clock: whoever uses it says when each image arrived, on a clock that never stands still or goes back.
    """

    def __init__(self) -> None:
        """Trust the stamps until they are seen to be wrong."""
        self._steps: deque[_Step] = deque()
        self._standing = self._leaping = 0  # of these
        self._stamp: int | None = None
        self._arrival = self._time = 0
        self._wrong = ""
        self._said: set[str] = set()
        self.notice = ""
        """What is to be said of the last image's stamp, once for each kind; else empty."""
        self.doubted = False
        """Whether the last image's stamp was left aside for its arrival."""

    def time_of(self, stamp_ns: int, arrival_ns: int) -> int:
        """Return the time of the next image, nanoseconds.

        Args:
            stamp_ns: of its header, nanoseconds; 0: it has none.
            arrival_ns: when it arrived, nanoseconds of a steady clock, or of a recording's.
        """
        first = self._stamp is None
        step = _step(arrival_ns, max(0, arrival_ns - self._arrival), abs(stamp_ns - (self._stamp or 0)))
        if stamp_ns and self._stamp:
            self._remember(step)
            self._wrong = self._judged(arrival_ns)
        self._speak("none" if not stamp_ns else self._wrong)
        no_step = not first and step.moved < NO_STEP_NS and step.stands
        leap = step.leaps and step.passed > QUEUED_NS and 0 < stamp_ns - (self._stamp or stamp_ns) < SET_NS
        doubted = bool(self._wrong) or not stamp_ns or no_step or leap
        if not doubted:
            self._time = stamp_ns
        elif first:
            self._time = arrival_ns
        else:
            self._time += step.passed
        self._stamp = stamp_ns or self._stamp or 0
        self._arrival, self.doubted = max(arrival_ns, self._arrival), doubted
        return self._time

    def _remember(self, step: "_Step") -> None:
        self._steps.append(step)
        self._count(step, 1)
        while len(self._steps) > FEWEST and step.arrival - self._steps[0].arrival > TRUST_NS:
            self._count(self._steps.popleft(), -1)

    def _count(self, step: "_Step", by: int) -> None:
        self._standing += by * step.stands
        self._leaping += by * step.leaps

    def _judged(self, arrival_ns: int) -> str:
        """Return what is wrong with the stamps, a key of `NOTICES`; empty: nothing."""
        filled = arrival_ns - self._steps[0].arrival
        if self._wrong:
            return self._wrong if self._standing + self._leaping or filled < TRUST_NS * 0.9 else ""
        if len(self._steps) < FEWEST or filled < DOUBT_NS:
            return ""
        if 2 * self._standing > len(self._steps):
            return "still"
        if 2 * self._leaping <= len(self._steps):
            return ""
        # What waited comes at once, so that single steps tell nothing of their pace: all of them do.
        moved, passed = sum(step.moved for step in self._steps), sum(step.passed for step in self._steps)
        return "fast" if moved * SLOW > passed else ""

    def _speak(self, kind: str) -> None:
        self.notice = "" if kind in self._said else NOTICES[kind]
        self._said.add(kind)


class _Step(NamedTuple):
    """From one image to the next, nanoseconds."""

    arrival: int
    """Of the later one."""
    passed: int
    """Between the arrivals."""
    moved: int
    """Between the stamps, there or back."""
    stands: bool
    leaps: bool


def _step(arrival: int, passed: int, moved: int) -> _Step:
    return _Step(arrival, passed, moved, moved <= SLOW * passed, moved > LEAST_LEAP_NS and moved * SLOW > passed)


NOTICES = {
    "": "",
    "none": "images carry no stamp; their arrival counts instead",
    "still": "the stamps of the images stand still, or run more than fifty times slower than the images arrive; their "
    "arrival counts instead. Look at the camera's driver: nanoseconds belong there (and /clock, with use_sim_time)",
    "fast": "the stamps of the images run more than fifty times faster than the images arrive, or leap back and forth; "
    "their arrival counts instead. Look at the camera's driver: seconds and nanoseconds belong there, of one clock",
}
"""What is said of each kind of doubt."""
