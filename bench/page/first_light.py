# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python -m bench.page.first_light CHECKOUT: from the command to the first light, warm, beside another, built checkout.

In turns, by the wall clock: `make ambient` on the sample clip with a light that writes down its frames, each with the
steady clock's time. The goal is 0.8 of the other's.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.page.running import sample_clip, spread

GOAL = 0.8
TOP = Path(__file__).resolve().parents[2]


def first_light(checkout: Path, clip: Path) -> float:
    """Start the light in a checkout and return the seconds to its first frame.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    kept = ("HOME", "PATH", "LANG", "XDG_DATA_HOME", "FER_DATA_DIR", "ROS_DOMAIN_ID")
    surroundings = {name: os.environ[name] for name in kept if name in os.environ}
    surroundings["PATH"] = ":".join(one for one in surroundings["PATH"].split(":") if "/.venv/" not in one)
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "light.jsonl"
        options = f"--source {clip} --light record:{film} --duration 0.5"
        begun = time.monotonic()
        subprocess.run(
            ["make", "--silent", "ambient", f"ARGS={options}"],
            cwd=checkout,
            env=surroundings,
            check=True,
            capture_output=True,
            timeout=120,
        )
        with film.open() as lines:
            return float(json.loads(next(lines))["t"]) - begun


def main() -> int:
    """Run the command: 1 where ours takes longer than the goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path, help="another checkout, set up")
    parser.add_argument("--turns", type=int, default=5)
    given = parser.parse_args()
    clip = sample_clip()
    taken: dict[Path, list[float]] = {TOP: [], given.checkout.resolve(): []}
    for checkout in taken:
        first_light(checkout, clip)  # warm
    for turn in range(given.turns):
        for checkout in list(taken)[:: 1 if turn % 2 else -1]:
            taken[checkout].append(first_light(checkout, clip))
    ours, theirs = taken.values()
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"to the first light: ours {spread(ours, 's', 2)}, the other {spread(theirs, 's', 2)}: {ratio:.2f} ", end="")
    print(f"(goal: {GOAL})")
    return 0 if ratio <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
