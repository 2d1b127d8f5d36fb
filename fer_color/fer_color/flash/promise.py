# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The flash promise: the most that a light may change, as it is judged at the receiver. docs/flash.md says why."""

PROMISE: tuple[tuple[float, float, float], ...] = ((1.0, 0.6, 0.4), (6.0, 1.5, 0.9))
"""Seconds of a window, closed at both ends, and the most that all changes within it may add up to: of relative
luminance, and of linear saturated red, max(0, R - G - B)."""

WINDOWS: tuple[tuple[float, float, float], ...] = ((1.05, 0.5, 0.33), (6.1, 1.25, 0.75))
"""The same as a limiter keeps to it: five sixths of it in longer windows, for the jitter of the way to the lamp."""

LUMINANCE, RED = 0, 1
"""Where each of the two stands among a window's limits."""
