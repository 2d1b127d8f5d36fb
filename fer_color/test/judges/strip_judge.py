# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The judge of the flash promise for lights of several segments, apart from everything that it judges."""

import numpy as np


def light_of(values, lamp):
    if lamp.startswith("gamma"):
        return values ** float(lamp.removeprefix("gamma"))
    if lamp == "linear":
        return values
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


LAMPS = {
    "linear": ["linear"],
    "srgb": ["srgb"],
    "gamma2.2": ["gamma2.2"],
    "gamma2.8": ["gamma2.8"],
    "either": ["linear", "srgb"],
    "any": ["linear", "srgb", "gamma2.2", "gamma2.8"],
}
"""The lamps that a transfer option stands for."""


def quantities(rgb, lamp):
    """Relative luminance and saturated red of bytes [..., 3], on the last axis."""
    light = light_of(np.asarray(rgb, dtype=float) / 255, lamp)
    return np.stack(
        [light @ [0.2126, 0.7152, 0.0722], np.maximum(0, light[..., 0] - light[..., 1:].sum(axis=-1))], axis=-1
    )


def check(received, lamp, start=None):
    """Each segment, and the mean of their light, by the design's table; `received`: (time, bytes [segments, 3])."""
    times = np.array([at for at, _ in received])
    frames = np.array([frame for _, frame in received], dtype=float)
    first = np.zeros_like(frames[:1]) if start is None else start[None]
    light = light_of(np.concatenate([first, frames]) / 255, lamp)
    parts = np.concatenate([light, light.mean(axis=1, keepdims=True)], axis=1)
    luminance = np.abs(np.diff(parts @ [0.2126, 0.7152, 0.0722], axis=0))
    red = np.abs(np.diff(np.maximum(0, parts[..., 0] - parts[..., 1] - parts[..., 2]), axis=0))
    for seconds, most_luminance, most_red in ((1.0, 0.6, 0.4), (6.0, 1.5, 0.9)):
        for begin in times:
            inside = (times >= begin) & (times <= begin + seconds)
            assert luminance[inside].sum(axis=0).max() <= most_luminance, (seconds, lamp)
            assert red[inside].sum(axis=0).max() <= most_red, (seconds, lamp)
