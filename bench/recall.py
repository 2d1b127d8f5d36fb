# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Which faces a search finds beside YuNet on every whole image, and what it takes for faces: python3 -m bench.recall.

Faces of FER2013Valid, pasted into scenes of 640x480, enter, move and leave; a search with its tracker and YuNet on
the whole image see the same images. Then images without anybody. Writes docs/recall.md and docs/images/recall.png.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from bench.recalling.backgrounds import KINDS, Backgrounds, Image
from bench.recalling.pasted import BOX, NOISE, RATE, Box, Scene, draw_scene, paste
from bench.recalling.recall_counts import STANDING, STANDS, Empty, Report, Tally
from fer_perception.detectors.boxes import overlap
from fer_perception.detectors.yunet import YuNet
from fer_perception.search.expected_face import ExpectedFace
from fer_perception.search.search import Search
from fer_perception.tracking.tracker import Tracker

SAME = 0.4
"""A box that overlaps a face's more than this (intersection over union) is that face."""


class Follower:
    """A search and its tracker, as perception joins them."""

    def __init__(self, detector: YuNet) -> None:
        """Begin with nobody."""
        self.search, self.tracker = Search(detector), Tracker()

    def find(self, image: Image, stamp_ns: int) -> list[Box]:
        """Return the boxes of the next image's faces."""
        expected = [ExpectedFace(track.expected_box(stamp_ns), track.history[-1]) for track in self.tracker.tracks]
        found = self.search.find(image, stamp_ns, expected)
        self.tracker.update(found, stamp_ns)
        return [face.box for face in found]


def match(found: Sequence[Box], wanted: Sequence[Box]) -> dict[int, int]:
    """Match the boxes found with the faces wanted, one to one, the largest overlaps first."""
    pairs = sorted(((overlap(a, b), i, j) for i, a in enumerate(found) for j, b in enumerate(wanted)), reverse=True)
    answer: dict[int, int] = {}
    for share, i, j in pairs:
        if share > SAME and i not in answer and j not in answer.values():
            answer[i] = j
    return answer


def observe(scene: Scene, find: Callable[[Image, int], list[Box]], tally: Tally) -> list[tuple[int, int, bool]]:
    """Look at every image of a scene, and count.

    Returns:
        For each face in each image in which it is whole: the image, the face, whether it was found.
    """
    rows: list[tuple[int, int, bool]] = []
    for number, image in enumerate(scene.images()):
        boxes = [one.box(number) for one in scene.people]
        there = [(index, box) for index, box in enumerate(boxes) if box is not None]
        found = find(image, round(number / RATE * 1e9))
        matched = match(found, [box for _, box in there])
        hit = {there[j][0] for j in matched.values()}
        for i, box in enumerate(found):
            if i not in matched:
                x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
                near = [other for _, other in there if _holds(other, x, y)]
                tally.twice += bool(near)
                tally.alarms += not near
        rows += [(number, index, index in hit) for index, _ in there if scene.people[index].is_whole(number)]
    for index in range(len(scene.people)):
        seen = [was for _, one, was in rows if one == index]
        if any(seen):
            tally.waits.append(seen.index(True))
    tally.seen += [was for _, _, was in rows]
    return rows


def compare(scenes: Iterator[Scene], weights: str) -> Report:
    """Compare both ways over the same scenes."""
    report, detector = Report(), YuNet(weights)
    for scene in scenes:
        follower = Follower(detector)
        truth = observe(scene, lambda image, _: [face.box for face in detector.detect(image)], report.tallies[0])
        rows = observe(scene, follower.find, report.tallies[1])
        report.sides += [scene.people[index].side for _, index, _ in rows]
        report.kinds += [scene.kind] * len(rows)
        known: set[int] = set()
        for (_, index, was), (_, _, wanted) in zip(rows, truth):
            report.lost += wanted and not was and index in known
            known |= {index} if was else set()
        report.work.add(follower.search.work)
    return report


def look_at_nobody(face: NDArray[np.uint8], backgrounds: Iterator[Image], weights: str, seed: int) -> Empty:
    """Count false alarms; `face` is one that YuNet finds."""
    empty, detector, rng = Empty(), YuNet(weights), np.random.default_rng(seed)
    beside = _BesideAFace(face, detector, rng)
    for number, image in enumerate(backgrounds):
        empty.images += 1
        alarms = [one.box for one in detector.detect(image)]
        empty.whole += len(alarms)
        alone = Search(detector)
        invented = [one.box for one in alone.find(image, 0, [])]
        empty.alone += len(invented)
        empty.work.add(alone.work)
        others = beside.find(image)
        empty.followed += len(others)
        if number % STANDS == 0:
            follower = Follower(detector)
            for again in range(STANDING):
                noisy = np.clip(image + rng.normal(0, NOISE, (*image.shape[:2], 1)), 0, 255).astype(np.uint8)
                empty.standing += bool(follower.find(noisy, round(again / RATE * 1e9)))
                empty.shown += 1
        empty.examples += [(image, box) for box in [*invented, *others]]
    return empty


class _BesideAFace:
    """A search that follows a face, pasted into each image, and remembers two elsewhere; it looks around in turns."""

    def __init__(self, face: NDArray[np.uint8], detector: YuNet, rng: np.random.Generator) -> None:
        self._face, self._search, self._rng, self._seconds = face, Search(detector), rng, 0

    def find(self, image: Image) -> list[Box]:
        """Boxes that are not of the face."""
        side, rng = 120.0, self._rng
        x, y = rng.uniform(side, 640 - side), rng.uniform(side, 480 - side)
        here = x - BOX * side / 2, y - BOX * side / 2, BOX * side, BOX * side
        shown = np.array(image)
        paste(shown, self._face, side, x, y)
        expected = [ExpectedFace(here, True), *(ExpectedFace(_somewhere(rng), False) for _ in range(2))]
        if not self._seconds:
            self._search.find(shown, 0, [])
        self._seconds += 1
        found = self._search.find(shown, self._seconds * 1_000_000_000, expected)
        return [one.box for one in found if not _holds(here, *one.centre)]


def _somewhere(rng: np.random.Generator) -> Box:
    side = 35 * 8.0 ** rng.random()
    return float(rng.uniform(0, 640 - side)), float(rng.uniform(0, 480 - side)), side, side


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[0] + box[2] and box[1] <= y <= box[1] + box[3]


def draw_scenes(faces: NDArray[np.uint8], count: int, length: int, seed: int) -> Iterator[Scene]:
    """Scenes of one to four people, the kinds of background in turn."""
    backgrounds = Backgrounds()
    for number in tqdm(range(count), desc="scenes", leave=False):
        rng = np.random.default_rng((seed, number))
        kind = KINDS[number % len(KINDS)]
        background = backgrounds.draw(kind, rng)
        yield draw_scene(faces, background, kind, rng, length=length, people=1 + number // len(KINDS) % 4)


def draw_empty(count: int, seed: int) -> Iterator[Image]:
    """Backgrounds, half of them photographs."""
    backgrounds = Backgrounds()
    for number in tqdm(range(count), desc="nobody", leave=False):
        rng = np.random.default_rng((seed, 1, number))
        yield backgrounds.draw(("photograph", *KINDS[1:])[number % len(KINDS)], rng)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it all."""
    from bench.recalling.recall_report import write  # matplotlib

    parser = argparse.ArgumentParser(prog="python3 -m bench.recall", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--data", type=Path, required=True, metavar="FERPLUS", help="FER+, as fer_training reads it")
    parser.add_argument("--weights", default="", help="YuNet's file (default: where fetch_yunet puts it)")
    parser.add_argument("--scenes", type=int, default=64, help="(default: %(default)s)")
    parser.add_argument("--images", type=int, default=45, help="of each scene (default: %(default)s)")
    parser.add_argument("--empty", type=int, default=1000, help="images without anybody (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="(default: %(default)s)")
    parser.add_argument("--output", type=Path, default=Path("docs"), metavar="FOLDER", help="(default: docs)")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    faces = read_faces(options.data)
    report = compare(draw_scenes(faces, options.scenes, options.images, options.seed), options.weights)
    empty = look_at_nobody(
        clear_face(faces, options.weights), draw_empty(options.empty, options.seed), options.weights, options.seed
    )
    write(report, empty, options)
    return 0


def read_faces(data: Path) -> NDArray[np.uint8]:
    """FER2013Valid, protocol A: uint8 [N, 48, 48]."""
    from fer_training.data import load_ferplus

    return np.asarray(load_ferplus(data, "valid").protocol_a().images.reshape(-1, 48, 48), np.uint8)


def clear_face(faces: NDArray[np.uint8], weights: str) -> NDArray[np.uint8]:
    """Return the first face that YuNet is sure of."""
    detector = YuNet(weights, threshold=0.9)
    for face in faces:
        image = np.full((240, 240, 3), 128, np.uint8)
        paste(image, face, 120, 120, 120)
        if detector.detect(image):
            return np.asarray(face)
    raise ValueError("YuNet is sure of none of these faces")


if __name__ == "__main__":
    raise SystemExit(main())
