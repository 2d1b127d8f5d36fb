# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python3 -m fer_training.calibrate: fits a model file's probabilities to people's votes on faces of your own place.

A scale and a bias an emotion also learn how common each is among those faces: take as many as there are, as they come.
"""

if __name__ == "__main__":
    from fer_common import program

    program.loading(program.STOPPED)

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray

from fer_common.whole_file import made_whole
from fer_training.data import SPLITS, load, split_title
from fer_training.errors import TrainingError
from fer_training.measures.metrics import Metrics, measure
from fer_training.model_file.reader import OnnxModel
from fer_training.release.calibrated_graph import recalibrate
from fer_training.release.calibration import CALIBRATION, fit_scaling
from fer_training.release.card import measured
from fer_training.release.card_section import put_measured
from fer_training.release.prior import at_least_a_little, prior_text, strengths
from fer_training.runs.run_log import replace_text
from fer_training.shell.arguments import Parser

FEWEST = 100
"""Faces below which there is little to fit to."""


def calibrate(model: OnnxModel, data: Path, split: str, output: Path, version: str | None) -> tuple[Metrics, Metrics]:
    """Write a model file with another calibration, whose `prior` these faces' shares then are, and its card.

    The network stays as it is to the last bit. The card loses its sections on poor images and on the int8 form,
    which the old file gave.

    Args:
        model: the file; float32, float16 or int8.
        data: faces with people's votes.
        split: which of them.
        output: the file to write; may be the model's own.
        version: for the metadata; None leaves the file's.

    Returns:
        The figures on these faces before and after.

    Raises:
        TrainingError: model or data are not usable, or the file cannot be written; an older one is intact then.
    """
    faces = load(data, split).protocol_a()
    if len(faces) < FEWEST:
        raise TrainingError(f"{split_title(data, split)} has {len(faces)} faces; a calibration needs at least {FEWEST}")
    batches = list(model.answers(faces.images))
    if batches[0][1] is None:
        raise TrainingError(f"'{model.path}' has no output 'logits'; export it again")
    before, logits = (np.concatenate([batch[output] for batch in batches]) for output in range(2))
    scaling = fit_scaling(logits, faces.shares())
    labels, shares = faces.labels(), faces.shares()
    after = measure(scaling.probabilities(logits), labels, shares)

    graph = onnx.load(model.path)
    recalibrate(graph, scaling)
    about = {item.key: item.value for item in graph.metadata_props}
    prior = at_least_a_little(shares.mean(axis=0))
    about |= {
        CALIBRATION: scaling.as_json(),
        "calibrated_on": f"{split_title(data, split)}, {len(faces):,} images",
        "val_accuracy": f"{after.accuracy:.4f}",
        "prior": prior_text(prior),
    }
    about.pop("temperature", None)  # what files had before
    about["version"] = version or about.get("version", "")
    del graph.metadata_props[:]
    for key, value in about.items():
        graph.metadata_props.add(key=key, value=value)

    def card(answers: NDArray[np.float32]) -> str:
        old = model.path.with_suffix(".md")
        if not old.is_file():
            return ""
        table = strengths(answers, faces, prior)
        return put_measured(old.read_text(), measured(about, after, len(faces), table, split_title(data, split)))

    _write(graph, output, faces.images, scaling.probabilities(logits), card)
    return measure(before, labels, shares), after


def _write(
    graph: onnx.ModelProto,
    output: Path,
    images: NDArray[np.uint8],
    wanted: NDArray[np.float64],
    card: Callable[[NDArray[np.float32]], str],
) -> None:
    """Write the file, and the card that `card` makes of its answers, if it answers as wanted; else nothing."""
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with made_whole(output) as partial:
            partial.write_bytes(graph.SerializeToString())
            answers = np.concatenate([probabilities for probabilities, _ in OnnxModel(partial).answers(images)])
            if np.abs(answers - wanted).max() > 1e-4:
                raise TrainingError("the file with its new calibration answers otherwise than it should")
            text = card(answers)
        if text:
            replace_text(output.with_suffix(".md"), text)
    except OSError as error:
        raise TrainingError(f"cannot write '{output}': {error.strerror}; an older file is intact") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when the file was written, 2 after one line on what was wrong."""
    options = parse(arguments)
    try:
        if options.output.suffix != ".onnx":
            raise TrainingError(f"--output '{options.output}' does not end in .onnx")
        model = OnnxModel(options.model)
        before, after = calibrate(model, options.data, options.split, options.output, options.version)
    except TrainingError as error:
        print(f"calibrate: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("calibrate: stopped; an older file is intact", file=sys.stderr)
        return 130
    print(f"{split_title(options.data, options.split):<18}   before    after")
    for name, value in before.scalars().items():
        print(f"{name.replace('_', ' '):<18} {value:8.4f} {after.scalars()[name]:8.4f}")
    print(f"written: {options.output}")
    return 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = Parser(prog="python3 -m fer_training.calibrate", description=__doc__)
    add = parser.add_argument
    add("--model", type=Path, required=True, help="the ONNX file: float32, float16 or int8")
    add("--data", type=Path, required=True, help="FER+ (folders or zips), or another set that fer_training.data knows")
    add("--split", choices=tuple(SPLITS), default="valid", help="the faces to fit to (default: %(default)s)")
    add(
        "--output",
        type=Path,
        required=True,
        help="the ONNX file to write, with its card beside it; may be the model's own",
    )
    add("--version", help="in the metadata (default: the model's)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    program.loaded()
    program.run(main)
