# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Which second look tells faces from what only looks like one: python3 -m bench.second_look --data FERPLUS.

Faces of FER2013Valid pasted into scenes, and images without anybody; whatever YuNet scores at least 0.49 in either is
shown to it again, at several sizes, with more and less around it, as it is and mirrored. Writes docs/second_look.md:
for each look the threshold at which nothing in the images without anybody is left, and the share of faces above it.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.recall import SAME, draw_empty, draw_scenes, read_faces
from bench.recalling.backgrounds import Image
from fer_perception.detectors.base import Detection
from fer_perception.detectors.boxes import overlap
from fer_perception.detectors.yunet import YuNet
from fer_perception.search.second_look import FACE_PX, FIRST, REACH, SURE
from fer_perception.search.windows import Box, Place, Window
from fer_perception.settings import Settings

REACHES, SIZES = (2.0, 3.0), (32.0, 48.0, 64.0, 96.0, 128.0, 160.0)
SHOWN = 6
"""Which image of a scene counts; most who come are there by then."""
Look = tuple[float, float, bool]
"""Reach, pixels of face, mirrored."""
LOOKS: tuple[Look, ...] = tuple((reach, px, way) for reach in REACHES for px in SIZES for way in (False, True))


@dataclass(frozen=True)
class Candidate:
    """What may be a face."""

    score: float
    """When it was found."""
    looks: NDArray[np.float64]
    """When it was looked at again, one for each of `LOOKS`."""


def look(detector: YuNet, image: Image, box: Box, reach: float, face_px: float, mirrored: bool) -> float:
    """Return the score of what is in a box, shown again; 0 where it is found no more."""
    window = Window.around(box, reach, face_px, enlarge=True)
    shown = window.cut(image)
    best = 0.0
    for found in detector.find(np.ascontiguousarray(shown[:, ::-1]) if mirrored else shown, 0.1):
        x, y, width, height = found.box
        there = (window.shown - x - width, y, width, height) if mirrored else found.box
        if overlap(window.back(Detection(there, found.score), Place(0, 0, window.shown)).box, box) > SAME:
            best = max(best, found.score)
    return best


def candidate(detector: YuNet, image: Image, found: Detection) -> Candidate:
    """Look at it in every way."""
    return Candidate(found.score, np.asarray([look(detector, image, found.box, *way) for way in LOOKS]))


def empty(detector: YuNet, images: Iterator[Image], least: float) -> list[Candidate]:
    """Return what looks like a face in images without anybody, whole and at half their scale."""
    answer = []
    for image in images:
        half = np.asarray(cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
        twice = [Detection((2 * x, 2 * y, 2 * w, 2 * h), one.score)
                 for one in detector.find(half, least) for x, y, w, h in [one.box]]  # fmt: skip
        answer += [candidate(detector, image, one) for one in [*detector.find(image, least), *twice]]
    return answer


def people(
    detector: YuNet, faces: NDArray[np.uint8], scenes: int, seed: int, least: float
) -> tuple[int, list[Candidate]]:
    """Return how many whole faces one image of each scene shows, and those of them that are found."""
    there, answer = 0, []
    for scene in draw_scenes(faces, scenes, 12, seed):
        image = next(islice(scene.images(), SHOWN, None))
        boxes = [box for one in scene.people if one.is_whole(SHOWN) and (box := one.box(SHOWN)) is not None]
        there += len(boxes)
        found = detector.find(image, least)
        for box in boxes:
            best = max(found, key=lambda one: overlap(one.box, box), default=None)
            if best is not None and overlap(best.box, box) > SAME:
                answer.append(candidate(detector, image, best))
    return there, answer


def row(name: str, nobody: NDArray[np.float64], faces: NDArray[np.float64]) -> str:
    """Return one row of a table."""
    threshold, one = np.sort(nobody)[::-1][[0, 1]]
    return f"| {name} | {threshold:.2f} | {np.mean(faces > threshold):.3f} | {np.mean(faces > one):.3f} |"


def text(nobody: Sequence[Candidate], faces: Sequence[Candidate], there: int, options: argparse.Namespace) -> str:
    """Return the page."""
    least = FIRST * 0.7
    scores = [np.asarray([one.score for one in some]) for some in (nobody, faces)]
    looks = [np.stack([one.looks for one in some]) for some in (nobody, faces)]
    rows = [row("the first look alone", *scores)]
    for index, (reach, px, mirrored) in enumerate(LOOKS):
        if mirrored:
            continue
        name = f"{px:g} px of face, {reach:g} sides wide"
        rows.append(row(name, *(one[:, index] for one in looks)))
        rows.append(row(name + ", mean with mirrored", *(one[:, [index, index + 1]].mean(axis=1) for one in looks)))
    sure = f"{np.mean(scores[1] >= SURE):.2f} of the faces and {int(np.sum(scores[0] >= SURE))} of the rest"
    return "\n".join(
        [
            "# The second look",
            f"`python3 -m bench.second_look --data FERPLUS --scenes {options.scenes} --empty {options.empty} "
            f"--seed {options.seed}`, {date.today()}",
            "",
            f"{there} faces of FER2013Valid pasted into {options.scenes} scenes, of which YuNet scores {len(faces)} at "
            f"least {least:.2f} ({int(np.sum(scores[1] >= 0.7))} at least 0.7), and {len(nobody)} places in "
            f"{options.empty} images without anybody, whole and at half their scale, that score as much "
            f"({int(np.sum(scores[0] >= 0.7))} at least 0.7). {SURE} or more score {sure}.",
            "",
            "| shown again | highest without a face | faces above that | faces above the second highest |",
            "|---|---|---|---|",
            *rows,
            "",
            f"`fer_perception/search/second_look.py` takes {FACE_PX:g} px of face, {REACH:g} sides wide, and the mean "
            f"with mirrored must reach {Settings().confirmation}.",
            "",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it all."""
    parser = argparse.ArgumentParser(prog="python3 -m bench.second_look", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True, metavar="FERPLUS", help="FER+, as fer_training reads it")
    parser.add_argument("--weights", default="", help="YuNet's file (default: where fetch_yunet puts it)")
    parser.add_argument("--scenes", type=int, default=300, help="(default: %(default)s)")
    parser.add_argument("--empty", type=int, default=3000, help="images without anybody (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=100, help="not the one of bench.recall (default: %(default)s)")
    parser.add_argument("--output", type=Path, default=Path("docs/second_look.md"), help="(default: %(default)s)")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    detector, least = YuNet(options.weights), FIRST * 0.7
    there, faces = people(detector, read_faces(options.data), options.scenes, options.seed, least)
    nobody = empty(detector, draw_empty(options.empty, options.seed), least)
    options.output.write_text(text(nobody, faces, there, options), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
