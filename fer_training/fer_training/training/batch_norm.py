# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Batch-norm statistics of a batch that is taken in parts."""

import torch
from torch import Tensor, nn


class PartStatistics:
    """Makes the running statistics after a step the mean over its parts, whichever process each part ran in.

    Every part starts from the statistics before the step; nothing else would give several processes the same as one.
    """

    def __init__(self, model: nn.Module) -> None:
        """Follow `model`'s floating-point buffers."""
        self._buffers = [buffer for buffer in model.buffers() if buffer.is_floating_point()]
        self._before: list[Tensor] = []
        self._sums: list[Tensor] = []

    @torch.no_grad()
    def begin(self) -> None:
        """Before the first part."""
        self._before = [buffer.clone() for buffer in self._buffers]
        self._sums = [torch.zeros_like(buffer) for buffer in self._buffers]

    @torch.no_grad()
    def end_part(self) -> None:
        """After each part."""
        for buffer, before, total in zip(self._buffers, self._before, self._sums):
            total.add_(buffer)
            buffer.copy_(before)

    def sums(self) -> list[Tensor]:
        """Over the parts so far; may be changed in place, to add other processes' sums."""
        return self._sums

    @torch.no_grad()
    def end(self, parts: int) -> None:
        """After the last of `parts` parts."""
        for buffer, total in zip(self._buffers, self._sums):
            buffer.copy_(total / parts)
