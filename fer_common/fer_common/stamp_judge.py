# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Whether the stamps of a stream of images tell the time, and what time it is where they do not. Needs no ROS.

Drivers stamp every image alike, write microseconds where nanoseconds belong, or leave the stamp empty (with
`use_sim_time` where nobody publishes /clock). What follows faces through time would stand still then. So the time of
arrival is at hand for every image, and counts where the stamps do not.
"""

from collections import deque

SLOW = 0.02
"""Stamps that move by less than this share of the time between two arrivals stand still: a fiftieth. A bag played ten
times slower is far from it, microseconds for nanoseconds (a thousandth) far below."""
NO_STEP_NS = 1_000_000
"""Nanoseconds; no camera takes images in quick succession so close to each other: such a step is none, and the arrivals
count for it at once. Only that it goes on so is said."""
FEWEST = 4
"""Steps from one image to the next that are looked at before stamps are doubted."""
DOUBT_NS = 300_000_000
"""Nanoseconds of arrivals that they must fill beside."""
TRUST_NS = 2_000_000_000
"""Nanoseconds of arrivals without a single step that stands still, before doubted stamps count again."""


class StampJudge:
    """Judges one stream's stamps, image by image.

    Where the stamps are good their time is the answer, unchanged, so that a recording gives the same answers at any
    speed. Where they are doubted the answer goes on from the last one by the time that passed between arrivals. It
    reads no clock: whoever uses it says when each image arrived, on a clock that never stands still or goes back.
    """

    def __init__(self) -> None:
        """Trust the stamps until they are seen to be wrong."""
        self._steps: deque[tuple[int, bool]] = deque()  # arrival, and whether the stamp stood still there
        self._stamp: int | None = None
        self._arrival = self._time = 0
        self._still = False
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
        passed, first = max(0, arrival_ns - self._arrival), self._stamp is None
        step = abs(stamp_ns - (self._stamp or 0))
        if not first and stamp_ns:
            self._remember(arrival_ns, step <= SLOW * passed)
            self._still = self._stands_still(arrival_ns)
        self._speak(self._still or not stamp_ns, stamp_ns)
        no_step = not first and step < NO_STEP_NS and step <= SLOW * passed
        doubted = self._still or not stamp_ns or no_step
        if not doubted:
            self._time = stamp_ns
        elif first:
            self._time = arrival_ns
        else:
            self._time += passed
        self._stamp, self._arrival, self.doubted = stamp_ns, max(arrival_ns, self._arrival), doubted
        return self._time

    def _remember(self, arrival_ns: int, still: bool) -> None:
        self._steps.append((arrival_ns, still))
        while len(self._steps) > FEWEST and arrival_ns - self._steps[0][0] > TRUST_NS:
            self._steps.popleft()

    def _stands_still(self, arrival_ns: int) -> bool:
        still = sum(stands for _, stands in self._steps)
        filled = arrival_ns - self._steps[0][0]
        if self._still:
            return still > 0 or filled < TRUST_NS * 0.9
        return len(self._steps) >= FEWEST and filled >= DOUBT_NS and 2 * still > len(self._steps)

    def _speak(self, doubted: bool, stamp_ns: int) -> None:
        kind = "" if not doubted else "still" if stamp_ns else "none"
        self.notice = "" if kind in self._said else NOTICES[kind]
        self._said.add(kind)


NOTICES = {
    "": "",
    "none": "images carry no stamp; their arrival counts instead",
    "still": "the stamps of the images stand still, or run more than fifty times slower than the images arrive; their "
    "arrival counts instead. Look at the camera's driver: nanoseconds belong there (and /clock, with use_sim_time)",
}
"""What is said of each kind of doubt."""
