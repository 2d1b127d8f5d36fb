# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Draw docs/images/lights.png: what strips show, as a wall behind them looks. Made from the real core's own frames.

python3 docs/make/lights.py
"""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

from fer_color.core import ColorCore
from fer_color.layouts import SeenFace
from fer_color.lights.base import DirectLight, Frame
from fer_color.lights.options import LightOptions
from fer_color.settings import Settings
from fer_color.transfer import light_to_srgb
from fer_common.emotions import LABELS

LEDS = 60
WIDTH, HEIGHT = 720, 110
ROOM = 0.035
"""What the unlit wall reflects, linear."""
SCENES = (
    ("color", "show: color, one face, happy 0.7 and surprised 0.3", {"happy": 0.7, "surprise": 0.3}, ()),
    ("gradient", "show: gradient, the same face", {"happy": 0.7, "surprise": 0.3}, ()),
    (
        "faces",
        "show: faces, a sad one on the left, a happy one in the middle, an angry one on the right",
        {"happy": 0.4, "sad": 0.3, "angry": 0.3},
        ((0.15, "sad"), (0.5, "happy"), (0.85, "angry")),
    ),
    ("breath", "show: breath, a sad face, at the top and at the bottom of a breath", {"sad": 1.0}, ()),
)


class Wall(DirectLight):
    """A strip of LEDs that keeps the frames it got."""

    def __init__(self) -> None:
        """Start with nothing kept."""
        super().__init__("wall", LightOptions(gamma=2.2), "linear", lambda: self.now)
        self.leds, self.now = LEDS, 0.0
        self.frames: list[np.ndarray] = []

    def write(self, frame: Frame) -> None:
        """Keep it."""
        self.frames.append(np.array(frame.pixels or [frame.rgb] * LEDS) / 255)


def distribution(shares: dict[str, float]) -> np.ndarray:
    """Return [7] of shares by label."""
    return np.array([shares.get(label, 0.0) for label in LABELS])


def frames_of(show: str, shares: dict[str, float], people: tuple[tuple[float, str], ...]) -> list[np.ndarray]:
    """Return the LEDs' light, linear, [LEDS, 3]: at the brightest, and for a breath at the faintest too."""
    wall = Wall()
    core = ColorCore(Settings(show=show), [wall])
    seen = [SeenFace(place, distribution({label: 1.0})) for place, label in people]
    for k in range(1200):
        wall.now = k * 0.05
        core.on_faces(max(1, len(seen)), k, wall.now, seen)
        core.on_emotion(distribution(shares).tolist(), k, wall.now)
    last = wall.frames[-400:]
    order = sorted(last, key=lambda frame: float(frame.sum()))
    return [order[-1], order[0]] if show == "breath" else [last[-1]]


def glow(leds: np.ndarray) -> np.ndarray:
    """Return the wall above a strip, sRGB [HEIGHT, WIDTH, 3]: each LED lights it by the inverse square of its
    distance."""
    x = (np.arange(LEDS) + 0.5) / LEDS * WIDTH
    across = (np.arange(WIDTH)[:, None] - x) ** 2
    wall = np.zeros((HEIGHT, WIDTH, 3))
    for row in range(HEIGHT):
        depth = (HEIGHT - row + 6) / 1.0
        weight = depth / (across + depth**2) ** 1.5
        wall[row] = weight / weight.sum(axis=1).max() * (1.0 / (1 + depth / 40)) @ leds
    wall += ROOM
    bulbs = np.exp(-across / 8) @ leds
    wall[-7:-2] += bulbs
    return np.vectorize(light_to_srgb)(np.clip(wall, 0, 1))


def main() -> None:
    """Write the picture."""
    figure, axes = plt.subplots(len(SCENES), 1, figsize=(9, 7), facecolor="#1a1a1a")
    for axis, (show, title, shares, people) in zip(axes, SCENES):
        pictures = [glow(leds) for leds in frames_of(show, shares, people)]
        half = WIDTH // len(pictures)
        axis.imshow(np.concatenate([picture[:, :half] for picture in pictures], axis=1))
        axis.set_title(title, color="#dddddd", fontsize=10, loc="left")
        axis.axis("off")
    figure.tight_layout()
    figure.savefig(Path(__file__).parents[1] / "images" / "lights.png", dpi=100, facecolor=figure.get_facecolor())


if __name__ == "__main__":
    main()
