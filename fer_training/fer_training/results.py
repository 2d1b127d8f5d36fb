# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python3 -m fer_training.results: the paper's Table 3 for every network, by folds, and whether its claims hold."""

if __name__ == "__main__":
    from fer_common import program

    program.loading(program.STOPPED)

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from fer_models import REGISTRY
from fer_training.data import split_title
from fer_training.errors import TrainingError
from fer_training.machine.processes import join_processes, leave_processes
from fer_training.pictures.confusions import draw_confusions
from fer_training.pictures.results_page import page
from fer_training.pictures.trained_folds import read_rows
from fer_training.shell.arguments import Parser, at_least
from fer_training.training.folds import cross_validate, join
from fer_training.training.learning_faces import learning_faces
from fer_training.training.recipe import load_recipe
from fer_training.training.run import Run

TABLE_3 = [name for name in REGISTRY if not name.startswith("resnet")]
"""The paper's networks, and those that differ from them in one module."""


def train_all(options: argparse.Namespace) -> None:
    """Trains what is not trained yet: every network, fold by fold, with one budget and one seed.

    Raises:
        TrainingError, ValueError: as `fer_training.training.folds.cross_validate` does.
    """
    processes, device = join_processes(options.device)
    recipe = load_recipe(options.recipe, epochs=options.epochs)
    faces = learning_faces(options.data, recipe)
    together = join(faces["train"], faces["valid"])
    run = Run(
        folder=options.runs,
        architecture="",
        recipe=recipe,
        seed=options.seed,
        precision=options.precision,
        device=device,
        compiled=device.startswith("cuda"),
        data=f"{split_title(options.data, 'train')} and {split_title(options.data, 'valid')}",
        resume=True,
    )
    for name in options.networks:
        print(f"== {name}", flush=True)
        # The small networks of the paper's Figure 1 are as wide as they are; `width` is for the VGG's.
        width = options.width if name.startswith("vggfac") else 1.0
        one = replace(run, folder=options.runs / name, architecture=name, network={"width": width})
        cross_validate(one, together, options.folds, processes)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = Parser(prog="python3 -m fer_training.results", description=__doc__)
    add = parser.add_argument
    add("--data", type=Path, help="FER+; without it only the page is written, from what was trained")
    add("--runs", type=Path, required=True, help="folder for the runs; what is trained there already is kept")
    add("--output", type=Path, required=True, help="the page to write, a .md; its picture is written beside it")
    add(
        "--networks",
        nargs="+",
        default=TABLE_3,
        choices=list(REGISTRY),
        help="default: Table 3's, and those that tell its modules apart",
    )
    add("--folds", type=at_least(2), default=5, help="default: %(default)s")
    add("--recipe", default="ours", help="default: %(default)s")
    add("--epochs", type=at_least(1), help="replaces the recipe's number of epochs")
    add("--width", type=float, default=1.0, help="of the VGGs (default: %(default)s)")
    add("--seed", type=at_least(0), default=0, help="default: %(default)s")
    add("--precision", choices=("auto", "float32", "bfloat16"), default="auto", help="default: the faster, measured")
    add("--device", default="cuda" if torch.cuda.is_available() else "cpu", help="default: %(default)s")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when the page was written, 2 after one line on what was wrong."""
    options = parse(arguments)
    try:
        if options.data is not None:
            train_all(options)
        rows = read_rows(options.runs, list(REGISTRY))
        picture = options.output.parent / "images" / f"{options.output.stem}_confusion.png"
        picture.parent.mkdir(parents=True, exist_ok=True)
        draw_confusions(picture, rows)
        options.output.write_text(page(rows, f"images/{picture.name}"))
    except (TrainingError, ValueError) as error:
        print(f"results: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        place = error.filename or options.runs
        print(f"results: {error.strerror}: '{place}'; name another folder, or make room", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("results: stopped; the same command goes on where it was", file=sys.stderr)
        return 130
    finally:
        leave_processes()
    print(f"written: {options.output}, {picture}")
    return 0


if __name__ == "__main__":
    program.loaded()
    program.run(main)
