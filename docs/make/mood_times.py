# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the flash promise costs a change of mood, for each kind of lamp: python3 docs/make/mood_times.py [CHECKOUT].

Prints the tables of docs/flash.md: seconds from a change of mood until the light is half way, and 95 % there, for the
whole core with a lamp of each kind, on a clock of its own, 40 frames a second, budget free; beside them what another,
built checkout of this repository takes.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_color.core import ColorCore
from fer_color.errors import ColorError
from fer_color.lights import Frame, LightOptions, make_light
from fer_color.lights.base import Event, EventKind, Light
from fer_color.settings import Settings

LABELS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
"""Written out, as an older checkout has no fer_common, and runs this file, too."""
TICK, LOOK_S, REST_S = 0.025, 9.0, 14.0
"""Seconds: between two frames; that a change is looked at; between two changes, so that no budget is spent any more."""
SHARES = (0.5, 0.95)
SLOWER = 1.1
ROUNDING = 0.01
"""A share of the way that a byte's rounding may lack at its end, which is not what is measured."""
Times = dict[str, list[float]]
"""For each pair of moods, as `angry to sad`: seconds to each of `SHARES`."""

KINDS: dict[str, tuple[str, str]] = {
    "strip (`adalight`, `tpm2`, `ddp`), `?transfer=linear`": ("adalight:/dev/null:4?transfer=linear", "linear"),
    "strip (`adalight`, `tpm2`, `ddp`), not said": ("adalight:/dev/null:4", "linear"),
    "linear fixtures (`sacn`, `artnet`), `?transfer=linear`": ("sacn:1:4?transfer=linear", "linear"),
    "linear fixtures (`sacn`, `artnet`), not said": ("sacn:1:4", "linear"),
    "`wled` that corrects nothing": ("wled:127.0.0.1", "linear"),
    "`wled` with its gamma of 2.2": ("wled:127.0.0.1", "gamma2.2"),
    "`wled` with its gamma of 2.8": ("wled:127.0.0.1", "gamma2.8"),
    "`console`": ("console", "srgb"),
    "`mqtt`, a linear lamp, `?transfer=linear`": ("mqtt:127.0.0.1:home/x?transfer=linear", "linear"),
    "`mqtt`, a linear lamp, not said": ("mqtt:127.0.0.1:home/x", "linear"),
    "`mqtt`, an sRGB lamp, `?transfer=srgb`": ("mqtt:127.0.0.1:home/x?transfer=srgb", "srgb"),
    "`mqtt`, an sRGB lamp, not said": ("mqtt:127.0.0.1:home/x", "srgb"),
    "`mqtt`, an ESPHome, `?transfer=gamma2.8`": ("mqtt:127.0.0.1:home/x?transfer=gamma2.8", "gamma2.8"),
    "`mqtt`, an ESPHome, not said": ("mqtt:127.0.0.1:home/x", "gamma2.8"),
    "`robot:husarion_lynx`": ("robot:husarion_lynx", "gamma2.2"),
}
"""Notation, and what the lamp that is there makes of a byte. (A WLED tells its curve itself.)"""
MATRIX = "`mqtt`, a linear lamp, not said"


class Watched(Light):
    """A lamp that gets what the light of that notation would be given, and gets it at once."""

    def __init__(self, notation: str, lamp: str) -> None:
        """Take over what the light says of its lamps; the lamp itself is not looked for."""
        like = made(notation)
        told = lamp if notation.startswith("wled") and hasattr(like, "levels") else like.transfer
        super().__init__(notation, like.options, told, lambda: 0.0)
        self.may_go_dark, self.split = like.may_go_dark, getattr(like, "split", False)
        self.slider = getattr(like, "slider", lambda control: 1)  # type: ignore[method-assign]
        self.now, self.rgb = 0.0, (0, 0, 0)

    def ready(self) -> bool:
        """Return True, always."""
        return True

    def send(self, frame: Frame, sent: Callable[[], None]) -> None:
        """Show it."""
        self.rgb = frame.rgb
        sent()
        self._events.append(Event(EventKind.DONE, self.now))


def made(notation: str) -> Light:
    """Make the light; where this version knows no such curve, as it is without."""
    try:
        return make_light(notation, LightOptions(), clock=lambda: 0.0)
    except ColorError:
        return make_light(notation.partition("?")[0], LightOptions(), clock=lambda: 0.0)


def light_of(rgb: Any, lamp: str) -> NDArray[np.float64]:
    """Return the linear light that a lamp makes of bytes, apart from fer_color's own curves."""
    value = np.asarray(rgb, dtype=float) / 255
    if lamp == "srgb":
        return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return value ** float("1" if lamp == "linear" else lamp.removeprefix("gamma"))


def all_changes(count: int) -> Iterator[int]:
    """Return a walk through so many moods on which each change from one to another comes once."""
    left, walk, path = {a: [b for b in range(count) if b != a] for a in range(count)}, [], [0]
    while path:
        if left[path[-1]]:
            path.append(left[path[-1]].pop())
        else:
            walk.append(path.pop())
    return reversed(walk)


def times_of(notation: str, lamp: str, walk: Iterable[int] | None = None) -> Times:
    """Watch each change of mood, with the palette `paper`.

    `walk`: the moods one after the other; None: so that all changes come.
    """
    light = Watched(notation, lamp)
    core = ColorCore(Settings(palette="paper"), [light])

    def show(mood: int, seconds: float, every: float) -> list[tuple[int, int, int]]:
        seen = []
        for _ in range(round(seconds / every)):
            light.now += every
            core.on_emotion([float(k == mood) for k in range(7)], 0, light.now)
            seen.append(light.rgb)
        return seen

    found: Times = {}
    before = None
    for mood in all_changes(7) if walk is None else walk:
        start = light_of(light.rgb, lamp)
        seen = light_of(show(mood, LOOK_S, TICK), lamp)
        show(mood, REST_S - LOOK_S, 0.25)
        if before is not None:
            way = light_of(light.rgb, lamp) - start
            share = (seen - start) @ way / (way @ way) + ROUNDING
            found[f"{LABELS[before]} to {LABELS[mood]}"] = [
                round(float(np.argmax(share >= goal)) * TICK, 3) for goal in SHARES
            ]
        before = mood
    return found


def measured() -> dict[str, Times]:
    """Measure each kind of lamp."""
    return {kind: times_of(*what) for kind, what in KINDS.items()}


def beside(checkout: Path) -> dict[str, Times]:
    """Have another checkout measure the same, in its own environment, by this very file."""
    shell = '. scripts/env.bash > /dev/null 2>&1 && exec python "$@"'
    words = ["bash", "-c", shell, "bash", str(Path(__file__).resolve()), "--json"]
    done = subprocess.run(words, cwd=checkout, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Times] = json.loads(done.stdout)
    return found


def summary(ours: dict[str, Times], theirs: dict[str, Times] | None) -> str:
    """Return a Markdown table with a line a kind: medians, the slowest, and how many of the changes became slower."""
    rows = [["", "half way: median", "slowest", "95 % there: median", "slowest"]]
    if theirs:
        rows[0].append("slower by more than a tenth")
    rows.append(["---"] * len(rows[0]))
    for kind, times in ours.items():
        row = [kind]
        for index in range(len(SHARES)):
            for of in (np.median, np.max):
                now, then = (
                    f"{of([pair[index] for pair in found.values()]):.2f}" if found else ""
                    for found in (times, theirs[kind] if theirs else {})
                )
                row.append(f"{now} ({then})" if then else now)
        if theirs:
            row.append(f"{len(slower(times, theirs[kind]))} of {len(times)}")
        rows.append(row)
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def slower(times: Times, before: Times) -> list[str]:
    """Name the changes that take more than a tenth longer than `before`, and more than a frame."""
    return [
        pair
        for pair, now in times.items()
        if any(a > max(SLOWER * b, b + TICK + 1e-9) for a, b in zip(now, before[pair]))
    ]


def matrix(times: Times) -> str:
    """Return a Markdown table: from the row's mood to the column's, half way and, in brackets, 95 % there."""
    rows = ["| | " + " | ".join(LABELS) + " |", "|---" * 8 + "|"]
    for one in LABELS:
        cells = ["" if one == other else "{:.2f} ({:.2f})".format(*times[f"{one} to {other}"]) for other in LABELS]
        rows.append(f"| **{one}** | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def main() -> None:
    """Print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", nargs="?", type=Path, metavar="CHECKOUT")
    parser.add_argument("--json", action="store_true", help="print the times alone")
    given = parser.parse_args()
    ours = measured()
    if given.json:
        json.dump(ours, sys.stdout)
        return
    theirs = beside(given.checkout) if given.checkout else None
    print(summary(ours, theirs))
    print(f"\n{MATRIX}:\n\n{matrix(ours[MATRIX])}")


if __name__ == "__main__":
    main()
