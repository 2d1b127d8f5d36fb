# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Every network of the registry, small enough for a test."""

from typing import Any

import torch
from torch import nn

from fer_models import FaceClassifier, create_model


def small(name: str, **options: Any) -> nn.Module:
    """The network at an eighth of its width; EmoNeXt, whose sizes differ in depth and width alone, with five blocks."""
    if name.startswith("emonext"):
        options["depths"] = (1, 1, 2, 1)
    return create_model(name, width=0.125, **options)


def lively(name: str, temperature: float = 1.3) -> FaceClassifier:
    """A classifier whose attention, warp and batch-norms all do something; of one name always the same."""
    torch.manual_seed(1)
    network = small(name)
    with torch.no_grad():
        for key, parameter in network.named_parameters():
            if "gamma" in key or "theta" in key:  # begins at 0, where attention or warp would do nothing
                parameter.add_(0.3 * torch.randn_like(parameter))
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):  # 0 and 1 would leave their folding untested
                module.running_mean.normal_(0, 0.1)
                module.running_var.uniform_(0.5, 2)
    return FaceClassifier(network, mean=0.5, deviation=0.25, temperature=temperature).eval()
