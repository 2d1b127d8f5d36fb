# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A recipe's optimizers and its learning rate over the steps."""

import math
from typing import Any

import torch
from torch import nn

from fer_training.training.muon import Muon
from fer_training.training.recipe import Optimizer, Recipe

SECOND_MOMENT = 0.999
"""Decay of Adam's second moment: its authors' and PyTorch's."""
MOMENTUM = "momentum"
"""A checkpoint's group for SGD's `momentum_buffer`; what else an optimizer keeps goes by its own name."""


def optimizer_state(model: nn.Module, optimizers: list[torch.optim.Optimizer]) -> dict[str, dict[str, torch.Tensor]]:
    """Return what the optimizers remember of each parameter, for a checkpoint: kind to parameter's name to numbers."""
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    groups: dict[str, dict[str, torch.Tensor]] = {MOMENTUM: {}}
    for optimizer in optimizers:
        for parameter, state in optimizer.state.items():
            for kind, numbers in state.items():
                group = MOMENTUM if kind == "momentum_buffer" else f"optimizer.{kind}"
                groups.setdefault(group, {})[names[id(parameter)]] = numbers
    return groups


def restore_optimizers(
    model: nn.Module, optimizers: list[torch.optim.Optimizer], groups: dict[str, dict[str, torch.Tensor]]
) -> None:
    """Give the optimizers back what `optimizer_state` kept, in the parameters' own memory layout.

    So the arithmetic is the same to the last bit.
    """
    named = dict(model.named_parameters())
    owner = {id(p): o for o in optimizers for group in o.param_groups for p in group["params"]}
    for group, kept in groups.items():
        if group != MOMENTUM and not group.startswith("optimizer."):
            continue
        kind = "momentum_buffer" if group == MOMENTUM else group.removeprefix("optimizer.")
        for name, numbers in kept.items():
            parameter = named[name]
            restored = torch.empty_like(parameter) if numbers.shape == parameter.shape else torch.empty_like(numbers)
            owner[id(parameter)].state[parameter][kind] = restored.copy_(numbers)


def make_optimizers(model: nn.Module, recipe: Recipe) -> list[torch.optim.Optimizer]:
    """Return the recipe's optimizers; each group's `highest` is what the schedule's 0 to 1 is multiplied by."""
    settings = recipe.optimizer
    decayed_names = None if settings.decayed == "all" else last_two_linear(model)
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    convolutions: list[nn.Parameter] = []
    for name, parameter in model.named_parameters():
        localisation = name.startswith("stn.")
        if settings.muon_rate > 0 and parameter.ndim == 4 and parameter.shape[-1] == 3 and not localisation:
            convolutions.append(parameter)
        else:
            # Decay shrinks weights; on scales, biases and gamma it only distorts.
            decayed = parameter.ndim > 1 if decayed_names is None else name in decayed_names
            groups.setdefault((decayed, localisation), []).append(parameter)
    plain = [
        {
            "params": parameters,
            "weight_decay": settings.weight_decay if decayed else 0.0,
            "highest": settings.learning_rate * (settings.localisation_rate if localisation else 1.0),
        }
        for (decayed, localisation), parameters in groups.items()
    ]
    optimizers = [_optimizer(settings, plain)]
    if convolutions:
        optimizers.append(Muon(convolutions, settings.muon_rate, settings.momentum))
        optimizers[-1].param_groups[0]["highest"] = settings.muon_rate
    return optimizers


def last_two_linear(model: nn.Module) -> set[str]:
    """Return the names of the weights of the last two linear layers before the answer; a second head is none."""
    linear = [name for name, module in model.named_modules() if isinstance(module, nn.Linear)]
    return {f"{name}.weight" for name in [one for one in linear if not one.startswith(("meant", "stn."))][-2:]}


def begin_normally(model: nn.Module, deviation: float) -> None:
    """Draw the weights of convolutions and linear layers from N(0, deviation), in place; their biases become 0.

    The layer that says a spatial transformer's map stays as it is: it begins as the identity.
    """
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear) and name != "stn.theta":
            nn.init.normal_(module.weight, std=deviation)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def _optimizer(settings: Optimizer, groups: list[dict[str, Any]]) -> torch.optim.Optimizer:
    if settings.method == "sgd":
        return torch.optim.SGD(groups, lr=settings.learning_rate, momentum=settings.momentum, nesterov=True)
    kind = torch.optim.AdamW if settings.method == "adamw" else torch.optim.Adam
    return kind(groups, lr=settings.learning_rate, betas=(settings.momentum, SECOND_MOMENT))


def rate_at(recipe: Recipe, step: int, steps_per_epoch: int) -> float:
    """Return the learning rate at a step as a share of the highest, before the plateau's factor."""
    if recipe.schedule == "plateau":
        return 1.0
    total = recipe.epochs * steps_per_epoch
    rise = max(1, round(recipe.warmup * total))
    if step < rise:
        return (step + 1) / rise
    if recipe.schedule == "stable":
        return min(1.0, (total - step) / max(1, round(recipe.cooldown * total)))
    return 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, total - rise)))
