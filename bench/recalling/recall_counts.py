# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What bench.recall counts."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bench.recalling.backgrounds import Image
from bench.recalling.pasted import Box
from fer_perception.search.search import Work

SIZES = (40.0, 57.0, 80.0, 113.0, 160.0, 226.0, 320.1)
"""Between these sides of the pasted square recall is told apart, in pixels."""
STANDS, STANDING = 5, 15
"""Every so manieth image without anybody is also shown so often, as a camera would."""
WAYS = ("YuNet on whole images", "search")


@dataclass
class Tally:
    """What one way of looking found."""

    seen: list[bool] = field(default_factory=list)
    """For each face in each image in which it is whole, in the order of `Report.sides`."""
    alarms: int = 0
    """Boxes that are no face."""
    twice: int = 0
    """Boxes of a face that has one already."""
    waits: list[int] = field(default_factory=list)
    """For each face that is found at all: in how many images it was whole and not found before."""


@dataclass
class Report:
    """What both ways found in the same images."""

    sides: list[float] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    tallies: tuple[Tally, Tally] = field(default_factory=lambda: (Tally(), Tally()))
    lost: int = 0
    """Faces in images that YuNet finds, and the search does not, though it had found them before."""
    work: Work = field(default_factory=Work)

    def recall(self, way: int, chosen: NDArray[np.bool_]) -> float:
        """Share of the chosen faces that a way found."""
        return float(np.mean(np.asarray(self.tallies[way].seen)[chosen])) if chosen.any() else float("nan")


@dataclass
class Empty:
    """What was taken for faces in images without anybody."""

    images: int = 0
    whole: int = 0
    """Boxes by YuNet on the whole image."""
    alone: int = 0
    """By a search that follows nobody."""
    followed: int = 0
    """By a search that follows one face, pasted in, and remembers two that have left."""
    standing: int = 0
    """Images with a box, where every `STANDS`th image is shown `STANDING` times, each with its own noise."""
    shown: int = 0
    """So many images those are."""
    work: Work = field(default_factory=Work)
    """Of the search that follows nobody."""
    examples: list[tuple[Image, Box]] = field(default_factory=list)
