# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Images with their times from a video file or a folder."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_evaluation.bags.folder import natural
from fer_evaluation.errors import EvaluationError
from fer_perception.images.picture_file import LISTED, SUFFIXES, read_picture

Timed = tuple[NDArray[np.uint8], float]
"""An image, BGR uint8 [H, W, 3], and its time in seconds from the first one."""


def video_images(path: Path) -> Iterator[Timed]:
    """Yield a video's images at the times that it holds; at its nominal rate where it holds none.

    Raises:
        EvaluationError: OpenCV finds no video in it.
    """
    capture = _opened(path)
    try:
        rate = capture.get(cv2.CAP_PROP_FPS) or 25.0
        first, last, count = None, -1.0, 0
        while True:
            got, image = capture.read()
            if not got:
                break
            at = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            first = at if first is None else first
            # Some containers report 0 for every image, and some the same time twice.
            last = at - first if at - first > last else count / rate if count / rate > last else last + 1 / rate
            count += 1
            yield np.asarray(image, np.uint8), last
    finally:
        capture.release()
    if count == 0:
        raise EvaluationError(f"'{path}' holds no video that OpenCV can read; name a video or a folder of images")


def video_length(path: Path) -> int:
    """About how many images a video has; 0 where it doesn't say."""
    capture = _opened(path)
    count = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
    capture.release()
    return max(0, count)


def _opened(path: Path) -> cv2.VideoCapture:
    return cv2.VideoCapture(str(path.absolute()))  # FFmpeg takes what stands before a colon for a protocol


def folder_paths(folder: Path) -> list[Path]:
    """Return the images of a folder in the order of their names as people count: frame2 before frame10.

    Raises:
        EvaluationError: there is none.
    """
    paths = sorted(filter(_is_image, folder.iterdir()), key=lambda path: natural(path.name))
    if not paths:
        deeper = next((path.parent for path in sorted(folder.glob("*/*")) if _is_image(path)), None)
        hint = f"; name '{deeper}', which does" if deeper else ""
        raise EvaluationError(f"folder '{folder}' holds no image ({', '.join(SUFFIXES)}){hint}")
    return paths


def _is_image(path: Path) -> bool:
    return path.suffix.lower() in LISTED and not path.name.startswith(".") and path.is_file()


def folder_images(paths: list[Path], rate: float) -> Iterator[Timed]:
    """Image files, so many a second.

    Raises:
        EvaluationError: one can't be read.
    """
    for number, path in enumerate(paths):
        image = read_picture(path)
        if image is None:
            raise EvaluationError(
                f"'{path}' is no readable image; save it as JPEG or PNG, or take it out of the folder"
            )
        yield image, number / rate
