# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Modules that a network has beyond the one it starts from: they begin so that its answers stay."""

from collections.abc import Iterable

import torch
from torch import nn

from fer_models.parts.attention import MultipleSelfAttention
from fer_models.parts.stn import SpatialTransformer

SECOND_HEAD = "meant"


def added_modules(network: nn.Module, known: Iterable[str]) -> list[str]:
    """Return the names of a network's STN, MSA and second head for which there is no weight among `known`, in order."""
    names = list(known)
    return [
        name
        for name, module in network.named_modules()
        if (isinstance(module, SpatialTransformer | MultipleSelfAttention) or name == SECOND_HEAD)
        and not any(other.startswith(_first(name, module)) for other in names)
    ]


def _first(name: str, module: nn.Module) -> str:
    """How a weight begins that only this module has: where it stands another may stand in the start's network."""
    return f"{name}.heads." if isinstance(module, MultipleSelfAttention) else f"{name}."


def name_before(name: str, added: Iterable[str]) -> str | None:
    """Return what a parameter is called in a network without the added modules; None for one of their own.

    A module in a row of others (`stages.10`) moves those behind it on by one.
    """
    parts = name.split(".")
    for module in added:
        *row, last = module.split(".")
        if name.startswith(f"{module}."):
            return None
        place = len(row)
        if last.isdigit() and parts[:place] == row and int(parts[place]) > int(last):
            parts[place] = str(int(parts[place]) - 1)
    return ".".join(parts)


@torch.no_grad()
def begin(network: nn.Module, added: Iterable[str]) -> None:
    """Lets a second head that was added begin as the first one.

    An STN begins as the identity and an MSA with its gammas at 0 by themselves.
    """
    if SECOND_HEAD in added:
        classifier = network.get_submodule("classifier")
        assert isinstance(classifier, nn.Sequential)
        network.get_submodule(SECOND_HEAD).load_state_dict(classifier[-1].state_dict())
