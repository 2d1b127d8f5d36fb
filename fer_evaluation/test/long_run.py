"""Is memory flat over a long bag? python3 fer_evaluation/test/long_run.py CLIP FOLDER [IMAGES]; no test, it takes long.

Makes a bag of small JPEGs (the clip at a quarter of its size, over and over), evaluates it in a process of its own,
and prints that process's memory and speed over time.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cv2

from fer_evaluation.bags.media import Timed, video_images
from fer_evaluation.make_bag import Form, write_bag


def repeated(clip: Path, count: int) -> Iterator[Timed]:
    images = [
        cv2.resize(image, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA) for image, _ in video_images(clip)
    ]
    for number in range(count):
        yield images[number % len(images)], number / 24


def resident_mib(pid: int) -> float:
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * 4096 / 2**20


def main() -> None:
    clip, folder, count = Path(sys.argv[1]), Path(sys.argv[2]), int((sys.argv[3:] or ["100000"])[0])
    bag = folder / "long"
    if not bag.exists():
        write_bag(bag, repeated(clip, count), Form(jpeg=80))
    command = [sys.executable, "-m", "fer_evaluation.evaluate_bag", str(bag), "--output", str(folder / "out")]
    begun = time.monotonic()
    with open(folder / "progress.txt", "wb") as progress:
        process = subprocess.Popen(command, stderr=progress)
    peak = 0.0
    while process.poll() is None:
        now = resident_mib(process.pid)
        peak = max(peak, now)
        done = (folder / "progress.txt").read_bytes().rsplit(b"\r", 1)[-1].decode().strip()
        print(f"{time.monotonic() - begun:7.0f} s {now:7.1f} MiB  {done}", flush=True)
        time.sleep(30)
    print(f"ended with {process.returncode}, at most {peak:.1f} MiB")


if __name__ == "__main__":
    main()
