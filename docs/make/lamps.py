# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Draw what each kind of light of docs/lights.md shows: python3 docs/make/lamps.py [OUTPUT.png].

A drawing, not a photograph: where the LEDs are, with the glow that they throw, added up in linear light. The colours
are what fer_color blends for the distribution that stands over each; the terminal's line is the real light's own.
"""

import io
import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from robots import HEIGHT, WIDTH, box, canvas, color_of, ellipse, lit, ring, save

from fer_color.lights import Frame, LightOptions
from fer_color.lights.local.console import ConsoleConfig, ConsoleLight

Color = NDArray[np.float64]
Image = NDArray[np.uint8]


def beam(image: Image, lamp: tuple[int, int], foot: tuple[int, int], width: int, color: Color) -> Image:
    """Return the image with a cone of light from a lamp to where it falls."""
    cone = np.zeros((HEIGHT, WIDTH), np.float32)
    corners = [lamp, (foot[0] - width, foot[1]), (foot[0] + width, foot[1])]
    cv2.fillPoly(cone, [np.array(corners)], 1.0, cv2.LINE_AA)
    distance = np.hypot(*(np.indices((HEIGHT, WIDTH)) - np.array(lamp[::-1])[:, None, None]))
    cone = cv2.GaussianBlur(cone, (0, 0), 9) * (1 / (1 + (distance / 90) ** 2))
    light = (image.astype(np.float32) / 255) ** 2.2 * (1 + 14 * cone[..., None] * color[::-1].astype(np.float32))
    light += 0.55 * cone[..., None] * color[::-1].astype(np.float32)
    return (255 * np.clip(light, 0, 1) ** (1 / 2.2)).astype(np.uint8)


def strip(color: Color) -> Image:
    """Draw a desk from the front: the strip round the back of a monitor lights the wall."""
    image = canvas()
    around = [(x, y) for y in (82, 208) for x in range(112, 312, 8)]
    around += [(x, y) for x in (106, 314) for y in range(84, 210, 8)]
    image = lit(image, around, color, 2.6)
    box(image, [(100, 76), (320, 76), (320, 214), (100, 214)], (20, 19, 18))
    box(image, [(108, 84), (312, 84), (312, 206), (108, 206)], (34, 31, 29))
    box(image, [(196, 214), (224, 214), (232, 258), (188, 258)], (24, 23, 22))
    box(image, [(40, 258), (380, 258), (392, 276), (28, 276)], (40, 46, 54))
    return image


def rings(color: Color) -> Image:
    """Draw a pendant of three rings of pixels on a controller."""
    image = canvas()
    leds: list[tuple[float, float]] = []
    for y, radius, count in ((110, 46, 24), (150, 80, 40), (200, 116, 60)):
        cv2.line(image, (210, 34), (int(210 - radius), y), (60, 58, 56), 1, cv2.LINE_AA)
        cv2.line(image, (210, 34), (int(210 + radius), y), (60, 58, 56), 1, cv2.LINE_AA)
        leds += ring(210, y, radius, count, 0.28)
    return lit(image, leds, color, 2.4)


def washers(color: Color) -> Image:
    """Draw a stage: four fixtures on a bar."""
    image = canvas()
    box(image, [(20, 40), (400, 40), (400, 48), (20, 48)], (58, 56, 54))
    places = (70, 163, 257, 350)
    for x in places:
        image = beam(image, (x, 84), (x, 300), 62, color)
    for x in places:
        box(image, [(x - 14, 48), (x + 14, 48), (x + 18, 84), (x - 18, 84)], (30, 29, 28))
    return lit(image, [(x + dx, 84) for x in places for dx in (-8, 0, 8)], color, 4)


def bulb(color: Color) -> Image:
    """Draw a lamp on a side table."""
    image = canvas()
    box(image, [(120, 250), (300, 250), (310, 264), (110, 264)], (40, 46, 54))
    for x in (132, 278):
        box(image, [(x, 264), (x + 10, 264), (x + 10, 320), (x, 320)], (34, 39, 46))
    ellipse(image, 210, 248, 38, 8, (44, 42, 40))
    box(image, [(205, 190), (215, 190), (215, 246), (205, 246)], (44, 42, 40))
    image = lit(image, [(210, 150)], color, 22)
    shade = np.array([(172, 104), (248, 104), (276, 190), (144, 190)])
    glowing = image.copy()
    cv2.fillPoly(glowing, [shade], (255 * np.clip(color[::-1] * 1.1 + 0.06, 0, 1) ** (1 / 2.2)).tolist(), cv2.LINE_AA)
    return cv2.addWeighted(glowing, 0.75, image, 0.25, 0)


def said(shares: dict[str, float]) -> tuple[str, tuple[int, ...]]:
    """Return the line that the console writes into a pipe, and its colour, BGR."""
    srgb = np.clip(color_of(**shares), 0, 1)
    rgb = np.rint(255 * np.where(srgb <= 0.0031308, srgb * 12.92, 1.055 * srgb ** (1 / 2.4) - 0.055)).astype(int)
    stream = io.StringIO()
    light = ConsoleLight("console", ConsoleConfig(), LightOptions(), lambda: 0.0, stream=stream, environment={})
    red, green, blue = (int(value) for value in rgb)
    light.write(Frame((red, green, blue), top=max(shares, key=lambda label: shares[label])))
    return stream.getvalue().strip(), (blue, green, red)


def terminal(shares: dict[str, float]) -> Image:
    """Draw a terminal with the light's one line."""
    image = canvas()
    box(image, [(30, 70), (390, 70), (390, 250), (30, 250)], (18, 17, 16))
    box(image, [(30, 70), (390, 70), (390, 92), (30, 92)], (48, 46, 44))
    text, color = said(shares)
    write = {"fontFace": cv2.FONT_HERSHEY_PLAIN, "thickness": 1, "lineType": cv2.LINE_AA}
    cv2.putText(image, "$ make ambient", (44, 122), fontScale=1.0, color=(170, 170, 170), **write)
    cv2.rectangle(image, (44, 136), (172, 154), color, -1)
    cv2.putText(image, text, (182, 150), fontScale=1.0, color=(200, 200, 200), **write)
    return image


def faces(_: Color) -> Image:
    """Draw two people before a strip that shows a segment a face."""
    image = canvas()
    for first, label in ((60, "sad"), (212, "happy")):
        image = lit(image, [(x, 96) for x in range(first, first + 152, 8)], color_of(**{label: 1.0}), 3.2)
    for x in (130, 290):
        ellipse(image, x, 182, 26, 32, (46, 44, 42))
        box(image, [(x - 48, 330), (x - 36, 226), (x + 36, 226), (x + 48, 330)], (40, 38, 36))
    return image


def main(output: Path) -> None:
    """Draw all panels with their captions."""
    panels = [
        (strip, "adalight, tpm2: behind a monitor", {"sad": 0.8, "neutral": 0.2}),
        (rings, "ddp, wled: pixels on a controller", {"happy": 0.7, "surprise": 0.3}),
        (washers, "sacn, artnet: four DMX fixtures", {"disgust": 0.7, "sad": 0.3}),
        (bulb, "mqtt: a lamp of the house", {"fear": 0.7, "surprise": 0.3}),
        (faces, "show: faces, on any strip", {"sad": 0.5, "happy": 0.5}),
    ]
    pictures = [(draw(color_of(**shares)), name, shares) for draw, name, shares in panels]
    shares = {"happy": 0.9, "neutral": 0.1}
    pictures.append((terminal(shares), "console", shares))
    save(pictures, output)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "images" / "lamps.png")
