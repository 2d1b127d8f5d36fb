# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python3 -m fer_training.adopt: makes somebody else's ONNX classifier a model file that fer_perception runs.

The network stays as it is; what the contract wants is put around it: bytes of a grey face of 48x48 pixels in, the seven
emotions' probabilities out. With faces whose votes are known (--data) the probabilities are calibrated on them.
"""

if __name__ == "__main__":
    from fer_common import program

    program.loading(program.STOPPED)

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS
from fer_common.whole_file import made_whole
from fer_training.adoption.graph import Adoption, adopt
from fer_training.adoption.source import answer_output, image_input, read
from fer_training.adoption.words import mapping
from fer_training.data import SPLITS, Faces, load, split_title
from fer_training.errors import TrainingError
from fer_training.export import parse_crop
from fer_training.measures.metrics import Metrics, measure
from fer_training.model_file.reader import OnnxModel
from fer_training.release.calibration import fit_temperature
from fer_training.release.card import PROPERTIES
from fer_training.release.card_section import FOLLOWING
from fer_training.release.prior import at_least_a_little, prior_text
from fer_training.runs.run_log import replace_text
from fer_training.shell.arguments import Parser, at_least

GREY = 128
"""A face without features, by which an adopted file is tried."""


@dataclass(frozen=True)
class Request:
    """What the person who adopts a network knows of it."""

    labels: Sequence[str]
    """Its labels in the order of its outputs, in any usual form; `-` leaves one out."""
    channels: int
    size: int | None
    """Side in pixels of the faces that it takes; None takes the file's own."""
    logits: bool
    full_scale: float
    """What white becomes: 1 or 255."""
    mean: Sequence[float]
    deviation: Sequence[float]
    name: str = ""
    """Of the output; empty takes the only one that fits."""


def plan(model: Any, request: Request) -> tuple[Adoption, list[str]]:
    """Find how a network, an `onnx.ModelProto`, is fed and read.

    Returns:
        The plan, and the labels that are left out.

    Raises:
        TrainingError: the network does not fit what is said of it.
    """
    labels, left_out = mapping(request.labels)
    face, last = image_input(model, request.channels)
    height, width = face.shape[1:3] if last else face.shape[2:]
    rows, columns = request.size or height, request.size or width
    if rows is None or columns is None:
        raise TrainingError("the network's input leaves its size free; give --input-size")
    if any(own not in (None, side) for own, side in zip((height, width), (rows, columns))):
        raise TrainingError(f"the network's input is {height}x{width}, not --input-size {request.size}")
    numbers = {}
    for option, values in (("mean", request.mean), ("deviation", request.deviation)):
        if len(values) not in (1, request.channels):
            raise TrainingError(
                f"--{option} has {len(values)} numbers; give one, or one for each of {request.channels}"
            )
        numbers[option] = tuple(values) * (request.channels if len(values) == 1 else 1)
    if min(numbers["deviation"]) <= 0:
        raise TrainingError("--deviation must be above 0")
    answer = answer_output(model, len(request.labels), request.name)
    return Adoption(
        face, answer, rows, columns, request.channels, last, request.full_scale,
        numbers["mean"], numbers["deviation"], request.logits, labels,
    ), left_out  # fmt: skip


def write(path: Path, wrapped: Any, about: dict[str, str], images: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Write a wrapped network with its metadata, and run what was written; an older file stays until it answers.

    Args:
        path: the file to write.
        wrapped: an `onnx.ModelProto`.
        about: its metadata.
        images: faces to try it on, uint8 [N, 48, 48].

    Returns:
        What the file answers, [N, 7].

    Raises:
        TrainingError: it does not run, its answers are no distributions, or it cannot be written.
    """
    del wrapped.metadata_props[:]
    for key, value in about.items():
        wrapped.metadata_props.add(key=key, value=value)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with made_whole(path) as partial:
            partial.write_bytes(wrapped.SerializeToString())
            answers = answered(OnnxModel(partial), images)
    except OSError as error:
        raise TrainingError(f"cannot write '{path}': {error.strerror}; an older file is intact") from error
    return answers


def answered(model: OnnxModel, images: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Run a file on faces, uint8 [N, 48, 48]: its probabilities, [N, 7].

    Raises:
        TrainingError: it does not run, or what it answers are no distributions.
    """
    try:
        answers = np.concatenate([np.asarray(batch, np.float64) for batch, _ in model.answers(images)])
    except TrainingError:
        raise
    except Exception as error:  # ONNX Runtime's exceptions have no common root of their own
        raise TrainingError(f"the network does not run: {' '.join(str(error).split())}") from error
    if answers.shape != (len(images), len(LABELS)) or not np.isfinite(answers).all():
        raise TrainingError(
            "the network's answers are not finite numbers; is --output or the scale of the pixels wrong?"
        )
    return answers


def adopt_file(
    source: Path, output: Path, request: Request, about: dict[str, str], faces: Faces | None
) -> tuple[Metrics | None, list[str]]:
    """Adopt a network: read, wrap, try, calibrate where there are faces, write.

    Args:
        source: the classifier's ONNX file; weights beside it are taken in.
        output: the file to write.
        request: what is known of the network.
        about: metadata beside what the network itself says.
        faces: with people's votes, to calibrate on; None leaves the probabilities.

    Returns:
        The figures on the faces, None without them, and the labels that are left out.

    Raises:
        TrainingError: as for `plan`, `read` and `write`.
    """
    model = read(source)
    how, left_out = plan(model, request)
    parameters = sum(int(np.prod(tensor.dims)) for tensor in model.graph.initializer)
    about = {"labels": ",".join(LABELS), **about, "parameters": str(parameters), "adopted_from": source.name}
    tried = np.full((2, 48, 48), GREY, np.uint8) if faces is None else faces.images
    answers = write(output, adopt(model, how), about, tried)
    if faces is None:
        return None, left_out
    logits = np.log(np.maximum(answers, 1e-12))
    temperature = fit_temperature(logits, faces.shares())
    metrics = measure(_softmax(logits / temperature), faces.labels(), faces.shares())
    about |= {"temperature": f"{temperature:.6f}", "val_accuracy": f"{metrics.accuracy:.4f}"}
    write(output, adopt(model, replace(how, temperature=temperature)), about, faces.images[:2])
    return metrics, left_out


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when the file was written, 2 after one line on what was wrong."""
    options = parse(arguments)
    try:
        if options.to.suffix != ".onnx" or options.to.resolve() == options.model.resolve():
            raise TrainingError(f"--to '{options.to}' must end in .onnx and be another file than the network's own")
        faces = load(options.data, options.split).protocol_a() if options.data else None
        about = {
            "crop": json.dumps(parse_crop(options.crop)),
            "architecture": options.architecture or options.model.stem,
            "trained_on": options.trained_on,
            "license": options.license,
            "version": options.version,
        }
        if faces is not None:
            about["calibrated_on"] = f"{split_title(options.data, options.split)}, {len(faces):,} images"
        if options.prior:
            about["prior"] = _prior(options.prior)
        request = Request(
            options.labels.split(","), options.channels, options.input_size, options.output == "logits",
            options.full_scale, options.mean, options.deviation, options.name,
        )  # fmt: skip
        metrics, left_out = adopt_file(options.model, options.to, request, about, faces)
        figures, gone = _figures(metrics), _left_out(left_out)
        replace_text(options.to.with_suffix(".md"), _card(options.to.name, figures, gone, about))
    except TrainingError as error:
        print(f"adopt: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"adopt: {error.strerror}: '{error.filename}'; name another --to, or make room", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("adopt: stopped; an older file is intact", file=sys.stderr)
        return 130
    print("\n".join([f"written: {options.to}; run it with --model {options.to}", *gone, *figures]))
    return 0


def _left_out(labels: list[str]) -> list[str]:
    return [f"left out, its share goes to the other emotions: {', '.join(labels)}"] if labels else []


def _figures(metrics: Metrics | None) -> list[str]:
    if metrics is None:
        return ["not calibrated, its accuracy is not known here: give --data"]
    return [f"{name.replace('_', ' ')}: {value:.4f}" for name, value in metrics.scalars().items()]


def _card(name: str, figures: list[str], left_out: list[str], about: dict[str, str]) -> str:
    rows = [f"| {key} | {value.replace('|', '/')} |" for key, value in about.items()]
    head = [f"# {name}", "", "A network of somebody else's, wrapped by `python3 -m fer_training.adopt`.", ""]
    # `calibrate` writes what stands before the purpose anew.
    purpose = [FOLLOWING[-1], "", "What its authors made it for.", *left_out]
    return "\n".join([*head, *PROPERTIES, *rows, "", *(f"- {line}" for line in figures), "", *purpose, ""])


def _prior(text: str) -> str:
    try:
        shares = np.array([float(word) for word in text.split(",")])
    except ValueError as error:
        raise TrainingError(f"--prior '{text}' is not seven numbers with commas between") from error
    if shares.shape != (len(LABELS),) or not np.isfinite(shares).all() or shares.min() < 0 or shares.sum() <= 0:
        raise TrainingError(f"--prior '{text}' is not seven shares, in the order {','.join(LABELS)}")
    return prior_text(at_least_a_little(shares / shares.sum()))


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line's arguments."""
    parser = Parser(prog="python3 -m fer_training.adopt", description=__doc__)
    add = parser.add_argument
    add("model", type=Path, help="the classifier's ONNX file; weights in files beside it are taken in")
    add("--labels", required=True, help="its labels in order, e.g. neutral,happiness,surprise,...; - leaves one out")
    add("--to", type=Path, required=True, help="the model file to write, with its card beside it")
    add("--input-size", type=at_least(8), metavar="SIDE", help="side of its faces in pixels (default: the file's)")
    add("--channels", type=int, choices=(1, 3), default=3, help="1 for grey (default: %(default)s)")
    add("--output", choices=("logits", "probabilities"), default="logits", help="what it gives (default: %(default)s)")
    add("--name", default="", help="the output's name, where several have as many numbers as there are labels")
    add("--full-scale", type=float, choices=(1.0, 255.0), default=1.0, help="what white becomes (default: %(default)s)")
    add("--mean", type=float, nargs="+", default=[0.0], help="subtracted then: one, or one a channel (default: 0)")
    add("--deviation", type=float, nargs="+", default=[1.0], help="divided by then (default: 1)")
    add("--crop", default='{"margin": 1.0, "align": "none"}', help="how it wants faces cut (default: %(default)s)")
    add("--data", type=Path, help="faces with people's votes, to calibrate on: FER+, or what fer_training.data knows")
    add("--split", choices=tuple(SPLITS), default="valid", help="of them (default: %(default)s)")
    add(
        "--prior", help=f"the seven's shares where it learned, for the parameter prior, in the order {','.join(LABELS)}"
    )
    add("--architecture", help="for the metadata (default: the file's name)")
    add("--trained-on", default="not known", help="for the metadata")
    add("--license", default="its authors'", help="for the metadata")
    add("--version", default="adopted", help="for the metadata")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    program.loaded()
    program.run(main)
