# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python -m bench.page.glow: how long after a colour was published the page's glow shows it, in headless Chromium.

A node hears the topic `color` and notes the wall clock; the page notes, at each of the browser's frames, what colour
its glow has. A colour counts as shown when the page shows it or a later one. The goal is 150 ms at the median.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

from bench.page.running import Listener, Pipeline, sample_clip, spread

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "test" / "shared"))
from browser import Browser, find_browser

GOAL_MS = 150.0
WATCH = """
window.shown = [];
(function look() {
  const color = getComputedStyle(document.getElementById("glow")).color;
  if (!shown.length || shown.at(-1)[1] !== color) shown.push([performance.timeOrigin + performance.now(), color]);
  requestAnimationFrame(look);
})();
"""

Timed = tuple[float, tuple[int, int, int]]
"""Milliseconds since 1970 and a colour's bytes."""


def delays(published: list[Timed], shown: list[Timed]) -> list[float]:
    """Return for each published colour how long after it the page showed it or a later one, in milliseconds.

    Args:
        published: in order of time; colours that stay are one.
        shown: the page's, in order of time.
    """
    places: dict[tuple[int, int, int], list[int]] = {}
    for index, (_, color) in enumerate(published):
        places.setdefault(color, []).append(index)
    found: list[float] = []
    reached = 0
    for at, color in shown:
        before = [index for index in places.get(color, []) if index >= reached and published[index][0] <= at]
        if before:
            newest = before[-1]
            found += [at - published[index][0] for index in range(reached, newest + 1)]
            reached = newest + 1
    return found


class Colors(Listener):
    """Hears `color` and notes when each new one came."""

    def __init__(self) -> None:
        """Join the graph."""
        from fer_msgs.msg import LightColor

        self.heard: list[Timed] = []
        super().__init__(LightColor, "color", self._on_color)

    def _on_color(self, message: object) -> None:
        color = message.color  # type: ignore[attr-defined]
        one = (round(255 * color.r), round(255 * color.g), round(255 * color.b))
        if not self.heard or self.heard[-1][1] != one:
            self.heard.append((1000 * time.time(), one))


def main() -> int:
    """Run the command: 1 where the glow is too late, 2 where there is no browser."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=40.0)
    seconds: float = parser.parse_args().seconds
    executable = find_browser()
    if executable is None:
        print("glow: no browser: apt-get install chromium", file=sys.stderr)
        return 2
    colors = Colors()
    browser = Browser(executable)
    try:
        with Pipeline(sample_clip()) as pipeline:
            browser.look(width=1280)
            browser.visit(pipeline.address)
            browser.evaluate(WATCH)
            time.sleep(seconds)
            shown = json.loads(str(browser.evaluate("JSON.stringify(shown)")))
    finally:
        browser.close()
        colors.close()
    read = [(float(at), _bytes(text)) for at, text in shown]
    found = delays(colors.heard, read[1:])
    print(f"colour topic to glow: {spread(found, 'ms')} (goal: median within {GOAL_MS:.0f} ms)")
    return 0 if statistics.median(found) <= GOAL_MS else 1


def _bytes(text: str) -> tuple[int, int, int]:
    red, green, blue = (int(one) for one in text[text.index("(") + 1 : text.index(")")].split(",")[:3])
    return red, green, blue


if __name__ == "__main__":
    sys.exit(main())
