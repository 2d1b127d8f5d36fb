# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The second judge: EA's IRIS on rendered frames, by its published settings."""

import numpy as np

FPS = 60
SIDE = 4
"""Pixels of a rendered frame's side; all of it shows the lamp, the worst for IRIS's share of a quarter of the area."""

CURVES = {
    "linear": lambda value: value,
    "srgb": lambda value: np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4),
    "gamma2.2": lambda value: value**2.2,
    "gamma2.8": lambda value: value**2.8,
}


def render(received, seconds_after=1.0):
    """Pictures [frames, segments, 3] at `FPS`, of a lamp that was dark for a second and holds what it gets.

    `received`: (arrival in seconds, bytes [3] or [segments, 3]), in order. Where several arrive within one picture,
    each has a picture of its own and what follows comes later: the analyser must see every change.
    """
    shown = [np.atleast_2d(np.array(rgb, dtype=np.uint8)) for _, rgb in received]
    pictures = [np.zeros_like(shown[0])] * FPS
    begun = received[0][0]
    for (at, _), frame in zip(received, shown):
        due = FPS + round((at - begun) * FPS)
        pictures += [pictures[-1]] * (due - len(pictures))
        pictures.append(frame)
    return np.stack(pictures + [pictures[-1]] * round(seconds_after * FPS))


def verdicts(pictures, lamp):
    """What IRIS says about them: the names of all results of luminance and of red, warnings left out.

    IRIS turns bytes into light by a table of its settings, which gets the lamp's curve; no byte is rounded again.
    """
    from iris_pse_detection.configuration import Configuration
    from iris_pse_detection.flash_detection import FlashDetection

    table = CURVES[lamp](np.arange(256) / 255).astype(np.float32)
    detection = FlashDetection(FPS, (SIDE, SIDE), Configuration(srgb_values=table))
    # Columns of equal width, blue first.
    columns = np.repeat(pictures, -(-SIDE // pictures.shape[1]), axis=1)[:, :SIDE, ::-1]
    luminance, red = set(), set()
    for position, frame in enumerate(np.repeat(columns[:, None], SIDE, axis=1)):
        detection.set_current_frame(frame)
        data = detection.analyse_frame(position)
        luminance.add(data.luminance_frame_result)
        red.add(data.red_frame_result)
    found = {f"luminance {result.name}" for result in luminance} | {f"red {result.name}" for result in red}
    return {verdict for verdict in found if "Fail" in verdict}
