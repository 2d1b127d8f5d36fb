# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The same training steps in less time on a CPU: what a network's layers do is kept, how is not.

Layers of the network that learns are given other ways to the same answer, in training only. Parameters, names and
what is saved stay; a network that only answers, as the weights' mean does in validation, is untouched.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from fer_models.parts.attention import MultipleSelfAttention
from fer_training.machine import small_maps, winograd
from fer_training.machine.precision import multiplies_bfloat16

Pair = tuple[int, int]


def quicken(model: nn.Module, device: torch.device) -> None:
    """Make a network's training steps quicker, in place, on a CPU; elsewhere it is left as it is."""
    if device.type != "cpu":
        return
    for module in model.modules():
        if isinstance(module, nn.Conv2d) and _plain(module):
            _convolve_quickly(module)
        elif isinstance(module, MultipleSelfAttention):
            _attend_at_once(module)
        elif isinstance(module, nn.Sequential):
            for one, other in pairwise(module):
                if isinstance(one, nn.ReLU) and isinstance(other, nn.MaxPool2d):
                    _pool_first(one, other)


def _in_training(module: nn.Module, quick: Callable[[Tensor], Tensor]) -> None:
    usual = module.forward

    def forward(x: Tensor) -> Tensor:
        return quick(x) if module.training and torch.is_grad_enabled() else usual(x)

    module.forward = forward


def _attend_at_once(module: MultipleSelfAttention) -> None:
    """Let all heads read the map by one convolution, and mix what they gathered by one, as where it only answers."""
    _in_training(module, lambda x: module.at_once(x, module.weights(x)))


def _pool_first(rectifier: nn.ReLU, pool: nn.MaxPool2d) -> None:
    """Take the larger before the rectifier, which changes nothing but how many numbers it has to look at."""
    pooled = pool.forward
    _in_training(rectifier, lambda x: x)
    _in_training(pool, lambda x: torch.relu_(pooled(x)))


def _plain(module: nn.Conv2d) -> bool:
    return (
        module.groups == 1
        and module.dilation == (1, 1)
        and module.padding_mode == "zeros"
        and not isinstance(module.padding, str)
    )


def _convolve_quickly(module: nn.Conv2d) -> None:
    usual = module.forward

    def forward(x: Tensor) -> Tensor:
        rounded = torch.is_autocast_enabled("cpu")
        way = _way(module, (x.shape[2], x.shape[3]))
        if way is None and rounded and not multiplies_bfloat16():
            way = _library(module)
        # Halved numbers in float32's ways are for CPUs that are no quicker with them.
        if way is None or (rounded and multiplies_bfloat16()):
            return usual(x)
        answer: Tensor = _Convolution.apply(x, module.weight, way, rounded)  # type: ignore[no-untyped-call]
        return answer if module.bias is None else answer + module.bias.to(answer.dtype)[:, None, None]

    _in_training(module, forward)


@dataclass(frozen=True)
class _Way:
    """How a convolution of float32 numbers is reckoned."""

    convolve: Callable[[Tensor, Tensor], Tensor]
    """Of input and weight."""
    gradients: Callable[[Tensor, Tensor, Tensor, bool], tuple[Tensor | None, Tensor]]
    """Of the answer's gradient, input and weight: the input's, where asked for, and the weight's."""


def _way(module: nn.Conv2d, sides: tuple[int, int]) -> _Way | None:
    """Return a way that is quicker than the library's for a map of these sides."""
    taps, stride, padding = _geometry(module)
    map_sides = [(side + 2 * pad - tap) // step + 1 for side, pad, tap, step in zip(sides, padding, taps, stride)]
    if taps != (1, 1) and map_sides[0] * map_sides[1] <= small_maps.PLACES:
        places = small_maps.places_of(sides, taps, stride, padding)
        return _Way(partial(small_maps.convolve, places=places), partial(small_maps.convolve_backward, places=places))
    usual = (taps, stride, padding) == ((3, 3), (1, 1), (1, 1)) and sides[0] == sides[1]
    if usual and module.in_channels * module.out_channels >= winograd.CHANNELS:
        return _Way(winograd.convolve, winograd.convolve_backward)
    return None


def _library(module: nn.Conv2d) -> _Way:
    _, stride, padding = _geometry(module)
    how = (None, stride, padding, (1, 1), False, (0, 0), 1)

    def convolve(x: Tensor, weight: Tensor) -> Tensor:
        answer: Tensor = torch.ops.aten.convolution(x, weight, *how)
        return answer

    def gradients(given: Tensor, x: Tensor, weight: Tensor, of_input: bool) -> tuple[Tensor | None, Tensor]:
        to_input, to_weight, _ = torch.ops.aten.convolution_backward(given, x, weight, *how, (of_input, True, False))
        return to_input, to_weight

    return _Way(convolve, gradients)


def _geometry(module: nn.Conv2d) -> tuple[Pair, Pair, Pair]:
    """Return height and width of kernel, stride and padding."""
    taps, stride, padding = ((int(one[0]), int(one[1])) for one in (module.kernel_size, module.stride, module.padding))
    return taps, stride, padding


class _Convolution(torch.autograd.Function):
    """A convolution whose products are of float32 numbers, or wider ones.

    Rounded, it takes and gives bfloat16, as autocast has it: for CPUs that multiply float32 more quickly.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, way: _Way, rounded: bool) -> Tensor:
        ctx.way, ctx.rounded = way, rounded
        if rounded:
            x, weight = x.bfloat16(), weight.bfloat16().float()
        ctx.save_for_backward(x, weight)
        out = way.convolve(x.float() if rounded else x, weight)
        return out.bfloat16() if rounded else out

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor, None, None]:
        x, weight = ctx.saved_tensors
        if ctx.rounded:
            gradient, x = gradient.float(), x.float()
        to_input, to_weight = ctx.way.gradients(gradient, x, weight, ctx.needs_input_grad[0])
        if ctx.rounded and to_input is not None:
            to_input = to_input.bfloat16()
        return to_input, to_weight, None, None
