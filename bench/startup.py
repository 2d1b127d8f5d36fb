"""python -m bench.startup CHECKOUT: how long start-up takes beside another, built checkout of this repository.

Two things in turns, each in a process of its own with its environment's set-up, as `make ambient` has it: `--help`, and
from the start until the light first shows a colour. The ratio of the medians counts. Leave the machine alone.
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.against import HERE, SHARED_CLIP, Checkout
from bench.bags_against import run

PATIENCE_S = 120.0


def first_light(checkout: Checkout, clip: Path, frames: Path) -> float:
    """Return the seconds until the first lit frame is in the file `frames`, which is made anew."""
    begun = time.monotonic()
    words = ["--source", str(clip), "--loop", "--light", f"record:{frames}"]
    process = checkout.start("-m", "fer_bringup.ambient", *words)
    try:
        while not is_lit(frames):
            if process.poll() is not None or time.monotonic() - begun > PATIENCE_S:
                raise SystemExit("no light came; is the checkout built (make)?")
            time.sleep(0.002)
        return time.monotonic() - begun
    finally:
        process.terminate()
        process.communicate()


def is_lit(frames: Path) -> bool:
    """Whether any whole line of the file is of a frame that is not dark."""
    if not frames.is_file():
        return False
    return any(any(json.loads(line)["rgb"]) for line in frames.read_text().split("\n")[:-1])


def main() -> None:
    """Print both, before and now."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path, metavar="CHECKOUT")
    parser.add_argument("--rounds", type=int, default=7, help="turns of each (default: %(default)s)")
    parser.add_argument("--clip", type=Path, default=SHARED_CLIP, help="film with a face (default: %(default)s)")
    given = parser.parse_args()
    sides = {"ours": Checkout(HERE.parent), "theirs": Checkout(given.checkout)}
    taken: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(given.rounds):
            for side, checkout in sides.items():
                wall, processor, _ = run(checkout, "-m", "fer_bringup.ambient", "--help")
                light = first_light(checkout, given.clip, Path(folder) / f"{side} {turn}.jsonl")
                row = {"--help, wall": wall, "--help, processor": processor, "first light, wall": light}
                for name, seconds in row.items():
                    taken.setdefault(name, {}).setdefault(side, []).append(seconds)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, beside {sides['theirs'].commit}")
    print("| | seconds | before | ratio |\n|---|---|---|---|")
    for name, rows in taken.items():
        ours, theirs = median(rows["ours"]), median(rows["theirs"])
        print(f"| {name} | {ours:.2f} | {theirs:.2f} | {ours / theirs:.3f} |")


if __name__ == "__main__":
    main()
