# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python3 -m fer_training.experiments: small experiments on what the paper says of training, with intervals.

Sampling and augmentation, SGD and Adam, the spatial transformer's rate: each trained anew, with several seeds. Ten
crops in place of one: model files that are there. What was trained already is kept.
"""

if __name__ == "__main__":
    from fer_common import program

    program.loading(program.STOPPED)

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tqdm import tqdm

from fer_training.data import load
from fer_training.errors import TrainingError
from fer_training.experiments.measured import FIGURES, Budget, Measured, measure
from fer_training.experiments.page import page
from fer_training.experiments.variants import SETS
from fer_training.measures.model_answers import answer
from fer_training.measures.ten_crop import CROP, Gain, answer_ten_crops, gains
from fer_training.model_file.reader import OnnxModel
from fer_training.shell.arguments import Parser, at_least


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = Parser(prog="python3 -m fer_training.experiments", description=__doc__)
    add = parser.add_argument
    add("--data", type=Path, required=True, help="FER+")
    add("--output", type=Path, required=True, help="folder for the runs, experiments.md and experiments.json")
    about = "what is trained: for the paper's claims on sampling, optimizers and the STN; for the residual + SE "
    about += "report's Table 1; ResFace by three kinds of targets; nothing (default: %(default)s)"
    add("--set", choices=(*SETS, "none"), default="paper", help=about)
    add("--teacher", type=Path, metavar="MODEL.onnx", help="whose answers are learned, for --set targets")
    add("--faces", type=at_least(2), default=8192, help="of FER2013Train (default: %(default)s)")
    add("--epochs", type=at_least(1), default=6, help="default: %(default)s")
    add("--seeds", type=at_least(1), default=5, help="how many (default: %(default)s)")
    add("--width", type=float, help="of the networks (default: 0.125 for the paper's VGG, 0.25 for the others)")
    add("--threads", type=at_least(1), default=1, help="default: %(default)s")
    add("--ten-crop", nargs="+", type=Path, default=[], metavar="MODEL.onnx", help="model files to ask ten times, too")
    add("--crop", type=at_least(1), default=CROP, help="side of a crop, pixels of 48 (default: %(default)s)")
    return parser.parse_args(arguments)


def compare_crops(models: Sequence[Path], data: Path, crop: int, threads: int) -> dict[str, dict[str, Gain]]:
    """Ask each model about FER2013Valid once, with the mirror image and by ten crops; return both gains over once.

    Raises:
        TrainingError: the data or a model are not usable.
    """
    if not models:
        return {}
    faces = load(data, "valid").protocol_a()
    labels, shares = faces.labels(), faces.shares()
    found = {}
    for path in models:
        model = OnnxModel(path, threads)
        once = answer(model, faces.images)
        with tqdm(total=len(faces), desc=path.name, unit="face", leave=False, mininterval=1) as bar:
            ten = answer_ten_crops(model, faces.images, crop, bar)
        mirrored = answer(model, faces.images, flip=True)
        for way, answers in ((f"ten crops of {crop} px", ten), ("with its mirror image", mirrored)):
            found[f"{path.name}|{way}"] = gains(answers, once, labels, shares)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when the page was written, 2 after one line on what was wrong."""
    options = parse(arguments)
    width = options.width or (0.125 if options.set == "paper" else 0.25)
    budget = Budget(options.faces, options.epochs, options.seeds, width)
    try:
        if options.crop > 48:
            raise TrainingError(f"--crop is {options.crop}; a face has 48 pixels")
        options.output.mkdir(parents=True, exist_ok=True)
        names, threads = [variant.name for variant in SETS.get(options.set, ())], options.threads
        measured = {}
        if names:
            measured = measure(names, budget, options.data, options.output, threads, options.teacher)
        crops = compare_crops(options.ten_crop, options.data, options.crop, options.threads)
        text = page(budget, measured, crops)
        (options.output / "experiments.md").write_text(text)
        (options.output / "experiments.json").write_text(json.dumps(_record(budget, measured, crops), indent=1) + "\n")
    except (TrainingError, ValueError) as error:
        print(f"experiments: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(
            f"experiments: {error.strerror}: '{error.filename}'; name another --output, or make room", file=sys.stderr
        )
        return 2
    except KeyboardInterrupt:
        print("experiments: stopped; the same command goes on where it was", file=sys.stderr)
        return 130
    print(text)
    return 0


def _record(budget: Budget, measured: dict[str, Measured], crops: dict[str, dict[str, Gain]]) -> dict[str, object]:
    return {
        "budget": asdict(budget),
        "variants": {
            name: {figure: one.values(figure).tolist() for figure in FIGURES} | {"theta": one.theta}
            for name, one in measured.items()
        },
        "ten_crop": {name: {key: asdict(gain) for key, gain in each.items()} for name, each in crops.items()},
    }


if __name__ == "__main__":
    program.loaded()
    program.run(main)
