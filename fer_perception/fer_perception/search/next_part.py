# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Which part of the image is looked at next where nobody is followed yet.

The parts are the whole image at half the scale, which shows the large faces, and each quarter at full scale,
overlapping by what the half scale shows. One image gets one look at most, at the part that has waited longest among
those in which something has changed; what has not changed is looked at again after `AGAIN_S`, then ever more seldom.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_perception.images.encodings import Pixels
from fer_perception.search.glance import Edges, Glance
from fer_perception.search.windows import Box

SCALE = 0.9
"""A quarter is shown this much smaller than an image that is searched whole: a fifth fewer pixels.

Of faces pasted into 64 scenes (bench.recall, seed 3) it finds 0.803, at full size 0.808, at 0.8 of it 0.791; YuNet on
whole images 0.790."""
OVERLAP_PX = 96
"""By how much the quarters overlap: the half scale shows faces of this size with 48 px."""
PARTS = 5
AGAIN_S, AGAIN_MOST_S = 1.0, 4.0
"""After so long a part is looked at again, changed or not: a face that was missed is not missed for ever. The time
doubles with each such look, for the same picture gives the same answer but for its noise."""

CALM_S = 0.05
"""After a glance that showed nothing new the next one may wait so long: every other of 30 images a second is spared,
and who comes is seen an image later at most."""


@dataclass(frozen=True)
class Part:
    """What one look shows."""

    number: int
    edges: Edges
    factor: float
    """By which it is reduced."""


class NextPart:
    """Takes turns among the parts. Its clock is the images' stamps.

    Args:
        interval: seconds between two looks; a part that keeps changing is looked at every `PARTS` of them.
    """

    def __init__(self, interval: float) -> None:
        """Begin with nothing looked at."""
        self.interval = interval
        self._looked_ns = [0] * PARTS
        self._patience_ns = [round(AGAIN_S * 1e9)] * PARTS
        self._seen: list[Glance | None] = [None] * PARTS
        self._last_ns = 0
        self._calm_since_ns = -math.inf
        self._glance: Glance | None = None

    @property
    def _interval_ns(self) -> int:
        return round(self.interval * 1e9)

    def searched_whole(self, image: Pixels, stamp_ns: int, *, open_question: bool) -> None:
        """Note that an image was searched whole: every part of it has been seen, the first longest ago; see
        `settle`."""
        self._last_ns, self._calm_since_ns = stamp_ns, -math.inf
        self._looked_ns = [stamp_ns - (PARTS - 1 - number) * self._interval_ns for number in range(PARTS)]
        self._patience_ns = [round(AGAIN_S * 1e9)] * PARTS
        self._seen = [None if open_question else Glance.at(image, [])] * PARTS

    def next_part(self, image: Pixels, stamp_ns: int, followed: Sequence[Box], scale: float) -> Part | None:
        """Return the part to look at now, or None.

        Args:
            image: the image.
            stamp_ns: when it was taken, nanoseconds.
            followed: the boxes of the faces that are followed and were seen.
            scale: by which an image that is searched whole is reduced.
        """
        if stamp_ns - self._last_ns < self._interval_ns or stamp_ns - self._calm_since_ns < CALM_S * 1e9:
            return None
        self._glance = glance = Glance.at(image, followed)
        changes: dict[int, NDArray[np.bool_]] = {}  # several parts were mostly looked at last in one image
        for number in sorted(range(PARTS), key=self._looked_ns.__getitem__):
            waited = stamp_ns - self._looked_ns[number]
            if waited < PARTS * self._interval_ns:
                return None
            edges, before = _edges(number, image, scale), self._seen[number]
            if id(before) not in changes:
                changes[id(before)] = glance.changes(before)
            changed = bool(changes[id(before)][glance.within(edges)].any())
            if changed or waited >= self._patience_ns[number]:
                again_s = AGAIN_S if changed else min(AGAIN_MOST_S, 2e-9 * self._patience_ns[number])
                self._patience_ns[number] = round(again_s * 1e9)
                self._last_ns = self._looked_ns[number] = stamp_ns
                return Part(number, edges, scale / 2 if number == 0 else scale * SCALE)
        self._calm_since_ns = stamp_ns
        return None

    def settle(self, part: Part, *, open_question: bool) -> None:
        """Remember what a part looked like. It counts as changed until its next look where there is an open question.

        That is something in it that looks like a face nobody follows: it may be believed at the next look.
        """
        self._seen[part.number] = None if open_question else self._glance


def _edges(number: int, image: Pixels, scale: float) -> Edges:
    height, width = image.shape[:2]
    if number == 0:
        return 0, 0, width, height
    reach = OVERLAP_PX / scale / 2
    middle_x, middle_y = width / 2, height / 2
    left, right = (0, math.ceil(middle_x + reach)) if number % 2 else (int(middle_x - reach), width)
    top, bottom = (0, math.ceil(middle_y + reach)) if number <= 2 else (int(middle_y - reach), height)
    return max(0, left), max(0, top), min(width, right), min(height, bottom)
