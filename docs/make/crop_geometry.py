# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the crop's margin and alignment cost: python3 docs/make/crop_geometry.py FERPLUS [--clip CLIP] [--model MODEL].

Faces of FER2013Valid, pasted upright and turned into scenes of 640x480 at 40 to 320 px, and the labelled seconds of a
clip, are found by YuNet and cut as perception does. The best geometry is chosen on every other face, and compared on
the others with the one that frames a face as FER+ does (margin 1, none), by a paired bootstrap. Writes
docs/crop_geometry.md.
"""

import argparse
import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from bench.recalling.backgrounds import HEIGHT, KINDS, WIDTH, Backgrounds
from bench.recalling.pasted import LARGEST, SMALLEST, paste
from fer_common.emotions import LABELS
from fer_models import default_model
from fer_perception.backends.crop_spec import CropSpec
from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.classification.crops import cut_all, face_square
from fer_perception.detectors.base import Detection
from fer_perception.detectors.yunet import YuNet
from fer_training.data import load_ferplus
from fer_training.measures.metrics import Scores, score

SPECS = tuple(CropSpec(margin, align) for align in ("none", "eyes") for margin in (0.8, 0.85, 0.9, 0.95, 1.0, 1.1, 1.2))
FRAMED = CropSpec(1.0, "none")
TURNED = 10.0
"""Standard deviation of how the turned faces are turned, in degrees."""
RESAMPLES = 2000
Image = NDArray[np.uint8]


class Cuts:
    """Crops of found faces by each geometry, answered in batches."""

    def __init__(self, classifier: EmotionClassifier, detector: YuNet) -> None:
        """Begin with none."""
        self._classifier, self._geometry = classifier, detector.geometry
        self._crops: dict[CropSpec, list[NDArray[np.uint8]]] = {spec: [] for spec in SPECS}

    def add(self, image: Image, face: Detection) -> None:
        """Add one more face."""
        for spec, crops in self._crops.items():
            crops.append(cut_all(image, [face_square(face, self._geometry, spec)]))

    def scores(self, labels: NDArray[np.int64], people: NDArray[np.float64]) -> dict[CropSpec, Scores]:
        """Score each geometry, for all faces so far."""
        answer = {}
        for spec, crops in tqdm(self._crops.items(), desc="answers", leave=False):
            batches = [np.concatenate(crops[i : i + 64]) for i in range(0, len(crops), 64)]
            answer[spec] = score(
                np.concatenate([self._classifier.backend.run(batch) for batch in batches]), labels, people
            )
        return answer


def pasted(faces: NDArray[np.uint8], turned: float) -> Iterator[tuple[Image, tuple[float, float], float]]:
    """Yield each face in a scene of its own, with where its centre is and how large it is."""
    backgrounds = Backgrounds()
    for number, face in enumerate(tqdm(faces, desc="scenes", leave=False)):
        rng = np.random.default_rng((7, number))
        image = backgrounds.draw(KINDS[number % len(KINDS)], rng)
        side = SMALLEST * (LARGEST / SMALLEST) ** rng.random()
        x, y = (float(rng.uniform(side / 2, whole - side / 2)) for whole in (WIDTH, HEIGHT))
        paste(image, face, side, x, y)
        if turned:
            turn = cv2.getRotationMatrix2D((x, y), float(rng.normal(0, turned)), 1.0)
            image = np.asarray(cv2.warpAffine(image, turn, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE), np.uint8)
        yield image, (x, y), side


def found_at(detector: YuNet, image: Image, centre: tuple[float, float], side: float) -> Detection | None:
    """Return the face that was pasted there, where the detector finds it."""
    near = [one for one in detector.detect(image) if np.hypot(*np.subtract(one.centre, centre)) < side / 4]
    return near[0] if near and 0.5 < near[0].side / side < 1.5 else None


def labelled(clip: Path) -> Iterator[tuple[float, Image, int]]:
    """Yield the images of a clip that its CSV (start_s, end_s, emotion) labels: seconds, image, label."""
    with clip.with_suffix(".labels.csv").open(encoding="utf-8") as file:
        rows = [(float(row["start_s"]), float(row["end_s"]), row["emotion"]) for row in csv.DictReader(file)]
    capture = cv2.VideoCapture(str(clip))
    rate, number = capture.get(cv2.CAP_PROP_FPS), 0
    while True:
        there, image = capture.read()
        if not there:
            break
        seconds = number / rate
        for start, end, emotion in rows:
            if start <= seconds < end:
                yield seconds, np.asarray(image, np.uint8), LABELS.index(emotion)
        number += 1
    capture.release()


def name_of(spec: CropSpec) -> str:
    """Name a geometry as the metadata says it."""
    return f"{spec.margin:g}, {spec.align}"


def interval(now: NDArray[np.float64], base: NDArray[np.float64], groups: NDArray[np.int64]) -> tuple[float, ...]:
    """Mean difference and its 95 % interval; what is resampled are whole groups."""
    difference, rng = now - base, np.random.default_rng(0)
    kinds, of = np.unique(groups, return_inverse=True)
    sums, counts = np.bincount(of, weights=difference), np.bincount(of)
    drawn = rng.integers(0, len(kinds), (RESAMPLES, len(kinds)))
    low, high = np.percentile(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1), (2.5, 97.5))
    return float(difference.mean()), float(low), float(high)


def table(scores: dict[CropSpec, Scores], groups: NDArray[np.int64]) -> list[str]:
    """Return a row for each geometry, and its differences from `FRAMED`."""
    base = scores[FRAMED]
    lines = [
        "| margin, align | accuracy | KL | colour error | minus that of 1, none (95 %) |",
        "|---|---|---|---|---|",
    ]
    for spec, one in scores.items():
        figures = one.metrics()
        mean, low, high = interval(one.colour_error, base.colour_error, groups)
        against = "" if spec == FRAMED else f"{mean:+.2f} ({low:+.2f} to {high:+.2f})"
        row = f"{figures.accuracy:.3f} | {figures.kl:.3f} | {figures.colour_error:.2f} | {against}"
        lines.append(f"| {name_of(spec)} | {row} |")
    return lines


def verdict(scores: dict[CropSpec, Scores]) -> str:
    """Return the best on every other face, and what it is worth on the rest."""
    rows = np.arange(len(scores[FRAMED].label))
    choosing, proving = rows[::2], rows[1::2]
    best = min(scores, key=lambda spec: float(scores[spec].colour_error[choosing].mean()))
    one, base = scores[best].take(proving), scores[FRAMED].take(proving)
    colour = interval(one.colour_error, base.colour_error, proving)
    right, before = ((row.top == row.label).astype(np.float64) for row in (one, base))
    accuracy = interval(right, before, proving)
    return (
        f"Best by colour error on every other face: **{name_of(best)}**. On the other {len(proving)}, against 1, none: "
        f"colour error {colour[0]:+.2f} ({colour[1]:+.2f} to {colour[2]:+.2f}), accuracy {100 * accuracy[0]:+.2f} "
        f"points ({100 * accuracy[1]:+.2f} to {100 * accuracy[2]:+.2f}): "
        + ("better." if colour[2] < 0 else "no proof of a gain.")
    )


def main() -> None:
    """Write docs/crop_geometry.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="FERPLUS")
    parser.add_argument("--weights", default="", help="YuNet's file (default: where fetch_yunet puts it)")
    parser.add_argument("--clip", type=Path, help="with CLIP.labels.csv beside it")
    parser.add_argument("--model", default=default_model())
    parser.add_argument("--output", type=Path, default=Path(__file__).parents[1] / "crop_geometry.md")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    everyone = load_ferplus(options.data, "valid").protocol_a()
    detector, classifier = YuNet(options.weights), EmotionClassifier.load(str(options.model))
    about = f"`python3 docs/make/crop_geometry.py FERPLUS --clip CLIP`, {Path(options.model).name}, {date.today()}."
    page = ["# Crop geometry", about, ""]
    for turned in (0.0, TURNED):
        cuts, kept = Cuts(classifier, detector), []
        images = pasted(everyone.images.reshape(-1, 48, 48), turned)
        for index, (image, centre, side) in enumerate(images):
            face = found_at(detector, image, centre, side)
            if face is not None:
                cuts.add(image, face)
                kept.append(index)
        some = everyone.take(np.asarray(kept))
        scores = cuts.scores(some.labels(), some.shares())
        how = f"turned by {turned:g} degrees (standard deviation)" if turned else "upright"
        page += [f"## Pasted into scenes, {how}", ""]
        page += [f"{len(kept)} of {len(everyone)} faces of FER2013Valid, protocol A, those that YuNet finds.", ""]
        page += [*table(scores, np.arange(len(kept))), "", verdict(scores), ""]
    if options.clip:
        cuts, seconds, labels = Cuts(classifier, detector), [], []
        for at, image, label in labelled(options.clip):
            found = detector.detect(image)
            if found:
                cuts.add(image, found[0])
                seconds.append(int(at))
                labels.append(label)
        scores = cuts.scores(np.asarray(labels), np.eye(len(LABELS))[labels])
        page += [
            f"## {options.clip.name}",
            "",
            f"{len(labels)} labelled images of one person, resampled by seconds.",
            "",
        ]
        page += [*table(scores, np.asarray(seconds)), ""]
    options.output.write_text("\n".join(page), encoding="utf-8")


if __name__ == "__main__":
    main()
