# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a run starts from: a run's checkpoint, a model file, or dlib's face recognition."""

from pathlib import Path

from torch import nn

from fer_training.data import Faces
from fer_training.errors import TrainingError
from fer_training.model_file.networks import NetworkInFile
from fer_training.model_file.reader import fingerprint
from fer_training.weights.added import SECOND_HEAD
from fer_training.weights.dlib import start_from_dlib
from fer_training.weights.initial_weights import start_from, start_from_checkpoint
from fer_training.weights.trained_network import load_trained


def start_with(model: nn.Module, start: Path, train: Faces, adding: bool) -> list[str]:
    """Give a network the weights that it starts with; return which parts the start lacked.

    Raises:
        TrainingError: the file is missing or of another architecture.
    """
    if NetworkInFile.named(start):
        return start_from(model, start, train.images, adding=adding)
    if start.suffix == ".dat":
        start_from_dlib(model, start, train.images)
        return []
    return start_from_checkpoint(model, load_trained(start).network.state_dict(), start, adding=adding)


def leaves_second_head(model: nn.Module, start: Path) -> bool:
    """Tell whether a start has a second head that the network has no place for; errors as for `start_with`."""
    if getattr(model, SECOND_HEAD, None) is not None or start.suffix == ".dat":
        return False
    one = NetworkInFile.named(start)
    names = one.weights() if one else load_trained(start).network.state_dict()
    return any(name.startswith(f"{SECOND_HEAD}.") for name in names)


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
