# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Where the faces of a message are in the picture."""

from contextlib import suppress
from typing import Any

import numpy as np

from fer_color.errors import ColorError
from fer_color.layouts import SeenFace, spread_positions

MOST = 100
"""Faces that are shown; a strip has fewer parts that can be told apart."""


def seen_faces(message: Any) -> list[SeenFace]:
    """Return the faces of a fer_msgs/EmotionDistributionArray, `MOST` at most, from the left; those without a
    distribution are left out.

    Where the message does not tell the picture's width, they stand side by side.
    """
    ordered = sorted(message.faces[:MOST], key=_center)
    if message.image_width > 0:
        positions = [min(1.0, max(0.0, _center(face) / message.image_width)) for face in ordered]
    else:
        positions = spread_positions(len(ordered)).tolist()
    seen = []
    for position, face in zip(positions, ordered):
        with suppress(ColorError):
            seen.append(SeenFace(position, np.asarray(face.probabilities, dtype=np.float64)))
    return seen


def _center(face: Any) -> float:
    return float(face.roi.x_offset + face.roi.width / 2)
