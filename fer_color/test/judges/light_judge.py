# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The flash promise, judged on the light that a lamp emits: for each of its parts and for all of them together."""

import numpy as np

LIMITS = ((1.0, 0.6, 0.4), (6.0, 1.5, 0.9))


def worst(shown):
    """The most that changed in any window, by (seconds, quantity), of (time, light [parts, 3], 0 to 1) in order."""
    times = np.array([at for at, _ in shown])
    light = np.array([parts for _, parts in shown], dtype=float)
    light = np.concatenate([light, light.mean(axis=1, keepdims=True)], axis=1)
    series = np.stack([light @ [0.2126, 0.7152, 0.0722], np.maximum(0, light @ [1.0, -1.0, -1.0])], axis=-1)
    total = np.concatenate([np.zeros((1, *series.shape[1:])), np.cumsum(np.abs(np.diff(series, axis=0)), axis=0)])
    found = {}
    for seconds, *_ in LIMITS:
        ends = np.searchsorted(times, times + seconds + 1e-9, side="right") - 1
        changed = (total[ends] - total[np.arange(len(times))]).max(axis=(0, 1))
        found[seconds, "luminance"], found[seconds, "red"] = changed
    return found


def check_light(shown):
    """Assert that the promise holds for it."""
    found = worst(shown)
    for seconds, luminance, red in LIMITS:
        assert found[seconds, "luminance"] <= luminance, found
        assert found[seconds, "red"] <= red, found


def check_changes(changes):
    """Assert it of what was done to a lamp: that it goes dark is not ours.

    `changes`: seconds [n], light before and light after, [n, 3].
    """
    times, old, new = changes

    def quantities(light):
        return np.stack([light @ [0.2126, 0.7152, 0.0722], np.maximum(0, light @ [1.0, -1.0, -1.0])], axis=-1)

    total = np.concatenate([[(0, 0)], np.cumsum(np.abs(quantities(new) - quantities(old)), axis=0)])
    for seconds, *limits in LIMITS:
        ends = np.searchsorted(times, times + seconds + 1e-9, side="right")
        found = (total[ends] - total[:-1]).max(axis=0)
        assert np.all(found <= limits), (seconds, found)
