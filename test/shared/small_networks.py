# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Every network of the registry, small enough for a test."""

from typing import Any

import torch
from torch import nn

from fer_models import FaceClassifier, choices, create_model, training_only


def options_of(name: str) -> dict[str, Any]:
    """What makes the network small: an eighth of its width, half where that leaves one channel; few blocks.

    An export takes 30 ms a node, and no kind of layer is in ResFace's last stage or EmoNeXt's last two alone: they are
    left out. EmoNeXt's sizes differ in widths and depths alone: small, they are one network, which is exported once.
    """
    options: dict[str, Any] = {"width": 0.5 if name.startswith(("baseline_cnn", "deep_emotion")) else 0.125}
    if name.startswith("emonext"):
        channels = choices.EMONEXT[name.removeprefix("emonext_")][0]
        narrowed = choices.EMONEXT["t"][0][0] / channels[0]
        options |= {"width": 0.125 * narrowed, "channels": channels[:2], "depths": (1, 1)}
    if name.startswith("resface"):  # also a stage behind the aggregated one
        options["blocks"] = (2, 2, 1) if name == "resface18" else (1, 1, 1)
    if name.startswith("resnet"):
        options["blocks"] = (2, 1, 1, 2, 1)  # also one that halves nothing, on the first map and on the smallest
    return options


def small(name: str, **options: Any) -> nn.Module:
    """The network so small, and with these options."""
    return create_model(name, **{**options_of(name), **options})


def lively(name: str, temperature: float = 1.3) -> FaceClassifier:
    """A classifier whose attention, warp and batch-norms all do something; of one name always the same.

    No two of its tensors are alike, as in a trained one: the exporter writes such tensors once.
    """
    torch.manual_seed(1)
    network = small(name)
    with torch.no_grad():
        for key, parameter in network.named_parameters():
            if "gamma" in key or "theta" in key:  # begins at 0, where attention or warp would do nothing
                parameter.add_(0.3 * torch.randn_like(parameter))
            elif parameter.ndim == 1:
                parameter.add_(0.05 * torch.randn_like(parameter))
        _settle(network.eval())
    return FaceClassifier(network, mean=0.5, deviation=0.25, temperature=temperature).eval()


def _settle(network: nn.Module) -> None:
    """Let the network tell drawn faces apart, as a trained one does, in place of answering nearly the same to all.

    Batch-norms get the faces' statistics, rounded, so that the number of threads changes nothing; the last layer's bias
    takes off what all faces are answered.
    """
    pixels = torch.randint(0, 90, (14, 1, 48, 48)).float()
    for number, face in enumerate(pixels):
        face[:, 6 * (number % 7) : 6 * (number % 7) + 6] += 120
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the mean, not a running one
        norm.train()
    faces = (pixels / 255 - 0.5) / 0.25
    network(faces)
    for norm in norms:
        norm.momentum = 0.1
        norm.running_mean.copy_(norm.running_mean.bfloat16())
        norm.running_var.copy_(norm.running_var.bfloat16())
        norm.eval()
    named = [(name, module) for name, module in network.named_modules() if isinstance(module, nn.Linear)]
    answering = [module for name, module in named if not name.startswith(training_only(network) or "no such module")]
    answering[-1].bias.sub_(network(faces).mean(0).bfloat16())
