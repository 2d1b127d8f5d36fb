# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python3 -m fer_training.train: trains a network of the registry on FER+."""

if __name__ == "__main__":
    from fer_common import program

    program.loading(program.STOPPED)

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

from fer_models import REGISTRY
from fer_training.data import Faces, split_title
from fer_training.data.deep_emotion_splits import DIVIDED_SO
from fer_training.errors import TrainingError
from fer_training.machine.memory import keep_pages
from fer_training.machine.processes import join_processes, leave_processes
from fer_training.runs.checkpoint import BEST
from fer_training.shell.arguments import Parser, at_least
from fer_training.training.augment import AUGMENTATIONS
from fer_training.training.folds import cross_validate, join
from fer_training.training.learning_faces import learning_faces
from fer_training.training.recipe import load_recipe
from fer_training.training.run import Run, train_run


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = Parser(
        prog="python3 -m fer_training.train",
        description=__doc__,
        epilog="several GPUs or hosts: torchrun --nproc-per-node N -m -- fer_training.train …, the run folder shared",
    )
    add = parser.add_argument
    add("--data", type=Path, required=True, help="FER+ (folders or zips), or another set that fer_training.data knows")
    add("--run", type=Path, required=True, help="folder for checkpoints, log and arguments")
    add("--arch", default="vggfac_msa", choices=sorted(REGISTRY), help="architecture (default: %(default)s)")
    add("--width", type=float, default=1.0, help="factor on the layers' width (default: %(default)s)")
    add("--hidden", type=at_least(1), nargs="*", help="units of VGGFac's hidden layers (default: the paper's, scaled)")
    add("--recipe", default="ours", help="'ours', 'paper', another of recipes/, or a YAML file (default: %(default)s)")
    add("--epochs", type=at_least(1), help="replaces the recipe's number of epochs")
    add("--augmentation", choices=list(AUGMENTATIONS), help="replaces the recipe's by one of the residual + SE report")
    add("--faces", type=at_least(1), help="learn from so many of FER2013Train's faces only, and validate on as many")
    add(
        "--folds",
        type=at_least(2),
        help="cross-validate over train and valid in so many stratified folds",
    )
    add("--teacher", type=Path, nargs="+", default=[], help="model files whose mean answer is mixed into the targets")
    add(
        "--start",
        type=Path,
        help="run folder, checkpoint or model file (accurate.onnx:2: its second network) to start from in place of "
        "random weights, of layers of the same shapes; resnet, resnet_msa and resnet_fast take "
        "dlib_face_recognition_resnet_model_v1.dat, too",
    )
    add(
        "--start-adds",
        action="store_true",
        help="the start may lack an STN, an MSA or the second head: these begin so that its answers stay",
    )
    add("--seed", type=at_least(0), default=0, help="default: %(default)s")
    add("--threads", type=at_least(1), help="CPU threads (default: all cores)")
    add("--precision", choices=("auto", "float32", "bfloat16"), default="auto", help="default: the faster, measured")
    add("--device", default="cuda" if torch.cuda.is_available() else "cpu", help="default: %(default)s")
    add("--compile", action=argparse.BooleanOptionalAction, help="torch.compile (default: on a GPU)")
    add(
        "--parts",
        type=at_least(1),
        help="split each batch in so many, as so many processes would (default: theirs)",
    )
    add(
        "--save-every",
        type=float,
        default=300.0,
        metavar="S",
        help="seconds between checkpoints (default: %(default)g)",
    )
    add("--resume", action="store_true", help="go on from the run folder's last checkpoint")
    return parser.parse_args(arguments)


def train(options: argparse.Namespace) -> None:
    """Trains to the recipe's end, once or fold by fold.

    Raises:
        TrainingError: data, recipe, checkpoint or run folder are not usable; the text says what to do.
    """
    recipe = load_recipe(options.recipe, epochs=options.epochs, augmentation=options.augmentation)
    keep_pages()
    if options.threads:
        torch.set_num_threads(options.threads)
    network: dict[str, Any] = {"width": options.width}
    if options.hidden is not None:
        network["hidden"] = options.hidden
    processes, device = join_processes(options.device)
    faces = {split: _some(kept, options.faces) for split, kept in learning_faces(options.data, recipe).items()}
    run = Run(
        folder=options.run,
        architecture=options.arch,
        recipe=recipe,
        network=network,
        seed=options.seed,
        precision=options.precision,
        device=device,
        compiled=device.startswith("cuda") if options.compile is None else options.compile,
        teachers=tuple(options.teacher),
        start=options.start / BEST if options.start and options.start.is_dir() else options.start,
        start_adds=options.start_adds,
        parts=options.parts,
        save_every=options.save_every,
        data=" and ".join(
            split_title(options.data, split) for split in (("train", "valid") if options.folds else ("train",))
        )
        + (DIVIDED_SO if recipe.splits == "deep_emotion" else ""),
        resume=options.resume,
    )
    if options.folds:
        figures = cross_validate(run, join(faces["train"], faces["valid"]), options.folds, processes)
        print(f"accuracy over the folds: {', '.join(f'{value:.4f}' for value in figures['accuracy'])}")
    else:
        train_run(run, faces["train"], faces["valid"], processes)


def _some(faces: Faces, count: int | None) -> Faces:
    return faces if count is None else faces.take(np.arange(min(count, len(faces))))


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 when the training ended, 2 after one line on what was wrong."""
    options = parse(arguments)
    try:
        train(options)
    except (TrainingError, ValueError) as error:
        print(f"train: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        place = error.filename or options.run
        print(f"train: {error.strerror}: '{place}'; name another --run, or make room", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("train: stopped; --resume goes on from the last checkpoint", file=sys.stderr)
        return 130
    finally:
        leave_processes()
    return 0


if __name__ == "__main__":
    program.loaded()
    program.run(main)
