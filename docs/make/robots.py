# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Draw what the robots of docs/robots.md show: python3 docs/make/robots.py [OUTPUT.png].

A drawing, not a photograph: where each profile's LEDs are, with the glow that they throw, added up in linear light. The
colours are what fer_color blends for the distribution that stands under each.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from fer_color.blend import blend
from fer_color.palette import PAPER
from fer_common.emotions import LABELS

WIDTH, HEIGHT = 420, 330
BODY, EDGE = (38, 36, 34), (70, 66, 62)
"""Of the robots, BGR, in a dim room."""

Point = tuple[float, float]


def color_of(**shares: float) -> NDArray[np.float64]:
    """Return the light's linear colour, RGB, for these shares of the emotions."""
    probabilities = np.array([shares.get(label, 0.0) for label in LABELS])
    srgb = blend(probabilities / probabilities.sum(), PAPER)
    return np.asarray(np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4))


def canvas() -> NDArray[np.uint8]:
    """Draw a dim wall and a floor, BGR."""
    image = np.full((HEIGHT, WIDTH, 3), (26, 24, 23), np.uint8)
    image[int(HEIGHT * 0.78) :] = (34, 31, 29)
    return image


def lit(image: NDArray[np.uint8], leds: Iterable[Point], color: NDArray[np.float64], size: float) -> NDArray[np.uint8]:
    """Return the image with LEDs that shine: a bright core, a halo and a wash over what is near."""
    cores = np.zeros((HEIGHT, WIDTH), np.float32)
    for x, y in leds:
        cv2.circle(cores, (round(x), round(y)), max(1, round(size)), 1.0, -1, cv2.LINE_AA)
    glow = 1.4 * cv2.GaussianBlur(cores, (0, 0), size * 0.6)
    glow += 1.6 * cv2.GaussianBlur(cores, (0, 0), size * 2.5) + 4.0 * cv2.GaussianBlur(cores, (0, 0), size * 9)
    light = (image.astype(np.float32) / 255) ** 2.2 * (1 + 9 * cv2.GaussianBlur(cores, (0, 0), size * 12)[..., None])
    light += glow[..., None] * color[::-1].astype(np.float32) + 0.25 * cores[..., None] * float(color.max())
    return (255 * np.clip(light, 0, 1) ** (1 / 2.2)).astype(np.uint8)


def ring(x: float, y: float, radius: float, count: int, flat: float = 1.0) -> list[Point]:
    """Points on a circle, seen from the side when `flat` is below 1."""
    angles = 2 * np.pi * np.arange(count) / count
    return [(x + radius * np.cos(angle), y + flat * radius * np.sin(angle)) for angle in angles]


def ellipse(image: NDArray[np.uint8], x: int, y: int, a: int, b: int, color: tuple[int, int, int] = BODY) -> None:
    """Draw a filled ellipse with an edge."""
    cv2.ellipse(image, (x, y), (a, b), 0, 0, 360, color, -1, cv2.LINE_AA)
    cv2.ellipse(image, (x, y), (a, b), 0, 0, 360, EDGE, 1, cv2.LINE_AA)


def box(image: NDArray[np.uint8], corners: list[tuple[int, int]], color: tuple[int, int, int] = BODY) -> None:
    """Draw a filled polygon with an edge."""
    cv2.fillPoly(image, [np.array(corners)], color, cv2.LINE_AA)
    cv2.polylines(image, [np.array(corners)], True, EDGE, 1, cv2.LINE_AA)


def create3(color: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Draw a disc on the floor, the six LEDs round the button."""
    image = canvas()
    ellipse(image, 210, 235, 150, 62, (28, 26, 25))
    ellipse(image, 210, 205, 150, 62)
    ellipse(image, 210, 200, 34, 14, (52, 49, 46))
    return lit(image, ring(210, 200, 34, 6, 0.42), color, 4.5)


def nao(color: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Head and chest: eight LEDs round each eye, one behind the button."""
    image = canvas()
    box(image, [(145, 215), (275, 215), (300, 330), (120, 330)], (62, 60, 58))
    ellipse(image, 210, 118, 92, 84, (66, 64, 62))
    for x in (172, 248):
        ellipse(image, x, 118, 24, 24, (20, 19, 18))
    ellipse(image, 210, 262, 15, 15, (40, 38, 36))
    image = lit(image, [*ring(172, 118, 20, 8), *ring(248, 118, 20, 8)], color, 4.2)
    return lit(image, [(210, 262)], color, 9)


def ari(color: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Draw a head from the front: the rings of both ears, seen from their edge."""
    image = canvas()
    box(image, [(150, 190), (270, 190), (300, 330), (120, 330)], (66, 64, 62))
    ellipse(image, 210, 108, 84, 72, (70, 68, 66))
    box(image, [(150, 78), (270, 78), (270, 140), (150, 140)], (18, 17, 16))
    ears = [*ring(122, 108, 26, 16), *ring(298, 108, 26, 16)]
    return lit(image, [(122 + (x - 122) * 0.35 if x < 210 else 298 + (x - 298) * 0.35, y) for x, y in ears], color, 3.4)


def clearpath(color: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Draw a flat rover from the front: the lights at its corners."""
    image = canvas()
    box(image, [(95, 150), (325, 150), (355, 235), (65, 235)], (30, 150, 190))
    box(image, [(65, 235), (355, 235), (345, 262), (75, 262)], (24, 23, 22))
    for x in (45, 325):
        box(image, [(x, 195), (x + 50, 195), (x + 50, 285), (x, 285)], (20, 19, 18))
    for x in (112, 272):
        box(image, [(x, 205), (x + 36, 205), (x + 36, 220), (x, 220)], (22, 21, 20))
    return lit(image, [(118 + k * 6, 212) for k in range(5)] + [(278 + k * 6, 212) for k in range(5)], color, 4)


def husarion(color: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Draw a rover from the front: the bumper's panel."""
    image = canvas()
    box(image, [(100, 120), (320, 120), (340, 215), (80, 215)], (44, 42, 40))
    for x in (35, 315):
        box(image, [(x, 165), (x + 70, 165), (x + 70, 290), (x, 290)], (20, 19, 18))
    box(image, [(110, 218), (310, 218), (310, 246), (110, 246)], (24, 23, 22))
    return lit(image, [(116 + k * 188 / 45, 232) for k in range(46)], color, 2.6)


def main(output: Path) -> None:
    """Draw all panels with their captions."""
    panels = [
        (create3, "create3", {"sad": 0.8, "neutral": 0.2}),
        (nao, "nao, pepper", {"happy": 0.85, "neutral": 0.15}),
        (ari, "pal (ARI)", {"surprise": 0.7, "happy": 0.3}),
        (clearpath, "clearpath", {"fear": 0.6, "angry": 0.4}),
        (husarion, "husarion_panther", {"disgust": 0.8, "sad": 0.2}),
        (create3, "create3", {"neutral": 1.0}),
    ]
    save([(draw(color_of(**shares)), name, shares) for draw, name, shares in panels], output)


def save(panels: list[tuple[NDArray[np.uint8], str, dict[str, float]]], output: Path) -> None:
    """Write six pictures, each with its name and the shares of the emotions, in two rows."""
    framed = []
    for image, name, shares in panels:
        caption = f"{name}: " + ", ".join(f"{label} {share:.2g}" for label, share in shares.items())
        cv2.putText(image, caption, (10, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (190, 190, 190), 1, cv2.LINE_AA)
        framed.append(cv2.copyMakeBorder(image, 3, 3, 3, 3, cv2.BORDER_CONSTANT, value=(12, 12, 12)))
    rows = [np.hstack(framed[start : start + 3]) for start in (0, 3)]
    cv2.imwrite(str(output), np.vstack(rows), [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "images" / "robots.png")
