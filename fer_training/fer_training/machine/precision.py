# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Which arithmetic is fastest on this machine: measured, since it differs threefold either way."""

import time

import torch
from torch import nn


def fastest_precision(model: nn.Module, side: int, device: torch.device) -> str:
    """Return 'bfloat16' or 'float32', whichever makes a small training step faster; on a GPU always 'bfloat16'.

    A CPU without bfloat16 instructions emulates them, many times slower than float32.
    """
    if device.type == "cuda":
        return "bfloat16"
    images = torch.zeros(8, 1, side, side).to(memory_format=torch.channels_last)
    seconds = {}
    modes = {name: module.training for name, module in model.named_modules()}
    model.eval()  # leaves batch-norm's running statistics alone
    for precision in ("float32", "bfloat16"):
        for _ in range(2):  # the first warms up
            begun = time.perf_counter()
            with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
                loss = model(images).float().sum()
            loss.backward()
            seconds[precision] = time.perf_counter() - begun
    model.zero_grad(set_to_none=True)
    for name, module in model.named_modules():
        module.train(modes[name])
    return min(seconds, key=lambda precision: seconds[precision])
