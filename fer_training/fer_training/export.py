# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python3 -m fer_training.export: from checkpoints to the model file, calibrated, checked, with its card."""

if __name__ == "__main__":
    from fer_common import program

    program.loading(program.STOPPED)

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from fer_common.emotions import LABELS
from fer_models import Ensemble, FaceClassifier
from fer_models.heads import meant, seen
from fer_training.data import Faces, load, load_labels, split_title
from fer_training.errors import TrainingError
from fer_training.measures.metrics import Metrics, measure, score
from fer_training.measures.predict import DEVIATION, MEAN, predict_logits, softmax
from fer_training.measures.some_classes import among
from fer_training.model_file.networks import BETWEEN, FROM_DLIB
from fer_training.model_file.reader import OnnxModel
from fer_training.release.calibration import fit_temperature
from fer_training.release.card import model_card
from fer_training.release.prior import at_least_a_little, strengths
from fer_training.release.reading import readings
from fer_training.release.record import Exported, write_record
from fer_training.release.writer import Facts, metadata, write_model
from fer_training.shell.arguments import Parser
from fer_training.training.run import WORDS_ADVICE
from fer_training.weights.trained_network import Trained, load_trained

COMPARED = 256
"""Faces on which the file is compared with torch."""

UNTAUGHT = 1e4
"""Below all other logits: what an emotion counts for that a network was never taught."""

CALIBRATED = 0.01
"""Calibration error, on FER2013Valid, above which a network is not exported unasked."""


def export(
    checkpoints: Sequence[Path],
    data: Path,
    output: Path,
    *,
    crop: dict[str, Any],
    version: str,
    anyway: bool = False,
    halved: bool = False,
) -> Exported:
    """Calibrates networks on FER2013Valid and writes them as one model file, with its card beside it.

    Args:
        checkpoints: one run folder (its `best.safetensors`) or checkpoint, or several, whose distributions are
            averaged; model files, or one network of a file of several (`accurate.onnx:2`), too.
        data: FER+, or another set, for its split 'valid'.
        output: the ONNX file to write, `.onnx`; the card is written beside it as `.md`.
        crop: how a face is cut from an image, for the metadata.
        version: for the metadata.
        anyway: also where a run did not come to its end, or calibration leaves an error above 0.01.
        halved: stores the weights in float16: half the size, at the same speed.

    Raises:
        TrainingError: checkpoint or data are not usable, the file cannot be written or fails its check, or it was
            refused; an older file is intact then.
    """
    if output.suffix != ".onnx":
        raise TrainingError(f"--output '{output}' does not end in .onnx")
    trained = _trained(checkpoints, anyway)
    classes = _classes(trained)
    valid, title = load(data, "valid").protocol_a().of(classes), split_title(data, "valid")
    network = trained[0].network if len(trained) == 1 else Ensemble([one.network for one in trained]).eval()
    classifier, calibrated = _calibrated(network, valid, classes)
    if calibrated.calibration_error > CALIBRATED and not anyway:
        raise TrainingError(
            f"calibration leaves an error of {calibrated.calibration_error:.4f} on {title}, above {CALIBRATED}; "
            "train on, or add --anyway"
        )
    prior = _prior(trained, data)
    prior_meant = None if classifier.meant_temperature is None else _prior_meant(trained, data)
    facts = Facts(crop, _trained_on(trained), calibrated.accuracy, version, prior, prior_meant)
    properties = metadata(trained, classifier, facts)
    if halved:
        properties["weights"] = "float16"
    difference = write_model(output, classifier, properties, valid.images[:COMPARED], halved=halved)

    probabilities, meant_answers = OnnxModel(output).both(valid.images)
    steps = {} if meant_answers is None else readings(probabilities, meant_answers, valid)
    scores = score(among(probabilities, classes), valid.labels(), among(valid.shares(), classes))
    card = output.with_suffix(".md")
    table = strengths(probabilities, valid, prior)
    try:
        card.write_text(model_card(output.name, trained, properties, scores.metrics(), len(valid), table, steps, title))
    except OSError as error:
        raise TrainingError(f"cannot write the model card '{card}': {error.strerror}") from error
    return Exported(output, card, properties, scores, difference, min(COMPARED, len(valid)), steps, title)


def _trained(checkpoints: Sequence[Path], anyway: bool) -> list[Trained]:
    trained = [load_trained(checkpoint) for checkpoint in checkpoints]
    for checkpoint, one in zip(checkpoints, trained):
        if not (one.finished or anyway):
            raise TrainingError(
                f"'{checkpoint}' is of a run that did {one.epochs_done} of {one.epochs_planned} epochs; "
                "--resume it to its end, or add --anyway"
            )
    return trained


def _trained_on(trained: Sequence[Trained]) -> str:
    """Say what they learned from: once where it is the same, else for each in turn."""
    each = [one.trained_on for one in trained]
    if not all(each) or len(set(each)) == 1:
        each = list(dict.fromkeys(text for text in each if text))
    return BETWEEN.join(each) + (FROM_DLIB if any(one.from_dlib for one in trained) else "")


def _classes(trained: Sequence[Trained]) -> tuple[str, ...]:
    """Return the emotions that the networks were taught; all seven where they were taught several sets of them."""
    taught = {tuple(one.recipe.get("classes") or LABELS) for one in trained}
    return taught.pop() if len(taught) == 1 else LABELS


def _calibrated(network: nn.Module, valid: Faces, classes: Sequence[str]) -> tuple[FaceClassifier, Metrics]:
    """Fit the temperatures; return the classifier with them, and its figures on the same faces, among the classes."""
    both = predict_logits(network, valid.images, torch.device("cpu"))
    logits, second = seen(both).numpy(), meant(both)
    shares = among(valid.shares(), classes)
    logits = np.where(np.isin(LABELS, classes), logits, logits.min() - UNTAUGHT)
    temperature = fit_temperature(logits, shares)
    classifier = FaceClassifier(
        network,
        mean=MEAN,
        deviation=DEVIATION,
        temperature=temperature,
        meant_temperature=None if second is None else _meant_temperature(second.numpy(), valid),
    )
    return classifier, measure(softmax(logits / temperature), valid.labels(), shares)


def _meant_temperature(logits: NDArray[np.float32], faces: Faces) -> float:
    """Fit the second head's temperature to the words of the faces that have one."""
    words = faces.words()
    known = np.flatnonzero(words >= 0)
    if not len(known):
        raise TrainingError(f"the network has a second head, but no face of 'valid' has a word: {WORDS_ADVICE}")
    return fit_temperature(logits[known], np.eye(len(LABELS))[words[known]])


def _prior_meant(trained: Sequence[Trained], data: Path) -> NDArray[np.float64]:
    """Return the words' shares that the second heads learned from: the mean of those networks' own."""
    known = [one.prior_meant for one in trained if one.prior_meant]
    if known:
        return at_least_a_little(np.mean(known, axis=0))
    words = load_labels(data, "train").protocol_a().words()
    return at_least_a_little(np.bincount(words[words >= 0], minlength=len(LABELS)) / max(1, int((words >= 0).sum())))


def _prior(trained: Sequence[Trained], data: Path) -> NDArray[np.float64]:
    """Return the mean of the networks' own priors; `data`'s training votes where one of them has none."""
    known = [one.prior for one in trained]
    shares = np.mean(known, axis=0) if all(known) else load_labels(data, "train").protocol_a().shares().mean(axis=0)
    return at_least_a_little(shares)


def parse_crop(text: str) -> dict[str, Any]:
    """Return the `crop` metadata from JSON: `margin`, a number above 0, `align`, a word, and whatever else is there.

    Raises:
        TrainingError: it is no such JSON.
    """
    try:
        crop = json.loads(text)
    except ValueError as error:
        raise TrainingError(f"--crop is no JSON ({error})") from error
    margin, align = (crop.get("margin"), crop.get("align")) if isinstance(crop, dict) else (None, None)
    if isinstance(margin, bool) or not isinstance(margin, int | float) or margin <= 0 or not isinstance(align, str):
        raise TrainingError('--crop must be like {"margin": 1.0, "align": "none"}, with a margin above 0')
    return dict(crop)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = Parser(prog="python3 -m fer_training.export", description=__doc__)
    add = parser.add_argument
    add(
        "--checkpoint", type=Path, nargs="+", required=True,
        help="run folder (its best.safetensors) or checkpoint, or several, whose answers are averaged; model files, "
        "too (of a file of several networks one by its number: accurate.onnx:2)",
    )  # fmt: skip
    add("--data", type=Path, required=True, help="FER+ (folders or zips), or another set that fer_training.data knows")
    add("--output", type=Path, required=True, help="the ONNX file to write; its card is written beside it as .md")
    add("--run", type=Path, help="folder for arguments, log and pictures (default: runs/export-OUTPUT)")
    add("--anyway", action="store_true", help="though a run is unfinished, or its calibration error above 0.01")
    add("--float16", action="store_true", help="store the weights in float16: half the size, computed in float32")
    add("--version", default="0.1.0", help="version in the metadata (default: %(default)s)")
    add("--crop", default='{"margin": 1.0, "align": "none"}', help="JSON in the metadata (default: %(default)s)")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 when the file was written, 2 after one line on what was wrong."""
    options = parse(arguments)
    try:
        done = export(
            options.checkpoint, options.data, options.output,
            crop=parse_crop(options.crop), version=options.version, anyway=options.anyway, halved=options.float16,
        )  # fmt: skip
        print(done.text(), flush=True)
        folder = options.run or Path("runs") / f"export-{options.output.stem}"
        write_record(folder, done, sys.argv[1:] if arguments is None else arguments)
    except TrainingError as error:
        print(f"export: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("export: stopped; an older file is intact", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    program.loaded()
    program.run(main)
