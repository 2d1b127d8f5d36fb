# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Short sequences of 640x480 images in which faces of 48x48 pixels, pasted in, enter, move a little and leave."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.recalling.backgrounds import HEIGHT, WIDTH, Image

SMALLEST, LARGEST = 40.0, 320.0
"""Sides of the pasted squares, in pixels."""
BOX = 0.87
"""The side of YuNet's box of a FER+ image, in sides of that image (median)."""
FEATHER = 0.08
"""Over how much of its side a pasted square fades into what is around it."""
RATE = 30.0
NOISE = 4.0
"""Standard deviation of each image's own noise, in levels."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Pasted:
    """A face in a sequence."""

    face: NDArray[np.uint8]
    """Grey [48, 48]."""
    side: float
    """Of its square, in pixels."""
    x: float
    """Of its centre at rest, in pixels."""
    y: float
    first: int
    """The image in which it is first there."""
    last: int
    """The first image in which it is gone."""
    entry: str
    """'stands': there at once; 'walks': comes in from the nearer side within 20 images, and leaves so."""
    phase: float
    """Of its sway, in radians."""

    def centre(self, number: int) -> tuple[float, float] | None:
        """Return where it is in an image, or None."""
        if not self.first <= number < self.last:
            return None
        sway = self.phase + number / 12
        x, y = self.x + 0.12 * self.side * math.sin(sway), self.y + 0.06 * self.side * math.cos(1.3 * sway)
        if self.entry == "walks":
            outside = -self.side / 2 if self.x < WIDTH / 2 else WIDTH + self.side / 2
            near = min(1.0, (number - self.first) / 20, (self.last - number) / 20)
            x = outside + near * (x - outside)
        return x, y

    def box(self, number: int) -> Box | None:
        """Return the box that a detector gives it in an image, or None."""
        centre = self.centre(number)
        if centre is None:
            return None
        side = BOX * self.side
        return centre[0] - side / 2, centre[1] - side / 2, side, side

    def is_whole(self, number: int) -> bool:
        """Tell whether the box lies in the image altogether."""
        box = self.box(number)
        return (
            box is not None and box[0] >= 0 and box[1] >= 0 and box[0] + box[2] <= WIDTH and box[1] + box[3] <= HEIGHT
        )


@dataclass(frozen=True)
class Scene:
    """A background and who moves before it."""

    background: Image
    kind: str
    people: tuple[Pasted, ...]
    length: int
    """Images."""
    seed: int
    """Of the images' noise."""

    def images(self) -> Iterator[Image]:
        """BGR uint8 [480, 640, 3] each, `RATE` a second."""
        rng = np.random.default_rng(self.seed)
        noise = rng.normal(0, NOISE, (2 * HEIGHT, 2 * WIDTH, 1)).astype(np.int16)
        for number in range(self.length):
            image = np.array(self.background)
            for one in self.people:
                centre = one.centre(number)
                if centre is not None:
                    paste(image, one.face, one.side, *centre)
            y, x = int(rng.integers(HEIGHT)), int(rng.integers(WIDTH))
            yield np.clip(image + noise[y : y + HEIGHT, x : x + WIDTH], 0, 255).astype(np.uint8)


def draw_scene(
    faces: NDArray[np.uint8], background: Image, kind: str, rng: np.random.Generator, *, length: int, people: int
) -> Scene:
    """Return a scene of up to so many people, none of whom covers another.

    Args:
        faces: uint8 [N, 48, 48] to choose from.
        background: BGR uint8 [480, 640, 3].
        kind: its name.
        rng: draws everything.
        length: images.
        people: how many at most; the first is there from the start to the end.
    """
    chosen: list[Pasted] = []
    for index in range(people):
        for _ in range(30):
            one = _draw(faces[int(rng.integers(len(faces)))], rng, length, always=index == 0)
            if not any(_meet(one, other, length) for other in chosen):
                chosen.append(one)
                break
    return Scene(background, kind, tuple(chosen), length, int(rng.integers(2**31)))


def paste(image: Image, face: NDArray[np.uint8], side: float, x: float, y: float) -> None:
    """Draw a grey face [48, 48] into `image` around a centre, at parts of pixels, its edges fading."""
    scale = side / face.shape[0]
    move = np.asarray([[scale, 0, x - side / 2], [0, scale, y - side / 2]], np.float64)
    x0, y0 = max(0, math.floor(x - side / 2)), max(0, math.floor(y - side / 2))
    x1, y1 = min(image.shape[1], math.ceil(x + side / 2)), min(image.shape[0], math.ceil(y + side / 2))
    if x1 <= x0 or y1 <= y0:
        return
    move[:, 2] -= x0, y0
    size = x1 - x0, y1 - y0
    shown = cv2.warpAffine(face, move, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    across = np.minimum(np.arange(x0, x1) + 0.5 - (x - side / 2), x + side / 2 - np.arange(x0, x1) - 0.5)
    down = np.minimum(np.arange(y0, y1) + 0.5 - (y - side / 2), y + side / 2 - np.arange(y0, y1) - 0.5)
    mask = np.clip(np.minimum(across[None, :], down[:, None]) / (FEATHER * side), 0, 1)[..., None]
    part = image[y0:y1, x0:x1]
    part[:] = np.clip(mask * shown[..., None] + (1 - mask) * part, 0, 255).astype(np.uint8)


def _draw(face: NDArray[np.uint8], rng: np.random.Generator, length: int, *, always: bool) -> Pasted:
    side = SMALLEST * (LARGEST / SMALLEST) ** rng.random()
    room = 0.62 * side  # with the sway
    x = rng.uniform(min(room, WIDTH / 2), max(WIDTH - room, WIDTH / 2))
    y = rng.uniform(min(room, HEIGHT / 2), max(HEIGHT - room, HEIGHT / 2))
    first = 0 if always else int(rng.integers(0, length // 2))
    last = length if always else int(rng.integers(length * 2 // 3, length + 1))
    entry = "walks" if not always and rng.random() < 0.5 else "stands"
    return Pasted(face, side, float(x), float(y), first, last, entry, float(rng.uniform(0, 2 * math.pi)))


def _meet(one: Pasted, other: Pasted, length: int) -> bool:
    """Tell whether the squares of two ever touch."""
    for number in range(length):
        here, there = one.centre(number), other.centre(number)
        if here and there and max(abs(a - b) for a, b in zip(here, there)) < 0.55 * (one.side + other.side):
            return True
    return False
