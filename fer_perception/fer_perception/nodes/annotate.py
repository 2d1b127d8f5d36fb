# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What was perceived, drawn into the image. Needs no ROS."""

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS
from fer_perception.core import Perceived
from fer_perception.images.encodings import Pixels

FRAME, STEADY, TEXT = (160, 160, 160), (80, 220, 80), (255, 255, 255)
"""BGR: a passing face, a steady one, letters."""


def annotated(image: Pixels, perceived: Perceived, whole: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """Draw every face's box, landmarks, id and likeliest emotion, and the room's, into a copy of an image.

    Args:
        image: BGR uint8 [H, W, 3] or grey uint8 [H, W].
        perceived: what was seen in it.
        whole: width and height of the image as it came, where this one was decoded smaller.

    Returns:
        BGR uint8 [H, W, 3].
    """
    picture = np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR) if image.ndim == 2 else image.copy(), dtype=np.uint8)
    if whole is not None and whole != (picture.shape[1], picture.shape[0]):
        picture = np.asarray(cv2.resize(picture, whole, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
    size = max(0.4, picture.shape[1] / 1600)
    for face in perceived.faces:
        x, y, width, height = face.box
        colour = STEADY if face.steady else FRAME
        cv2.rectangle(picture, (x, y), (x + width, y + height), colour, 1 + round(size))
        for point in () if face.landmarks is None else face.landmarks:
            cv2.circle(picture, (round(float(point[0])), round(float(point[1]))), 1 + round(size), colour, -1)
        worth = "" if face.weight == 1.0 else f" weight {face.weight:.1f}"
        _write(picture, f"{face.face_id} {_likeliest(face.probabilities)}{worth}", (x, max(12, y - 4)), size)
    room = perceived.room
    line = "nobody" if room is None else f"room: {_likeliest(room.probabilities)} ({room.face_id})"
    _write(picture, line, (4, picture.shape[0] - 6), size)
    return picture


def _likeliest(probabilities: NDArray[np.float32]) -> str:
    index = int(np.argmax(probabilities))
    return f"{LABELS[index]} {100 * float(probabilities[index]):.0f} %"


def _write(picture: NDArray[np.uint8], text: str, place: tuple[int, int], size: float) -> None:
    for colour, thickness in (((0, 0, 0), 3), (TEXT, 1)):  # an edge, so that it is read on any ground
        cv2.putText(picture, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, colour, thickness, cv2.LINE_AA)
