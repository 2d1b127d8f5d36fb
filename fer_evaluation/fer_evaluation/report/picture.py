# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a picture shows, in so few numbers that they are handed to whoever draws it.

That is another process, which does not load what made these numbers.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bars = tuple[tuple[float, float], ...]
"""Start and length of each, seconds."""


@dataclass(frozen=True)
class Wanted:
    """One picture."""

    kind: str
    """A key of `drawing.KINDS`."""
    shown: tuple[Any, ...]
    """What that function takes."""
    png: str
    """Its file."""
    svg: str = ""
    """Its name in the page; empty: it is not there."""
    words: str = ""
    """What the one in the page shows, for who does not see it."""


@dataclass(frozen=True)
class Named:
    """A label that names an emotion."""

    start: float
    """Seconds from the bag's start."""
    end: float
    """Likewise."""
    emotion: int
    """0 to 6, in the order of `LABELS`."""
    face_id: str
    """Whose; empty: the room's."""


@dataclass(frozen=True)
class Timeline:
    """One camera over time."""

    edges: NDArray[np.float64]
    """Of the stretches, seconds from the bag's start, [S + 1]."""
    means: NDArray[np.float64]
    """Mean distribution in each, [S, 7]; all 0 where nobody is seen."""
    labels: tuple[Named, ...]
    faceless: Bars
    unsure: Bars
    light: NDArray[np.float64] | None
    """In the middle of each stretch, 0 to 1, [S, 3]; None: not known."""

    @property
    def middles(self) -> NDArray[np.float64]:
        """Of the stretches, seconds, [S]."""
        return np.asarray((self.edges[1:] + self.edges[:-1]) / 2)
