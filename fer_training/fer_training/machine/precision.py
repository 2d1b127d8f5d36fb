# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Which arithmetic is fastest on this machine: measured, since it differs threefold either way."""

import time
from functools import cache

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


@cache
def multiplies_bfloat16() -> bool:
    """Tell whether this CPU multiplies bfloat16 more quickly than float32, with its conversion there and back.

    Without matrix units it does not, even where it has instructions for it. Measured once in a process: a convolution
    of some 50 million multiplications there and back, the quickest of five each.
    """
    generator = torch.Generator().manual_seed(0)
    x, weight = (torch.randn(*size, generator=generator).bfloat16() for size in ((32, 64, 12, 12), (64, 64, 3, 3)))
    x = x.to(memory_format=torch.channels_last)
    how = (None, (1, 1), (1, 1), (1, 1), False, (0, 0), 1)
    quickest = dict.fromkeys((torch.bfloat16, torch.float32), float("inf"))
    for _ in range(6):  # the first of each makes its kernels
        for kind in quickest:
            begun = time.perf_counter()
            out = torch.ops.aten.convolution(x.to(kind), weight.to(kind), *how).bfloat16()
            torch.ops.aten.convolution_backward(out.to(kind), x.to(kind), weight.to(kind), *how, (True, True, False))[
                0
            ].bfloat16()
            quickest[kind] = min(quickest[kind], time.perf_counter() - begun)
    return quickest[torch.bfloat16] < quickest[torch.float32]
