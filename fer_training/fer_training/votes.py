# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python3 -m fer_training.votes: how well people agree with people, and what a network can hope for."""

if __name__ == "__main__":
    from fer_common import program

    program.loading(program.STOPPED)

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fer_color.color_difference import color_errors
from fer_common.emotions import LABELS
from fer_training.data import SPLITS, Faces, load, load_labels, split_title
from fer_training.data.ferplus_columns import FERPLUS_INDEX
from fer_training.errors import TrainingError
from fer_training.shell.arguments import Parser


@dataclass(frozen=True)
class Agreement:
    """Some people's answers beside other people's."""

    faces: int
    accuracy: float
    """Share of the faces whose majority the answer hits, 0 to 1."""
    colour_error: float
    """Mean CIEDE2000 between the two lights."""


def mean_answer(faces: Faces) -> Agreement:
    """Measure the answer that is always the faces' mean distribution; protocol A's faces, images unread."""
    shares = faces.shares()
    mean = np.repeat(shares.mean(axis=0)[None], len(faces), axis=0)
    accuracy = float((faces.labels() == mean[0].argmax()).mean())
    return Agreement(len(faces), accuracy, float(color_errors(mean, shares).mean()))


def one_against_the_others(faces: Faces) -> Agreement:
    """Hold each of a face's voters against its other ones, in the mean over the voters; those who chose none of the
    seven are left out on both sides, and so are faces that only one voter is left of."""
    votes = faces.votes[:, list(FERPLUS_INDEX)].astype(np.float64)
    votes = votes[votes.sum(axis=1) > 1]
    accuracy, colour_error = np.zeros(len(votes)), np.zeros(len(votes))
    for emotion in range(len(LABELS)):
        one = np.eye(len(LABELS))[emotion]
        share = votes[:, emotion] / votes.sum(axis=1)
        chosen = np.flatnonzero(share)
        others = votes[chosen] - one
        errors = color_errors(np.repeat(one[None], len(chosen), axis=0), others / others.sum(axis=1, keepdims=True))
        colour_error[chosen] += share[chosen] * errors
        accuracy[chosen] += share[chosen] * (others.argmax(axis=1) == emotion)
    return Agreement(len(votes), float(accuracy.mean()), float(colour_error.mean()))


def twins(faces: Faces, train: Faces) -> Agreement:
    """Hold the voters of the same picture in `train`, which FER2013 shows twice, against those of `faces`.

    Both with their images, protocol A's; where there are no such pictures, the figures are nan.
    """
    shares, labels = train.shares(), train.labels()
    known = {image.tobytes(): row for row, image in enumerate(train.images)}
    pairs = [(row, known[key]) for row, image in enumerate(faces.images) if (key := image.tobytes()) in known]
    if not pairs:
        return Agreement(0, float("nan"), float("nan"))
    here, there = (np.array(rows) for rows in zip(*pairs))
    accuracy = float((faces.labels()[here] == labels[there]).mean())
    return Agreement(len(pairs), accuracy, float(color_errors(shares[there], faces.shares()[here]).mean()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when the figures were printed, 2 after one line on what was wrong."""
    options = parse(arguments)
    try:
        faces = load_labels(options.data, options.split).protocol_a()
        title = split_title(options.data, options.split)
        if len(faces) == 0:
            raise TrainingError(f"{title} has no face that people see one of the seven emotions in; name another split")
        found = {
            "always the mean distribution": mean_answer(faces),
            "one person against the others": one_against_the_others(faces),
        }
        if options.twins:
            train, other = (load(options.data, split).protocol_a() for split in ("train", options.split))
            found["the same pictures in train"] = twins(other, train)
    except TrainingError as error:
        print(f"votes: {error}", file=sys.stderr)
        return 2
    print(f"{title}, protocol A: {len(faces):,} faces\n\n{'':<30}   faces  accuracy  colour error")
    for name, agreement in found.items():
        print(f"{name:<30} {agreement.faces:7,} {agreement.accuracy:9.4f} {agreement.colour_error:13.2f}")
    return 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = Parser(prog="python3 -m fer_training.votes", description=__doc__)
    add = parser.add_argument
    add("--data", type=Path, required=True, help="FER+ (folders or zips), or another set that fer_training.data knows")
    add("--split", choices=tuple(SPLITS), default="valid", help="default: %(default)s")
    add("--twins", action="store_true", help="also the pictures that train shows, too: reads every image")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    program.loaded()
    program.run(main)
