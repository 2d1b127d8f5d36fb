# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a run starts from: a run's checkpoint, a model file, or dlib's face recognition."""

from collections.abc import Iterable
from pathlib import Path

from torch import nn

from fer_training.data import Faces
from fer_training.errors import TrainingError
from fer_training.model_file.networks import NetworkInFile
from fer_training.model_file.reader import fingerprint
from fer_training.weights.added import lacks_second_head
from fer_training.weights.dlib import start_from_dlib
from fer_training.weights.initial_weights import start_from, start_from_checkpoint
from fer_training.weights.trained_network import load_trained


def start_with(model: nn.Module, start: Path, train: Faces, adding: bool) -> list[str]:
    """Give a network the weights that it starts with; return which parts the start lacked.

    Raises:
        TrainingError: the file is missing or of another architecture.
    """
    if one := NetworkInFile.named(start):
        added = start_from(model, start, train.images, adding=adding)
        _say_left(model, one.weights(), start)
        return added
    if start.suffix == ".dat":
        start_from_dlib(model, start, train.images)
        return []
    weights = load_trained(start).network.state_dict()
    added = start_from_checkpoint(model, weights, start, adding=adding)
    _say_left(model, weights, start)
    return added


def _say_left(model: nn.Module, weights: Iterable[str], start: Path) -> None:
    if lacks_second_head(model, weights):
        print(f"'{start}' also tells what was meant; this run does not go on with that: its recipe has words 0")


def origin(start: Path) -> str:
    """Return the file that a run starts from, and what that one's run started from."""
    one = NetworkInFile.named(start)
    if one and one.path.is_file():
        return one.origin()
    name = named_fingerprint(start, "a start")
    before = load_trained(start).start if start.suffix == ".safetensors" else ""
    return f"{name}, from {before}" if before else name


def named_fingerprint(path: Path, purpose: str) -> str:
    """Return a file's name and checksum; TrainingError, which says what it was for, where there is none."""
    if not path.is_file():
        raise TrainingError(f"no file '{path}' for {purpose}; name one that is there")
    return fingerprint(path)
