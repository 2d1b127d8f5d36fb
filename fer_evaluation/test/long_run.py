# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Is memory flat over a long bag? python3 fer_evaluation/test/long_run.py FOLDER [--hours 12] [--rate 1] [--clip CLIP].

No test, it takes long. Makes one bag of small JPEGs (a drawn face that wanders, or a clip at a quarter of its size),
evaluates it in a process of its own, and prints the memory of that process and of those that it starts, shared pages
by their share, beside the progress that it shows. With --stop SECONDS it gets Ctrl-C then.
"""

import argparse
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from fer_evaluation.bags.media import Timed, video_images
from fer_evaluation.make_bag import Form, write_bag


def repeated(clip: Path | None, count: int, rate: float) -> Iterator[Timed]:
    images = [drawn(number) for number in range(100)]
    if clip is not None:
        found = (image for image, _ in video_images(clip))
        images = [
            cv2.resize(image, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA) for image in islice(found, 400)
        ]
    for number in range(count):
        yield images[number % len(images)], number / rate


def drawn(number: int) -> np.ndarray:
    """Draw an oval with eyes and a mouth, 160x90."""
    image = np.full((90, 160, 3), 110, np.uint8)
    x = 80 + round(30 * np.sin(number / 16))
    cv2.ellipse(image, (x, 45), (22, 30), 0, 0, 360, (170, 190, 220), -1)
    for side in (-9, 9):
        cv2.circle(image, (x + side, 38), 3, (40, 40, 40), -1)
    cv2.ellipse(image, (x, 58), (9, 4), 0, 0, 180, (60, 60, 160), 2)
    return image


def memory_mib(pid: int) -> float:
    """Return the memory of a process and of all below it, shared pages by their share."""
    total, left = 0, [pid]
    while left:
        one = left.pop()
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
            for task in Path(f"/proc/{one}/task").iterdir():
                left += [int(child) for child in (task / "children").read_text().split()]
        except (OSError, StopIteration):  # it has ended meanwhile
            continue
    return total / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--hours", type=float, default=12)
    parser.add_argument("--rate", type=float, default=1, help="images a second")
    parser.add_argument("--clip", type=Path)
    parser.add_argument("--every", type=float, default=10, help="seconds between two lines")
    parser.add_argument("--stop", type=float, help="seconds after which it gets Ctrl-C")
    given = parser.parse_args()
    bag, out = given.folder / f"long-{given.hours:g}h-{given.rate:g}", given.folder / "out"
    if not bag.exists():
        count = round(given.hours * 3600 * given.rate)
        write_bag(bag, repeated(given.clip, count, given.rate), Form(jpeg=80))
    command = [sys.executable, "-m", "fer_evaluation.evaluate_bag", str(bag), "--output", str(out)]
    begun, peak, stopped = time.monotonic(), 0.0, False
    with open(given.folder / "progress.txt", "wb") as progress:
        process = subprocess.Popen(command, stderr=progress)
    while process.poll() is None:
        now, passed = memory_mib(process.pid), time.monotonic() - begun
        peak = max(peak, now)
        done = (given.folder / "progress.txt").read_bytes().rsplit(b"\r", 1)[-1].decode().strip()
        print(f"{passed:7.0f} s {now:7.1f} MiB  {done}", flush=True)
        if given.stop is not None and passed >= given.stop and not stopped:
            process.send_signal(signal.SIGINT)
            stopped = True
        time.sleep(given.every)
    left = ", ".join(sorted(path.name for path in given.folder.iterdir()))
    print(
        f"ended with {process.returncode} after {time.monotonic() - begun:.0f} s, at most {peak:.1f} MiB; here: {left}"
    )


if __name__ == "__main__":
    main()
