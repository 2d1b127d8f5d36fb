# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a network's answer costs."""

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

SIDE = 48


def multiply_accumulates(model: nn.Module) -> int:
    """Multiplications with addition for one face: those of convolutions, linear layers and attention's products.

    Counted by running the network once, so that a new architecture needs nothing of its own. Left out, as is
    usual, is everything else: biases, batch-norm, activations, pools, softmax and the STN's bilinear sampling.
    """
    parameter = next(model.parameters())
    training = {module: module.training for module in model.modules()}
    model.eval()
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        model(torch.zeros(1, 1, SIDE, SIDE, device=parameter.device, dtype=parameter.dtype))
    for module, mode in training.items():
        module.training = mode
    return counter.get_total_flops() // 2
