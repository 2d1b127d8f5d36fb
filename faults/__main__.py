# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python -m faults: a looped clip and bag for an hour, with faults by a seeded schedule. What `make soak` runs.

It ends with 0 where every fault was got over, the flash promise was never broken, and neither memory nor threads nor
descriptors grew; the table and the picture go into a folder.
"""

if __name__ == "__main__":
    from fer_common import program

    program.loading(program.STOPPED)

import argparse
import os
import random
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from faults.catalogue import CATALOGUE, undergo
from faults.figures import LAST, Happened, Sample, Soaked, page, picture, sample, table
from faults.stage import NeverCameError, Pixels, Stage, film
from fer_bringup import reach
from fer_bringup.fetch_clip import default_path
from fer_evaluation.bags.bag import open_bag
from fer_evaluation.bags.image_topics import choose_images
from fer_perception import message_to_array

SETTLED_S = 300.0
"""From here on memory, threads and descriptors may not grow; in a shorter soak after a third of it."""
PAUSE_S = (4.0, 16.0)
"""Between two faults."""
SAMPLE_S = 5.0


def soak(stage: Stage, seconds: float, seed: int) -> Soaked:
    """Bring faults about at random until the time is up.

    What kills a process comes before `SETTLED_S` or in the last twentieth alone: between them it is the same processes
    whose memory is looked at.

    Args:
        stage: open.
        seconds: in all.
        seed: of the schedule.
    """
    chance, begun = random.Random(seed), time.monotonic()
    done = Soaked(seconds=seconds, seed=seed, settled=min(SETTLED_S, seconds / 3))
    sampled = begun
    order: list[str] = []
    while (passed := time.monotonic() - begun) < seconds:
        pause_ends = time.monotonic() + chance.uniform(*PAUSE_S)
        while time.monotonic() < min(pause_ends, begun + seconds):
            stage.turn()
            if time.monotonic() >= sampled:
                sampled = time.monotonic() + SAMPLE_S
                done.samples.append(_sample(stage, begun))
        passed = time.monotonic() - begun
        if passed >= seconds:
            break
        may_kill = passed < done.settled - 30 or passed > LAST * seconds
        order = order or chance.sample(sorted(CATALOGUE), len(CATALOGUE))
        fault = CATALOGUE[order.pop()]
        if fault.kills and not may_kill:
            continue
        happened = Happened(passed, fault.name)
        try:
            happened.recovered = undergo(stage, fault)
        except (NeverCameError, AssertionError) as error:
            happened.failure = " ".join(str(error).split())[:300] or type(error).__name__
            print(f"{passed:7.0f} s  {fault.name}: FAILED: {happened.failure}", flush=True)
        done.happened.append(happened)
        stage.latency_s.clear()  # of the fault
    return done


def _sample(stage: Stage, begun: float) -> Sample:
    taken = sample(time.monotonic() - begun, {one.name: one.process.pid for one in stage.programs}, stage.latency_s)
    stage.latency_s.clear()
    return taken


def bag_images(clip: Path, folder: Path, width: int = 480) -> list[Pixels]:
    """Make a bag of the clip and read its images, smaller and mirrored."""
    from fer_evaluation.make_bag import main as make_bag

    if make_bag([str(clip), str(folder / "bag"), "--jpeg", "90"]):
        raise SystemExit("soak: no bag could be made of the clip")
    with open_bag(folder / "bag") as bag:
        topics = [topic.name for topic in choose_images(bag, ())]
        images = [message_to_array(recorded.message) for recorded in list(bag.messages(topics))[::3]]
    size = (width, round(images[0].shape[0] * width / images[0].shape[1]))
    return [np.ascontiguousarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA)[:, ::-1]) for image in images]


def main() -> int:
    """Run the command: 0, or 1 where something did not hold, 2 where it could not begin."""
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3600.0, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="of the schedule (default: %(default)s)")
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("runs/soak"),
        help="for what it found (default: %(default)s)",
    )
    parser.add_argument("--clip", type=Path, default=default_path(), help="default: %(default)s")
    options = parser.parse_args()
    if not options.clip.is_file():
        print(f"soak: no clip '{options.clip}'; run 'make fetch', or name one with --clip", file=sys.stderr)
        return 2
    reach.apply("machine")
    os.environ.setdefault("ROS_DOMAIN_ID", "99")
    options.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fer-soak-") as name:
        folder = Path(name)
        stage = Stage(folder, film(options.clip) + bag_images(options.clip, folder))
        codes = []
        try:
            stage.open()
            done = soak(stage, options.seconds, options.seed)
        finally:
            codes = stage.close()
            for one in stage.programs:
                (options.output / f"{one.name}.log").write_text(one.said())
        done.broken = {lamp.name: lamp.received.broken() for lamp in stage.lamps}
        done.frames = {lamp.name: lamp.received.count for lamp in stage.lamps}
        done.gammas = {lamp.name: lamp.received.gammas for lamp in stage.lamps}
        done.codes = codes
    (options.output / "soak.md").write_text(page(done))
    (options.output / "samples.csv").write_text(table(done))
    picture(done, options.output / "soak.png")
    print(page(done))
    return 0 if done.holds() else 1


if __name__ == "__main__":
    program.loaded()
    program.run(main)
