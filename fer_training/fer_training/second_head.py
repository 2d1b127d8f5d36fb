# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python3 -m fer_training.second_head: a head for what was meant on a network that has none and stays as it is."""

if __name__ == "__main__":
    from fer_common import program

    program.loading(program.STOPPED)

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from fer_common.emotions import LABELS
from fer_models import create_model
from fer_training.data import Faces, split_title
from fer_training.errors import TrainingError
from fer_training.runs.checkpoint import save_checkpoint
from fer_training.shell.arguments import Parser, at_least
from fer_training.training.learning_faces import learning_faces
from fer_training.training.recipe import Recipe
from fer_training.training.run import WORDS_ADVICE
from fer_training.weights.second_head import features, fit_head
from fer_training.weights.trained_network import Trained, load_trained

DECAY = 0.01


def give_head(trained: Trained, read: torch.Tensor, words: NDArray[np.int64], decay: float, title: str) -> Trained:
    """Return the network with a second head fitted to words; the first one's answers stay.

    Args:
        trained: from a model file, without a second head.
        read: what its last layer reads of the learning faces, float [N, F] (see `features`).
        words: of those faces, [N]; -1 where a face has none.
        decay: of the head's weights.
        title: of those faces, for the record.

    Raises:
        TrainingError: it has a second head, comes from a run, or no face has a word.
    """
    if trained.options.get("meant") or not trained.model_file:
        raise TrainingError("name a network of a model file that has no second head; others are trained with `words`")
    known = np.flatnonzero(words >= 0)
    if not len(known):
        raise TrainingError(f"no face has a word: {WORDS_ADVICE}")
    options = {**trained.options, "meant": True}
    network = create_model(trained.architecture, **options).eval()
    head = fit_head(read[known], words[known], decay)
    weights = {f"meant.{name}": value for name, value in head.state_dict().items()}
    network.load_state_dict({**trained.network.state_dict(), **weights})
    shares = np.bincount(words[known], minlength=len(LABELS)) / len(known)
    return Trained(
        **{
            **vars(trained),
            "network": network,
            "options": options,
            "prior_meant": tuple(map(float, shares)),
            "head_fitted_to": f"the words of {len(known):,} faces of {title}, decay {decay:g}",
        }
    )


def save(path: Path, trained: Trained) -> None:
    """Write it as a checkpoint that `export` takes; TrainingError where it cannot be written."""
    kept = ("architecture", "recipe", "model_file", "trained_on", "prior", "prior_meant", "head_fitted_to")
    state = {name: getattr(trained, name) for name in kept}
    state |= {"network": trained.options, "progress": {"epoch": 0, "epochs_since_best": 0}}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_checkpoint(path, {"model": trained.network.state_dict()}, state)


def faces_of(data: Path) -> tuple[Faces, str]:
    """Return the faces that a head is fitted to, without those that another split shows, and their title."""
    return learning_faces(data, Recipe(without_twins=True))["train"], split_title(data, "train")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 when the checkpoint was written, 2 after one line on what was wrong."""
    options = parse(arguments)
    torch.set_num_threads(options.threads)
    try:
        trained = load_trained(options.model)
        faces, title = faces_of(options.data)
        read = features(trained.network, faces.images)
        save(options.output, give_head(trained, read, faces.words(), options.decay, title))
    except TrainingError as error:
        print(f"second_head: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"second_head: cannot write '{options.output}': {error.strerror}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("second_head: stopped", file=sys.stderr)
        return 130
    print(f"written: {options.output}")
    return 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line's arguments."""
    parser = Parser(prog="python3 -m fer_training.second_head", description=__doc__)
    add = parser.add_argument
    add("--model", type=Path, required=True, help="a network of a model file, such as accurate.onnx:2; not int8")
    add("--data", type=Path, required=True, help="what to fit to: its split 'train', with fer2013_words.csv")
    add("--output", type=Path, required=True, help="the checkpoint to write, .safetensors, for export")
    add("--decay", type=float, default=DECAY, help="of the head's weights (default: %(default)s)")
    add("--threads", type=at_least(1), default=1, help="default: %(default)s")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    program.loaded()
    program.run(main)
