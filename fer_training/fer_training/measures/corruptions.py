# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What cameras and detectors do to a face, in five strengths each, on 48x48 crops.

After Hendrycks and Dietterich, 2019 (common corruptions), with levels for faces of 48 pixels and with the crops that
a face detector makes in place of their weather. Every strength of a kind uses the same random draws, so that only the
strength differs.
"""

import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Images: TypeAlias = NDArray[np.uint8]
"""Grey faces, [N, 48, 48]."""

STRENGTHS = 5


@dataclass(frozen=True)
class Corruption:
    """One kind of damage."""

    name: str
    levels: tuple[float, float, float, float, float]
    """What strengths 1 to 5 mean, in `unit`."""
    unit: str
    apply: Callable[[Images, float, np.random.Generator], Images]
    """Faces, level and randomness to damaged faces."""


def corrupt(images: Images, kind: Corruption, strength: int, seed: int = 0) -> Images:
    """Damage faces in one way.

    Args:
        images: grey faces, uint8 [N, 48, 48]; left as they are.
        kind: one of `CORRUPTIONS`.
        strength: 1 to 5; 0 leaves them whole.
        seed: the same gives the same images.
    """
    if not 0 <= strength <= STRENGTHS:
        raise ValueError(f"strength is {strength}, expected 0 to {STRENGTHS}")
    if strength == 0:
        return np.array(images)
    generator = np.random.default_rng([seed, zlib.crc32(kind.name.encode())])
    return np.asarray(kind.apply(images, kind.levels[strength - 1], generator))


def blur(images: Images, sigma: float, generator: np.random.Generator) -> Images:
    """Gaussian blur: a lens out of focus, or a hand that shook."""
    return _each(images, lambda image: cv2.GaussianBlur(image, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE))


def pixelate(images: Images, side: float, generator: np.random.Generator) -> Images:
    """Show a face of so few pixels in the camera's image, enlarged to 48."""
    small, full = (round(side), round(side)), (images.shape[2], images.shape[1])
    return _each(
        images,
        lambda image: cv2.resize(
            cv2.resize(image, small, interpolation=cv2.INTER_AREA), full, interpolation=cv2.INTER_LINEAR
        ),
    )


def noise(images: Images, deviation: float, generator: np.random.Generator) -> Images:
    """Gaussian noise of a sensor at high gain, in grey levels."""
    return _grey(images + deviation * generator.standard_normal(images.shape, dtype=np.float32))


def darken(images: Images, factor: float, generator: np.random.Generator) -> Images:
    """Less light, without noise: grey levels times a factor, rounded, so that fewer of them are left."""
    return _grey(images.astype(np.float32) * factor)


def jpeg(images: Images, quality: float, generator: np.random.Generator) -> Images:
    """JPEG at a quality from 1 to 95, of the crop itself."""
    return _each(images, lambda image: np.asarray(Image.open(io.BytesIO(jpeg_bytes(image, round(quality))))))


def jpeg_bytes(image: NDArray[np.uint8], quality: int) -> bytes:
    """Encode a grey image as a JPEG file."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, format="JPEG", quality=quality)
    return file.getvalue()


def occlude(images: Images, share: float, generator: np.random.Generator) -> Images:
    """Put a rectangle of one grey, black to white, over a share of the face's area, anywhere inside the crop."""
    count, height, width = images.shape
    ratio: NDArray[np.float64] = np.exp(generator.uniform(-np.log(2), np.log(2), count))
    place = generator.uniform(0, 1, (count, 2))
    grey = np.asarray(generator.integers(0, 256, size=count))
    tall: NDArray[np.float64] = height * np.clip(np.sqrt(share * ratio), share, 1)
    wide: NDArray[np.float64] = share * height * width / tall
    out = np.array(images)
    for row in range(count):
        top, left = place[row, 0] * (height - tall[row]), place[row, 1] * (width - wide[row])
        out[row, round(top) : round(top + tall[row]), round(left) : round(left + wide[row])] = grey[row]
    return out


def rotate(images: Images, degrees: float, generator: np.random.Generator) -> Images:
    """Turn a head either way by so many degrees."""
    return _warp(images, turn=np.radians(degrees) * _signs(generator, len(images)))


def rescale(images: Images, factor: float, generator: np.random.Generator) -> Images:
    """Cut as a detector's box does that is too tight (below 1) or too wide: the crop's side times a factor."""
    return _warp(images, size=np.full(len(images), factor))


def shift(images: Images, share: float, generator: np.random.Generator) -> Images:
    """Cut as a detector's box does that lies beside the face: its centre off by a share of the side, in any
    direction."""
    direction = generator.uniform(0, 2 * np.pi, len(images))
    return _warp(images, offset=share * np.stack([np.cos(direction), np.sin(direction)], axis=1))


CORRUPTIONS = (
    Corruption("blur", (0.5, 0.8, 1.2, 1.8, 2.6), "px", blur),
    Corruption("few pixels", (32, 24, 16, 12, 8), "px a side", pixelate),
    Corruption("noise", (5, 10, 20, 35, 55), "grey levels", noise),
    Corruption("darkness", (0.6, 0.4, 0.25, 0.15, 0.08), "of the light", darken),
    Corruption("JPEG", (50, 30, 18, 10, 5), "quality", jpeg),
    Corruption("occlusion", (0.05, 0.1, 0.2, 0.3, 0.45), "of the area", occlude),
    Corruption("rotation", (5, 10, 20, 30, 45), "degrees", rotate),
    Corruption("tight crop", (0.95, 0.9, 0.8, 0.7, 0.6), "of the side", rescale),
    Corruption("wide crop", (1.05, 1.15, 1.3, 1.5, 1.8), "of the side", rescale),
    Corruption("shifted crop", (0.03, 0.06, 0.1, 0.15, 0.2), "of the side", shift),
)
"""Mild to strong. A crop beyond the image shows its last pixels on, as fer_perception cuts at an image's edge: FER+
has no surroundings to show."""


def _each(images: Images, change: Callable[[NDArray[np.uint8]], NDArray[np.generic]]) -> Images:
    out = np.empty_like(images)
    for row, image in enumerate(images):
        out[row] = change(image)
    return out


def _grey(images: NDArray[np.floating]) -> Images:
    return np.asarray(np.clip(np.rint(images), 0, 255), dtype=np.uint8)


def _signs(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
    return np.where(generator.random(count) < 0.5, -1.0, 1.0)


def _warp(
    images: Images,
    *,
    turn: NDArray[np.float64] | None = None,
    size: NDArray[np.float64] | None = None,
    offset: NDArray[np.float64] | None = None,
) -> Images:
    """Return what a square that is turned (radians), resized and shifted (shares of the side) shows of each face."""
    count, height, width = images.shape
    turns = np.zeros(count) if turn is None else turn
    sizes = np.ones(count) if size is None else size
    offsets = np.zeros((count, 2)) if offset is None else offset
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    out = np.empty_like(images)
    for row in range(count):
        cosine, sine = np.cos(turns[row]) * sizes[row], np.sin(turns[row]) * sizes[row]
        matrix = np.array([[cosine, -sine], [sine, cosine]])
        moved = middle + offsets[row] * (width, height) - matrix @ middle
        out[row] = cv2.warpAffine(
            images[row],
            np.column_stack([matrix, moved]),
            (width, height),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
    return out
