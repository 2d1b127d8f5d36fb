# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Squeeze-and-excitation: a factor for each channel, read off the mean of all of them (Hu et al., 2018)."""

import torch
from torch import Tensor, nn

from fer_models import choices


class SqueezeExcitation(nn.Module):
    """Multiplies each channel by a number from 0 to 1 that two linear layers read off the channels' means."""

    def __init__(self, channels: int, ratio: int = choices.SE_RATIO) -> None:
        """Build a block for maps of `channels` channels, with `channels / ratio` hidden units, at least 8."""
        super().__init__()
        hidden = max(choices.SE_LEAST, channels // ratio)
        self.squeeze = nn.Linear(channels, hidden)
        self.excite = nn.Linear(hidden, channels)

    def forward(self, x: Tensor) -> Tensor:
        """Scale `x`, float [N, C, H, W], and return the same shape."""
        hidden = torch.relu(self.squeeze(x.mean(dim=(2, 3))))
        return x * torch.sigmoid(self.excite(hidden))[:, :, None, None]
