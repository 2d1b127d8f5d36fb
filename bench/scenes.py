# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Images of 640x480 with one, five or ten faces, out of the sample clip."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_perception.detectors.yunet import YuNet

WIDTH, HEIGHT = 640, 480
COLUMNS, ROWS = 5, 2
HEAD = 1.9
"""Side of the square that is cut around a face, in sides of its box: the head with what is around it."""
CELL = 124
"""Side of a pasted head in pixels; its face has about 65."""

Image = NDArray[np.uint8]


def read_clip(path: Path, count: int) -> list[Image]:
    """Return the first images of a clip, BGR uint8 [480, 640, 3]: scaled to fill, cut in the middle.

    Raises:
        FileNotFoundError: OpenCV cannot read the clip.
    """
    capture = cv2.VideoCapture(str(path))
    images: list[Image] = []
    while len(images) < count:
        there, image = capture.read()
        if not there:
            break
        scale = max(WIDTH / image.shape[1], HEIGHT / image.shape[0])
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        top, left = (image.shape[0] - HEIGHT) // 2, (image.shape[1] - WIDTH) // 2
        images.append(np.ascontiguousarray(image[top : top + HEIGHT, left : left + WIDTH], np.uint8))
    capture.release()
    if not images:
        raise FileNotFoundError(f"no image can be read from '{path}'; give --clip a video with one face")
    return images


def many_faces(images: list[Image], faces: int, detector: YuNet) -> list[Image]:
    """Return images with so many moving heads, at most ten, cut out of images with one."""
    heads = [head for head in (_head(image, detector) for image in images) if head is not None]
    background = cv2.GaussianBlur(images[0], (0, 0), 25)
    scenes = []
    for number in range(len(images)):
        scene = np.array(background)
        for index in range(faces):
            head = heads[(number + 31 * index) % len(heads)]
            column, row = index % COLUMNS, index // COLUMNS
            sway = 2 * np.pi * (number / 60 + index / 10)
            x = round((column + 0.5) * WIDTH / COLUMNS - CELL / 2 + 2 * np.sin(sway))
            y = round((row + 0.5) * HEIGHT / ROWS - CELL / 2 + 12 * np.cos(sway))
            x, y = min(max(x, 0), WIDTH - CELL), min(max(y, 0), HEIGHT - CELL)
            scene[y : y + CELL, x : x + CELL] = head
        scenes.append(np.asarray(scene, np.uint8))
    return scenes


def _head(image: Image, detector: YuNet) -> Image | None:
    found = detector.detect(image)
    if not found:
        return None
    x, y, width, height = found[0].box
    side = round(HEAD * max(width, height))
    left, top = round(x + width / 2 - side / 2), round(y + height / 2 - side / 2)
    padded = cv2.copyMakeBorder(image, side, side, side, side, cv2.BORDER_REPLICATE)
    square = padded[top + side : top + 2 * side, left + side : left + 2 * side]
    return np.asarray(cv2.resize(square, (CELL, CELL), interpolation=cv2.INTER_AREA), np.uint8)
