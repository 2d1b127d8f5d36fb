# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python -m bench.against CHECKOUT: what images of every size cost, beside another, built checkout of this repository.

Both run in processes of their own and take turns, so that a machine that slows down slows both. Ratios are of processor
time, images of a block averaged. Faces and first emotions of the whole clip are compared image by image, both with the
checkout's network, so that what differs is not the network. Writes `against`, `same_answers` and `size_growth` into
results.json.
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import fmean, median
from typing import Any

import cv2
import numpy as np

from bench.measure import PROFILE

HERE = Path(__file__).resolve().parent
SIZES = {"640x360": (640, 360), "1920x1080": (1920, 1080), "3840x2160": (3840, 2160)}
ROWS = [("core", name) for name in SIZES] + [("jpeg", "1920x1080"), ("jpeg", "3840x2160")]
NODE = {"node_640x480": (640, 480), "node_1920x1080": (1920, 1080)}
BLOCK = 20
"""Images of one checkout before it is the other's turn."""
SHARED_CLIP = HERE.parent.parent / "shared" / "media" / "sad_to_happy.mp4"


class Checkout:
    """A built checkout, whose Python runs what is measured."""

    def __init__(self, folder: Path) -> None:
        """Take a folder with `scripts/env.bash`."""
        self._folder = folder.resolve()
        ours = (str(HERE.parent), "/.venv/")
        path = [part for part in os.environ["PATH"].split(":") if not any(word in f"{part}/" for word in ours)]
        # The last one says that the wheels' libraries were found, which are another checkout's.
        gone = ("PYTHONPATH", "VIRTUAL_ENV", "AMENT_PREFIX_PATH", "CMAKE_PREFIX_PATH", "LD_LIBRARY_PATH",
                "_ROS_WHEELS_BOOTSTRAP_COMPLETE", "PYTHONDONTWRITEBYTECODE")  # fmt: skip
        self._surroundings = {name: value for name, value in os.environ.items() if name not in gone}
        self._surroundings |= {
            "PATH": ":".join(path),
            "FASTDDS_DEFAULT_PROFILES_FILE": str(PROFILE),
            "ROS_DOMAIN_ID": str(1 + secrets.randbelow(99)),  # a graph of its own
        }

    @property
    def commit(self) -> str:
        """The commit's short name."""
        return subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=self._folder, capture_output=True, text=True, check=True
        ).stdout.strip()

    @property
    def network(self) -> Path:
        """Its fast.onnx."""
        return self._folder / "fer_models" / "models" / "fast.onnx"

    def start(self, *command: str, network: Path | None = None) -> "subprocess.Popen[str]":
        """Start a Python command in its environment; `network`, where not its own, is for bench.size_worker."""
        surroundings = self._surroundings | ({"FER_BENCH_MODEL": str(network)} if network else {})
        shell = '. scripts/env.bash > /dev/null 2>&1 && exec python "$@"'
        return subprocess.Popen(
            ["bash", "-c", shell, "bash", *command],
            cwd=self._folder, env=surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip


class Worker:
    """`bench/size_worker.py`, run by a checkout."""

    def __init__(self, checkout: Checkout, clip: Path, network: Path | None = None) -> None:
        """Start it and wait until it has read the clip."""
        self._process = checkout.start(str(HERE / "size_worker.py"), str(clip), network=network)
        assert self._process.stdout is not None
        if self._process.stdout.readline().strip() != "ready":
            raise RuntimeError("bench.size_worker did not start; is the checkout built (make)?")

    def take(self, kind: str, size: str, first: int, count: int) -> dict[str, Any]:
        """Have it perceive images `first` and on of the clip, in that size."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        work = {"kind": kind, "size": SIZES[size], "first": first, "count": count}
        self._process.stdin.write(json.dumps(work) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def sizes(ours: Checkout, theirs: Checkout, clip: Path, images: int) -> tuple[dict[str, float], dict[str, float]]:
    """Measure the core and JPEGs: our processor time over theirs by row, and ours by size over the smallest's."""
    workers = {"ours": Worker(ours, clip), "theirs": Worker(theirs, clip)}
    ratios, mine = {}, {}
    for kind, size in ROWS:
        blocks = []
        for first in range(0, images, BLOCK):
            cost = {}
            for name, worker in workers.items():
                answer = worker.take(kind, size, first, BLOCK)
                cost[name] = fmean(answer["cpu"])  # not the median: images may take turns at what is done
            blocks.append((cost["ours"], cost["theirs"]))
        blocks = blocks[1:]  # the first one loads and allocates
        ratios[f"{kind}_{size}"] = median(one / other for one, other in blocks)
        mine[kind, size] = median(one for one, _ in blocks)
        print(f"{kind}_{size}: {ratios[f'{kind}_{size}']:.3f} ({1000 * mine[kind, size]:.2f} ms)", flush=True)
    for worker in workers.values():
        worker.close()
    growth = {size: mine["core", size] / mine["core", "640x360"] for size in ("1920x1080", "3840x2160")}
    return ratios, growth


def answers(ours: Checkout, theirs: Checkout, clip: Path) -> dict[str, dict[str, float]]:
    """Compare what both see in every image of a clip, by their network: by row, shares of images where it is equal."""
    count = int(cv2.VideoCapture(str(clip)).get(cv2.CAP_PROP_FRAME_COUNT))
    workers = [Worker(checkout, clip, theirs.network) for checkout in (ours, theirs)]
    same = {}
    for kind, size in ROWS:
        one, other = (worker.take(kind, size, 0, count)["seen"] for worker in workers)
        faces, emotion = (float(np.mean([a[what] == b[what] for a, b in zip(one, other)])) for what in (0, 1))
        same[f"{kind}_{size}"] = {"faces": round(faces, 4), "emotion": round(emotion, 4)}
        print(f"{clip.name}, {count} images, {kind}_{size}: faces equal {faces:.3f}, emotion {emotion:.3f}", flush=True)
    for worker in workers:
        worker.close()
    return same


def nodes(ours: Checkout, theirs: Checkout, clip: Path, images: int, rounds: int) -> dict[str, float]:
    """Measure perception and colour over DDS: our processor time an image over theirs."""
    ratios = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, size in NODE.items():
            scenes = Path(folder) / f"{name}.npy"
            capture = cv2.VideoCapture(str(clip))
            np.save(scenes, np.stack([cv2.resize(capture.read()[1], size) for _ in range(40)]))
            pairs = []
            for _ in range(rounds):
                cost = []
                for checkout in (ours, theirs):
                    out, _ = checkout.start("-m", "bench.graph", str(scenes), "30", str(images)).communicate(
                        timeout=120
                    )
                    if "{" not in out:
                        raise RuntimeError(f"bench.graph gave no figures with {size[0]}x{size[1]} in {checkout.commit}")
                    cost.append(json.loads(out[out.index("{") :])["cpu_ms"])
                pairs.append(cost)
            ratios[name] = median(one / other for one, other in pairs)
            print(f"{name}: {ratios[name]:.3f}; {pairs}", flush=True)
    return ratios


def main() -> int:
    """Measure, print, and write the rows into results.json."""
    parser = argparse.ArgumentParser(prog="python -m bench.against", description="Costs beside another checkout.")
    parser.add_argument("checkout", type=Path, help="of this repository, built (make)")
    parser.add_argument("--clip", type=Path, default=SHARED_CLIP, help="a video with one face")
    parser.add_argument("--images", type=int, default=160, help="of each row")
    parser.add_argument("--answers", type=Path, nargs="*", default=[], help="clips whose answers are compared, too")
    parser.add_argument("--rounds", type=int, default=3, help="of the nodes; 0 leaves them out")
    parser.add_argument("--output", type=Path, default=HERE / "results.json")
    options = parser.parse_args()
    ours, theirs = Checkout(HERE.parent), Checkout(options.checkout)
    ratios, growth = sizes(ours, theirs, options.clip, options.images)
    if options.rounds:
        ratios |= nodes(ours, theirs, options.clip, 150, options.rounds)
    results = json.loads(options.output.read_text()) if options.output.exists() else {}
    results["against"] = {"commit": theirs.commit, **{name: round(value, 4) for name, value in ratios.items()}}
    if options.answers:
        results["same_answers"] = {clip.name: answers(ours, theirs, clip) for clip in options.answers}
    results["size_growth"] = {size: round(value, 4) for size, value in growth.items()}
    options.output.write_text(json.dumps(results, indent=2) + "\n")
    print(json.dumps({name: results[name] for name in ("against", "size_growth")}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
