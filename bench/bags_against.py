# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python -m bench.bags_against CHECKOUT: how fast `evaluate_bag` is beside another, built checkout of this repository.

Each runs as a process of its own on the same bags, in turns; the median of the rounds counts, start-up included. Prints
images a second by the wall clock, processor seconds and, of one run more, the most memory of all its processes
together, each page counted once. Leave the machine alone.
"""

import argparse
import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import cv2

from bench.against import HERE, SHARED_CLIP, Checkout

ROWS = {
    "raw 640x480": ((640, 480), []),
    "JPEG 640x480": ((640, 480), ["--jpeg", "90"]),
    "JPEG 1920x1080": ((1920, 1080), ["--jpeg", "90"]),
}
"""What a bag holds, and what `make_bag` is told."""
LOOK_S = 0.05
"""Seconds between two looks at memory."""


def make_images(clip: Path, size: tuple[int, int], count: int, folder: Path) -> None:
    """Write so many images of the clip, over and over, in that size."""
    folder.mkdir()
    film = cv2.VideoCapture(str(clip))
    for k in range(count):
        there, image = film.read()
        if not there:
            film.set(cv2.CAP_PROP_POS_FRAMES, 0)
            there, image = film.read()
        if not there:
            raise SystemExit(f"{clip} cannot be read: name a film by --clip")
        cv2.imwrite(str(folder / f"{k:05}.jpg"), cv2.resize(image, size), [cv2.IMWRITE_JPEG_QUALITY, 95])


def run(checkout: Checkout, *command: str) -> tuple[float, float]:
    """Run a command of a checkout; return wall and processor seconds."""
    begun = time.monotonic()
    process = checkout.start(*command)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    _check(process, command)
    return time.monotonic() - begun, usage.ru_utime + usage.ru_stime


def memory_of(checkout: Checkout, *command: str) -> float:
    """Run a command of a checkout; return the most MB that its processes took together.

    Not `ru_maxrss`, which begins with what this process has.
    """
    process, most = checkout.start(*command), 0.0
    assert process.stdin is not None
    process.stdin.close()
    while process.poll() is None:
        most = max(most, sum(_share(one) for one in _tree(process.pid)))
        time.sleep(LOOK_S)
    _check(process, command)
    return most / 1024


def _check(process: "subprocess.Popen[str]", command: Sequence[str]) -> None:
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}; is the checkout built (make)?")


def _tree(pid: int) -> list[int]:
    """Return a process and all that it has started."""
    found = [pid]
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # ended meanwhile
            found += [one for child in file.read_text().split() for one in _tree(int(child))]
    return found


def _share(pid: int) -> float:
    """Return a process's memory in KB, of a page that several have its share."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return float(line.split()[1])
    return 0.0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path, metavar="CHECKOUT")
    parser.add_argument("--images", type=int, default=900, help="a bag (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each (default: %(default)s)")
    parser.add_argument("--clip", type=Path, default=SHARED_CLIP, help="film with a face (default: %(default)s)")
    given = parser.parse_args()
    sides = {"ours": Checkout(HERE.parent), "theirs": Checkout(given.checkout)}
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {given.images} images, beside {sides['theirs'].commit}"
    )
    print("| bag | images a second | before | ratio | processor time | memory |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name, (size, options) in ROWS.items():
            images, bag = folder / f"images {name}", folder / name.replace(" ", "_")
            make_images(given.clip, size, given.images, images)
            run(sides["theirs"], "-m", "fer_evaluation.make_bag", *options, "--rate", "30", str(images), str(bag))
            taken: dict[str, list[tuple[float, float]]] = {side: [] for side in sides}
            evaluate = ("-m", "fer_evaluation.evaluate_bag", str(bag), "--output")
            for turn in range(given.rounds):
                for side, checkout in sides.items():
                    taken[side].append(run(checkout, *evaluate, str(folder / f"{side} {turn} {name}")))
            memory, old_memory = (
                memory_of(checkout, *evaluate, str(folder / f"{side} memory {name}"))
                for side, checkout in sides.items()
            )
            (wall, cpu), (old_wall, old_cpu) = (
                [median(column) for column in zip(*taken[side])] for side in ("ours", "theirs")
            )
            print(
                f"| {name} | {given.images / wall:.1f} | {given.images / old_wall:.1f} | {old_wall / wall:.2f} "
                f"| {cpu / old_cpu:.2f} | {memory / old_memory:.2f} |",
                flush=True,
            )
            for made in (images, bag):
                shutil.rmtree(made)


if __name__ == "__main__":
    main()
