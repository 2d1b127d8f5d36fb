# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Checkpoints without pickle: one safetensors file, put in place whole or not at all."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from fer_common.whole_file import made_whole
from fer_training.errors import TrainingError

LAST, BEST = "last.safetensors", "best.safetensors"
"""A run folder's checkpoints: to go on from, and of the epoch with the best accuracy."""


def save_checkpoint(path: Path, tensors: dict[str, dict[str, Tensor]], state: dict[str, Any]) -> None:
    """Write groups of named tensors and a JSON-able state; an older file stays until the new one is whole.

    Raises:
        TrainingError: the disk is full or the folder cannot be written.
    """
    flat = {
        f"{group}/{name}": t.detach().contiguous().cpu()
        for group, named in tensors.items()
        for name, t in named.items()
    }
    try:
        with made_whole(path) as partial:
            save_file(flat, partial, metadata={"state": json.dumps(state)})
    except (OSError, SafetensorError) as error:
        raise TrainingError(f"cannot write checkpoint '{path}' ({error}); the last one is intact") from error


def load_checkpoint(path: Path) -> tuple[dict[str, dict[str, Tensor]], dict[str, Any]]:
    """Read what `save_checkpoint` wrote.

    Raises:
        TrainingError: there is no such file, or it is cut short or no checkpoint.
    """
    groups: dict[str, dict[str, Tensor]] = {}
    try:
        with safe_open(path, framework="pt") as file:
            state = json.loads((file.metadata() or {})["state"])
            for key in file.keys():  # noqa: SIM118 - it is no dict and cannot be iterated
                group, name = key.split("/", 1)
                groups.setdefault(group, {})[name] = file.get_tensor(key)
    except FileNotFoundError as error:
        raise TrainingError(f"no checkpoint '{path}'") from error
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise TrainingError(f"'{path}' is no whole checkpoint ({error}); name an earlier one") from error
    return groups, state


def load_weights(model: torch.nn.Module, weights: dict[str, Tensor], path: Path) -> None:
    """Put a checkpoint's weights into a model.

    Raises:
        TrainingError: they are of another architecture or width.
    """
    try:
        model.load_state_dict(weights)
    except RuntimeError as error:
        first = str(error).splitlines()[-1].strip()[:160]  # a wrong network misses dozens of names
        raise TrainingError(f"'{path}' holds weights of another architecture or width: {first}") from error
