# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Images from files, a folder, a video or a camera, one at a time: 100,000 files take no more memory than one."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_perception.images.picture_file import LISTED, SUFFIXES, read_picture
from fer_training.errors import TrainingError

FILMS = (".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v", ".mpg", ".mpeg")


@dataclass(frozen=True)
class Shot:
    """An image and where it is from."""

    name: str
    """The file as it was named, or found below a folder."""
    time: float | None
    """Seconds from a film's first image; None for a photograph."""
    image: NDArray[np.uint8] | None
    """BGR, [H, W, 3]; None where it can't be read."""


def files(named: Sequence[str]) -> list[str]:
    """List the files that are meant: those named, and the pictures of named folders and of the folders in them.

    A folder's are in the order in which people count: frame2 before frame10.

    Raises:
        TrainingError: one is not there, or there is no picture.
    """
    found: list[str] = []
    for name in named:
        if os.path.isdir(name):
            inside = [
                os.path.join(folder, file)
                for folder, _, entries in os.walk(name)
                for file in entries
                if file.lower().endswith(LISTED) and not file.startswith(".")
            ]
            inside = [path for path in inside if os.path.isfile(path)]
            if not inside:
                raise TrainingError(f"folder '{name}' holds no picture ({', '.join(SUFFIXES)})")
            found += sorted(inside, key=_counted)
        elif os.path.exists(name):
            found.append(name)
        else:
            raise TrainingError(f"no file '{name}'")
    return found


def photographs(names: Sequence[str]) -> Iterator[Shot]:
    """Read files one after another."""
    for name in names:
        yield Shot(name, None, read_picture(Path(name)))


def film(source: Path | int) -> tuple[Iterator[Shot], int, float]:
    """Open a video, or a camera by its number.

    Returns:
        Its images, how many they are (0 where it does not say), and its images a second.

    Raises:
        TrainingError: it can't be opened.
    """
    # FFmpeg takes what stands before a colon for a protocol, but for a path from the root.
    capture = cv2.VideoCapture(source if isinstance(source, int) else str(source.absolute()))
    if not capture.isOpened():
        what = f"camera {source}" if isinstance(source, int) else f"'{source}'"
        raise TrainingError(f"{what} can't be opened: name a picture, a folder, a video or a camera's number")
    count = max(0, int(capture.get(cv2.CAP_PROP_FRAME_COUNT)))
    rate = capture.get(cv2.CAP_PROP_FPS) or 25.0
    return _shots(capture, str(source), rate), count, rate


def _shots(capture: Any, name: str, rate: float) -> Iterator[Shot]:
    try:
        number, last = 0, -1.0
        while True:
            got, image = capture.read()
            if not got:
                return
            at = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            last = at if at > last else max(last, 0.0) + (1 / rate if number else 0.0)  # some say 0 for every image
            number += 1
            yield Shot(name, last, np.asarray(image, np.uint8))
    finally:
        capture.release()


def _counted(path: str) -> list[str | int]:
    return [int(part) if part.isdigit() else part for part in re.split(r"([0-9]+)", path)]
