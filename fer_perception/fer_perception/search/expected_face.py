# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a search is told of the faces that are followed."""

import math
from dataclasses import dataclass

from fer_perception.detectors.base import Detection
from fer_perception.search.windows import Box


@dataclass(frozen=True)
class ExpectedFace:
    """A face that is followed."""

    box: Box
    """Where it should be in this image."""
    seen: bool
    """Whether it was seen in the last image: if so and it is not found now, the whole image is searched."""

    def is_near(self, face: Detection) -> bool:
        """Tell whether a face lies where this one is expected: its centre within half a side of it."""
        x, y, width, height = self.box
        half = max(8.0, math.sqrt(max(0.0, width * height)) / 2)
        return abs(face.centre[0] - x - width / 2) <= half and abs(face.centre[1] - y - height / 2) <= half
