# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The heads of an MSA, which an exported file holds joined, taken apart again."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from fer_models.parts.attention import MultipleSelfAttention

Numbers = NDArray[np.float32]
Weights = dict[str, Numbers]
JOINED = 7
"""Tensors that the exporter makes of an MSA's weights; `MultipleSelfAttention` shows from what."""


def heads_apart(module: MultipleSelfAttention, joined: list[Numbers]) -> Weights | None:
    """Return an MSA's parameters by name, from what its heads were joined to: a module with them answers alike.

    Args:
        module: only its sizes are looked at.
        joined: the file's tensors: the weight branch and its bias; g, f and h of all heads, and their biases; gamma;
            v of all heads, and their biases.

    Returns:
        None where they are other tensors than these.
    """
    heads, channels = len(module.heads), module.conv.out_channels
    layers = [(f"heads.{head}.{name}", getattr(one, name)) for name in "gfh" for head, one in enumerate(module.heads)]
    rows = sum(layer.out_channels for _, layer in layers)
    inner = layers[-1][1].out_channels
    places = module.grid**2
    rest = [(heads,), (rows, channels, 1, 1), (rows,), (heads,), (channels, heads * inner, 1, 1), (heads, channels)]
    if [value.shape for value in joined[1:]] != rest or joined[0].ndim not in (2, 3):
        return None
    joined = [_pooled_whole(joined[0], channels, module.grid), *joined[1:]]
    if joined[0].shape not in ((heads, places, channels), (heads, places * channels)):
        return None
    branch, branch_bias, read, read_bias, gammas, mixed, mixed_bias = joined
    # A mean of equal biases is one: the convolution's went into the linear layer's.
    apart = {"fc.bias": branch_bias, "conv.bias": np.zeros(channels, np.float32)}
    if branch.ndim == 3:  # the exporter left the product with the convolution to whoever runs the file
        apart["fc.weight"] = branch.transpose(0, 2, 1).reshape(heads, -1)
    else:
        apart |= {"fc.weight": branch, "conv.weight": np.eye(channels, dtype=np.float32)[:, :, None, None]}
    bounds = np.cumsum([layer.out_channels for _, layer in layers])[:-1]
    for (name, _), weight, bias in zip(layers, np.split(read, bounds), np.split(read_bias, bounds)):
        apart |= {f"{name}.weight": weight, f"{name}.bias": bias}
    for head, weight in enumerate(np.split(mixed, heads, axis=1)):
        apart |= {f"heads.{head}.v.weight": weight, f"heads.{head}.v.bias": mixed_bias[head]}
        apart[f"heads.{head}.gamma"] = gammas[head : head + 1]
    return apart


POOLED_BEFORE = 3
"""Side to which files before 0.6.0 averaged the weight branch's map whatever its side was."""


def _pooled_whole(branch: Numbers, channels: int, grid: int) -> Numbers:
    """Return the weight branch for a map of grid x grid, of a file that averaged it to 3x3: a mean is linear, too."""
    folded = branch.ndim == 2
    heads = branch.shape[0]
    places = branch.shape[1] // channels if folded else branch.shape[1]
    if places != POOLED_BEFORE**2 or grid == POOLED_BEFORE:
        return branch
    means = functional.adaptive_avg_pool2d(torch.eye(grid**2).reshape(1, -1, grid, grid), POOLED_BEFORE)
    spread = means.reshape(grid**2, places).numpy()  # row i: what place i adds to each mean
    if folded:
        return np.asarray((branch.reshape(heads, channels, places) @ spread.T).reshape(heads, -1), np.float32)
    return np.asarray(spread @ branch, np.float32)
