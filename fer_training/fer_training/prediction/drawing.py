# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Answers drawn into an image, and as lines for a terminal."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS
from fer_training.prediction.table import Answer

LETTERS, GROUND = (255, 255, 255), 0.35
"""BGR of letters, and how much of the image is left behind them."""


def drawn(image: NDArray[np.uint8], answers: Sequence[Answer]) -> NDArray[np.uint8]:
    """Draw each face's box in its light's colour, with all seven bars beside it.

    Args:
        image: BGR, [H, W, 3]; it is not written to.
        answers: its faces.

    Returns:
        BGR, [H, W, 3].
    """
    picture: NDArray[np.uint8] = np.array(image)
    for one in answers:
        x, y, width, height = one.box
        color = (one.rgb[2], one.rgb[1], one.rgb[0])
        thick = max(2, round(width / 60))
        cv2.rectangle(picture, (x, y), (x + width, y + height), color, thick)
        _bars(picture, one, color)
    return picture


def _bars(picture: NDArray[np.uint8], one: Answer, color: tuple[int, int, int]) -> None:
    """Seven bars to the right of a face, or to its left where there is no room."""
    x, y, width, height = one.box
    rows, columns = picture.shape[:2]
    line = max(10, min(height // 8, rows // 10, 40))
    wide = 9 * line
    left = x + width + line // 2
    if left + wide > columns:
        left = max(0, x - wide - line // 2) if x > columns - x - width else max(0, columns - wide)
    top = min(max(0, y), max(0, rows - 8 * line))
    block = picture[top : top + 8 * line, left : left + wide]
    block[:] = (block * GROUND).astype(np.uint8)
    cv2.rectangle(picture, (left, top), (left + wide - 1, top + line // 2), color, cv2.FILLED)
    for number, (label, share) in enumerate(zip(LABELS, one.probabilities)):
        base = top + round((number + 1.7) * line)
        cv2.putText(picture, label, (left + 2, base), cv2.FONT_HERSHEY_SIMPLEX, line / 34, LETTERS, 1, cv2.LINE_AA)
        start, end = left + 4 * line, left + 4 * line + round(float(share) * (5 * line - 3))
        cv2.rectangle(picture, (start, base - line // 2), (max(start, end), base), color, cv2.FILLED)


def lines(answers: Sequence[Answer], width: int = 24) -> list[str]:
    """Draw the largest face's distribution for a terminal, a line an emotion; one line where nobody is seen."""
    if not answers:
        return ["nobody is seen"]
    one = answers[0]
    bars = [
        f"{label:<9}{share:6.2f} {'#' * round(width * float(share))}" for label, share in zip(LABELS, one.probabilities)
    ]
    return [*bars, f"light    #{one.rgb[0]:02x}{one.rgb[1]:02x}{one.rgb[2]:02x}, {len(answers)} face(s)"]
