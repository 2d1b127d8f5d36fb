# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Which networks PyTorch's CPU build can train: not those with narrow shortcuts."""

from torch import nn

from fer_training.errors import TrainingError

LEAST = 16
"""Channels that a 1x1 convolution with a stride must read.

PyTorch's CPU build (2.13 was tried, with AVX-512) writes beside its memory in such a convolution's backward step, when
it has fewer and faces lie with channels last. Some widths crash at once, others later; from 16 channels on none did."""


def require_wide_shortcuts(model: nn.Module, width: float) -> None:
    """Refuse a network whose backward step would crash on a CPU.

    Args:
        model: the network, before anything is learned.
        width: the factor that it was made with, for the advice.

    Raises:
        TrainingError: it has a strided 1x1 convolution of fewer than 16 channels; the text names the least width.
    """
    narrow = [
        module.in_channels
        for module in model.modules()
        if isinstance(module, nn.Conv2d)
        and module.kernel_size == (1, 1)
        and module.stride != (1, 1)
        and module.in_channels < LEAST
    ]
    if narrow:
        raise TrainingError(
            f"at width {width:g} a shortcut reads {min(narrow)} channels, and below {LEAST} PyTorch's backward step on "
            f"a CPU crashes; give --width {width * LEAST / min(narrow):.3g} or more, or train on a GPU"
        )
