# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""From an image file to the grey 48x48 face."""

import io
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from fer_training.data.faces import SIDE
from fer_training.errors import TrainingError

PHONES = frozenset({".avif", ".heic", ".heif"})
"""A phone's: not all can be read here, and what can't is told of rather than passed over."""
SUFFIXES = PHONES | frozenset(
    {".bmp", ".gif", ".jfif", ".jp2", ".jpe", ".jpeg", ".jpg", ".pgm", ".png", ".tif", ".tiff", ".webp"}
)
"""File names that count as images, in lower case."""

HAAR_TO_SQUARE = 1.07
"""FER+'s square as a multiple of the side of a Haar box; measured for fer_perception's Haar detector."""

EYES, MOUTH = 0.384, 0.754
"""Height of the eyes' and of the mouth corners' middle in a FER+ image, as a share of its side from the top.

Medians over 475 upright faces of FER2013Valid, points by YuNet 2023mar."""

UNFOUND = 0.7
"""Share of the shorter side that is cut from the middle of a portrait in which no face is found."""

Square = tuple[float, float, float]
"""Centre x, centre y and side, in pixels."""


def is_image(path: Path) -> bool:
    """Tell whether a file's name is an image's; what macOS writes beside one ('._x.jpg') is none."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def decode(content: bytes, where: str) -> NDArray[np.uint8]:
    """Decode an image file as grey uint8 [H, W], upright as its EXIF says.

    Raises:
        TrainingError: it is no readable image; `where` names it.
    """
    try:
        with Image.open(io.BytesIO(content)) as image:
            upright = ImageOps.exif_transpose(image)
            if upright.mode.startswith(("I", "F")):
                return _of_more_bits(np.asarray(upright), where)
            return np.asarray(upright.convert("L"))
    # All of these come out of torn files; DecompressionBombError is an Exception of its own.
    except (OSError, SyntaxError, ValueError, zlib.error, Image.DecompressionBombError) as error:
        raise TrainingError(
            f"{where} is not a readable image ({error}); fetch it again, or save it as JPEG or PNG"
        ) from error


def _of_more_bits(values: NDArray[Any], where: str) -> NDArray[np.uint8]:
    """Return grey of 16 bits by its upper eight, as OpenCV reads it; Pillow's own conversion makes 255 of all above."""
    if values.dtype.kind == "f" or values.min() < 0 or values.max() > 0xFFFF:
        raise TrainingError(f"{where} holds {values.dtype} numbers, not grey of 8 or 16 bits; save it as such")
    return (values.astype(np.uint16) >> 8).astype(np.uint8)


def read_file(path: Path, root: Path) -> bytes:
    """Read a file's content.

    Raises:
        TrainingError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise TrainingError(f"cannot read {path.relative_to(root)}: {error.strerror}") from error


def cut(image: NDArray[np.uint8], square: Square) -> NDArray[np.uint8]:
    """Cut a square of a grey image as uint8 [48, 48], as fer_perception cuts faces: the edge's pixels go on past it."""
    height, width = image.shape
    side = max(1, round(square[2]))
    if side >= 4 * SIDE:
        side += side % 2
    left, top = round(square[0] - square[2] / 2), round(square[1] - square[2] / 2)
    columns = np.clip(np.arange(left, left + side), 0, width - 1)
    rows = np.clip(np.arange(top, top + side), 0, height - 1)
    patch = image[np.ix_(rows, columns)]
    while len(patch) >= 4 * SIDE and len(patch) % 2 == 0:
        patch = np.asarray(
            cv2.resize(patch, (len(patch) // 2, len(patch) // 2), interpolation=cv2.INTER_AREA), np.uint8
        )
    how = cv2.INTER_AREA if len(patch) > SIDE else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(patch, (SIDE, SIDE), interpolation=how), np.uint8)


def whole(image: NDArray[np.uint8]) -> Square:
    """Return the largest square in the image's middle."""
    height, width = image.shape
    return width / 2, height / 2, float(min(height, width))


def by_points(eyes: Sequence[float], mouth: Sequence[float]) -> Square:
    """Return the square that shows a face as FER+ does, not turned.

    Args:
        eyes: x, y of the middle between the eyes.
        mouth: x, y of the middle between the corners of the mouth.
    """
    side = float(np.hypot(mouth[0] - eyes[0], mouth[1] - eyes[1])) / (MOUTH - EYES)
    x = (eyes[0] + mouth[0]) / 2
    y = (eyes[1] + mouth[1]) / 2 + side * (0.5 - (EYES + MOUTH) / 2)
    return x, y, side


def by_search(image: NDArray[np.uint8]) -> Square:
    """Return the square around the largest face that OpenCV's Haar cascade finds in a grey portrait.

    Where it finds none, 70 % of the shorter side, from the middle.
    """
    least = max(24, min(image.shape) // 5)
    boxes = _cascade().detectMultiScale(image, scaleFactor=1.05, minNeighbors=5, minSize=(least, least))
    if len(boxes) == 0:
        x, y, side = whole(image)
        return x, y, side * UNFOUND
    left, top, width, height = (float(value) for value in max(boxes, key=lambda box: int(box[2])))
    return left + width / 2, top + height / 2, width * HAAR_TO_SQUARE


@cache
def _cascade() -> "cv2.CascadeClassifier":
    name = "haarcascade_frontalface_default.xml"
    folders = [Path(cv2.data.haarcascades)] if hasattr(cv2, "data") else []
    folders += [Path("/usr/share/opencv4/haarcascades"), Path("/usr/share/opencv/haarcascades")]
    for folder in folders:
        if (folder / name).is_file() and hasattr(cv2, "CascadeClassifier"):
            return cv2.CascadeClassifier(str(folder / name))
    raise TrainingError(f"OpenCV {cv2.__version__} has no Haar cascade; install opencv-python-headless 4")
