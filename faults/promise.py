# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The flash promise judged on what a lamp received, apart from the limiter that keeps it (docs/flash.md)."""

from dataclasses import dataclass, field

import numpy as np

from fer_color.flash.promise import PROMISE

Rgb = tuple[float, float, float]
"""0 to 255; bytes, but where a lamp tells its light itself."""
GAMMAS = (1.0, 2.2, 2.8)
"""Of the lamps that the curve `any` stands for."""
DARK: Rgb = (0, 0, 0)


@dataclass
class Received:
    """What one lamp got: colours with the earliest and the latest time at which each may have arrived.

    They stand in runs, each with the colour that it begins with.

    A new run begins where a light's process was killed or a lamp lost its power: what that does to a lamp is outside
    the promise (docs/flash.md).
    """

    gammas: tuple[float, ...] = GAMMAS
    """What the lamp may make of a colour."""
    begins: list[Rgb] = field(default_factory=lambda: [DARK])
    runs: list[list[tuple[float, float, Rgb]]] = field(default_factory=lambda: [[]])
    count: int = 0
    """Frames in all; only changes are kept."""
    last: tuple[float, Rgb] | None = None

    def take(self, since: float, at: float, color: Rgb) -> None:
        """Take a frame.

        Args:
            since: seconds by a steady clock before which it had not arrived.
            at: seconds at which it was there.
            color: of its first LED.
        """
        self.count += 1
        self.last = (at, color)
        run = self.runs[-1]
        if color != (run[-1][2] if run else self.begins[-1]):
            run.append((since, at, color))

    def begin_anew(self, shows: Rgb = DARK) -> None:
        """Judge what follows as of a lamp that shows that."""
        self.begins.append(shows)
        self.runs.append([])

    def broken(self) -> list[str]:
        """Say where the promise was surely broken: each window's length, quantity and sum; empty where it was not.

        A lamp that was kept from the processor reads at once what came one after the other; what it can't tell apart in
        time counts as far apart as it may have been, and no further.
        """
        found = []
        for begin, run in zip(self.begins, self.runs):
            for gamma in self.gammas if run else ():
                earliest, latest = (np.array([one[k] for one in run]) for k in (0, 1))
                light = (np.array([begin, *(color for _, _, color in run)]) / 255.0) ** gamma
                steps = {
                    "luminance": np.abs(np.diff(light @ np.array([0.2126, 0.7152, 0.0722]))),
                    "red": np.abs(np.diff(np.maximum(0.0, light[:, 0] - light[:, 1] - light[:, 2]))),
                }
                for seconds, *limits in PROMISE:
                    ends = np.searchsorted(latest, earliest + seconds + 1e-9, side="right")
                    for (name, travelled), limit in zip(steps.items(), limits):
                        total = np.concatenate([[0.0], np.cumsum(travelled)])
                        worst = float(np.max(total[ends] - total[np.arange(len(run))]))
                        if worst > limit:
                            found.append(f"{name} {worst:.2f} in {seconds:.0f} s at gamma {gamma}")
        return found
