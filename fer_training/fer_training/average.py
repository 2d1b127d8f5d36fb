# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python3 -m fer_training.average: a run's network, part of the way back to what it started from, as a checkpoint."""

if __name__ == "__main__":
    from fer_common import program

    program.loading(program.STOPPED)

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from fer_models import create_model
from fer_training.data import Faces
from fer_training.errors import TrainingError
from fer_training.model_file.networks import NetworkInFile
from fer_training.runs.checkpoint import BEST, load_checkpoint, save_checkpoint
from fer_training.shell.arguments import Parser
from fer_training.training.learning_faces import learning_faces
from fer_training.training.recipe import recipe_of
from fer_training.weights.added import SECOND_HEAD
from fer_training.weights.average import average
from fer_training.weights.initial_weights import start_from, start_from_checkpoint
from fer_training.weights.start import origin
from fer_training.weights.trained_network import load_trained


def average_run(checkpoint: Path, other: Path, share: float, faces: Faces, output: Path) -> None:
    """Write the mean of a run's weights and another network's, as a checkpoint that `export` takes.

    The other may lack an STN, an MSA or the second head: these stand at their identity then; a second head stays the
    run's own.

    Args:
        checkpoint: the run's.
        other: a run's checkpoint, or a model file.
        share: of the other's weights, 0 to 1.
        faces: what the run learned from, for the batch-norms of a model file.
        output: the checkpoint to write.

    Raises:
        TrainingError: one of them is not usable, they are of other architectures, or it cannot be written.
    """
    trained = load_trained(checkpoint)
    network = create_model(trained.architecture, **trained.options)
    if NetworkInFile.named(other):
        added = start_from(network, other, faces.images, adding=True)
    else:
        added = start_from_checkpoint(network, load_trained(other).network.state_dict(), other, adding=True)
    average(trained.network, network, share, keep=SECOND_HEAD if SECOND_HEAD in added else "")
    state = load_checkpoint(checkpoint)[1]
    state["averaged"] = f"{share:g} of {origin(other)}"
    output.parent.mkdir(parents=True, exist_ok=True)
    save_checkpoint(output, {"mean": trained.network.state_dict()}, state)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line's arguments."""
    parser = Parser(prog="python3 -m fer_training.average", description=__doc__)
    add = parser.add_argument
    add("--checkpoint", type=Path, required=True, help="a run folder (its best.safetensors) or checkpoint")
    add("--other", type=Path, required=True, help="what it started from: a checkpoint or a model file, not int8")
    add("--share", type=float, default=0.5, help="of the other's weights, 0 to 1 (default: %(default)s)")
    add("--data", type=Path, required=True, help="what the run learned from")
    add("--output", type=Path, required=True, help="the checkpoint to write, .safetensors")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when the checkpoint was written, 2 after one line on what was wrong."""
    options = parse(arguments)
    try:
        checkpoint = options.checkpoint / BEST if options.checkpoint.is_dir() else options.checkpoint
        recipe = recipe_of(load_trained(checkpoint).recipe)
        faces = learning_faces(options.data, recipe)["train"]
        average_run(checkpoint, options.other, options.share, faces, options.output)
    except (TrainingError, ValueError) as error:
        print(f"average: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"average: cannot write '{options.output}': {error.strerror}", file=sys.stderr)
        return 2
    print(f"written: {options.output}")
    return 0


if __name__ == "__main__":
    program.loaded()
    program.run(main)
