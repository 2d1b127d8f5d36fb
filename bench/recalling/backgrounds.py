# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Images of 640x480 without anybody: plain, textures, noise, and photographs that installed packages bundle."""

from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 640, 480
KINDS = ("plain", "noise", "texture", "photograph")
TEXTURES = ("brick.png", "grass.png", "gravel.png", "chessboard_GRAY.png", "page.png", "text.png", "cell.png")
PHOTOGRAPHS = (
    "chelsea.png", "coffee.png", "clock_motion.png", "hubble_deep_field.jpg", "horse.png", "ihc.png", "color.png",
    "microaneurysms.png", "moon.png", "motorcycle_left.png", "motorcycle_right.png", "retina.jpg", "rocket.jpg",
    "logo.png", "phantom.png", "chessboard_RGB.png", "china.jpg", "flower.jpg",
)  # fmt: skip
"""Without `astronaut` and `camera` (people), `coins` (portraits) and `lfw_subset` (faces)."""
FOLDERS = (("skimage", "data"), ("sklearn", "datasets/images"))

Image = NDArray[np.uint8]


class Backgrounds:
    """Draws backgrounds; the same generator draws the same ones.

    Raises:
        FileNotFoundError: scikit-image or scikit-learn is not installed.
    """

    def __init__(self) -> None:
        """Read the sample images."""
        self.textures, self.photographs = _read(TEXTURES), _read(PHOTOGRAPHS)

    def draw(self, kind: str, rng: np.random.Generator) -> Image:
        """Return a background of one of `KINDS`, BGR uint8 [480, 640, 3], under a random light."""
        if kind == "plain":
            return _lit(_plain(rng), rng)
        if kind == "noise":
            return _lit(_noise(rng), rng)
        images = self.textures if kind == "texture" else self.photographs
        return _lit(_crop(images[int(rng.integers(len(images)))], rng), rng)


def _read(names: tuple[str, ...]) -> list[Image]:
    found = []
    for package, folder in FOLDERS:
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            raise FileNotFoundError(f"no package '{package}' is installed; scripts/setup test brings it")
        paths = (Path(spec.origin).parent / folder / name for name in names)
        found += [np.asarray(cv2.imread(str(path)), np.uint8) for path in paths if path.is_file()]
    return found


def _plain(rng: np.random.Generator) -> Image:
    """Return a wall: one colour, lighter towards one side."""
    along = np.linspace(-1, 1, WIDTH)[None, :] * rng.normal() + np.linspace(-1, 1, HEIGHT)[:, None] * rng.normal()
    colour = rng.uniform(30, 225, 3)
    return np.asarray(np.clip(colour + 15 * along[..., None], 0, 255), np.uint8)


def _noise(rng: np.random.Generator) -> Image:
    """Spots of a random size, of one or three colours."""
    size = 2.0 ** rng.uniform(0, 6)
    shape = max(2, round(HEIGHT / size)), max(2, round(WIDTH / size)), int(rng.choice((1, 3)))
    small = rng.integers(0, 256, shape, dtype=np.uint8)
    large = np.asarray(cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), np.uint8)
    return large if large.ndim == 3 else np.asarray(cv2.cvtColor(large, cv2.COLOR_GRAY2BGR), np.uint8)


def _crop(image: Image, rng: np.random.Generator) -> Image:
    """Return a random part of at least a third of an image, possibly mirrored."""
    share = rng.uniform(1 / 3, 1.0)
    fit = min(image.shape[1] / WIDTH, image.shape[0] / HEIGHT) * share
    width, height = round(WIDTH * fit), round(HEIGHT * fit)
    x, y = int(rng.integers(image.shape[1] - width + 1)), int(rng.integers(image.shape[0] - height + 1))
    part = image[y : y + height, x : x + width]
    how = cv2.INTER_AREA if fit > 1 else cv2.INTER_CUBIC
    shown = np.asarray(cv2.resize(part, (WIDTH, HEIGHT), interpolation=how), np.uint8)
    return np.ascontiguousarray(shown[:, ::-1]) if rng.random() < 0.5 else shown


def _lit(image: Image, rng: np.random.Generator) -> Image:
    """Brighter or darker, of another contrast and tint."""
    levels = (np.arange(256) / 255)[:, None] ** (2.0 ** rng.uniform(-1, 1))
    tint = rng.uniform(0.75, 1.0, 3) * rng.uniform(0.5, 1.1)
    table = np.clip(255 * levels * tint, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(image, table[None]), np.uint8)
