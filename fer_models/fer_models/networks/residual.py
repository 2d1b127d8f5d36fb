# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The CNNs of a report on residual and squeeze-and-excitation blocks: its baseline, then blocks, then SE as well.

Source: the report 'residual + SE CNN' (2025; docs/systems.md names it). It gives the blocks and the totals, 34 M,
4.83 M and 10.02 M parameters and 794 MFLOP, but few widths: choices.py has ours, which give 10.02 M and 791.5 MMAC.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn

from fer_models import choices
from fer_models.heads import LABEL_COUNT
from fer_models.parts.enlarge import enlarge, renormalise
from fer_models.parts.squeeze import SqueezeExcitation


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions, the first of stride 2, beside a 1x1 shortcut; optionally SE before the sum."""

    def __init__(self, source: int, channels: int, *, se: bool) -> None:
        """Build a block from `source` to `channels` channels at half the side."""
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(source, channels, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
        )
        self.se = SqueezeExcitation(channels) if se else nn.Identity()
        self.shortcut = nn.Sequential(nn.Conv2d(source, channels, 1, stride=2, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x: Tensor) -> Tensor:
        """Float [N, source, H, W] to [N, channels, H/2, W/2]."""
        return torch.relu(self.se(self.body(x)) + self.shortcut(x))


class ResidualCNN(nn.Module):
    """A 3x3 convolution, four residual blocks, the mean over all places and two linear layers.

    Args:
        width: factor on every layer's width; 1.0 has 64 to 512 channels.
        dropout: rate before the first linear layer, 0 to 1; before the second it is three quarters of that, as there.
        se: puts squeeze-and-excitation into each block.
        side: the faces' side in pixels; smaller ones are enlarged to it first.
    """

    def __init__(
        self,
        *,
        width: float = 1.0,
        dropout: float = choices.RESIDUAL_DROPOUT,
        se: bool = True,
        side: int = choices.RESIDUAL_SIDE,
    ) -> None:
        """Build the layers; the arguments stand above."""
        super().__init__()
        self.side = side
        stem, *widths = [max(1, round(channels * width)) for channels in choices.RESIDUAL_CHANNELS]
        hidden = max(1, round(choices.RESIDUAL_HIDDEN * width))
        self.stem = nn.Sequential(
            nn.Conv2d(3, stem, 3, padding=1, bias=False), nn.BatchNorm2d(stem), nn.ReLU(inplace=True)
        )
        self.blocks = nn.Sequential(*[ResidualBlock(a, b, se=se) for a, b in pairwise([stem, *widths])])
        self.classifier = nn.Sequential(
            nn.Dropout(dropout),
            nn.Linear(widths[-1], hidden),
            nn.ReLU(inplace=True),
            nn.Dropout(dropout * choices.RESIDUAL_SECOND_DROPOUT),
            nn.Linear(hidden, LABEL_COUNT),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Logits, float [N, 7], for normalised faces, float [N, 1, H, W]."""
        features = self.blocks(self.stem(_theirs(x, self.side)))
        logits: Tensor = self.classifier(features.mean(dim=(2, 3)))
        return logits


class PlainCNN(nn.Module):
    """The report's baseline: four 3x3 convolutions, a max-pool after each second, and a large linear layer.

    Args:
        width: factor on every layer's width; 1.0 has 64 and 128 channels and 1,024 units.
        dropout: rate before each linear layer, 0 to 1.
        side: the faces' side in pixels; smaller ones are enlarged to it first.
    """

    def __init__(
        self, *, width: float = 1.0, dropout: float = choices.RESIDUAL_DROPOUT, side: int = choices.RESIDUAL_SIDE
    ) -> None:
        """Build the layers; the arguments stand above."""
        super().__init__()
        self.side = side
        layers: list[nn.Module] = []
        source = 3
        for channels in [max(1, round(channels * width)) for channels in choices.PLAIN_CHANNELS]:
            layers += [nn.Conv2d(source, channels, 3, padding=1), nn.ReLU(inplace=True)]
            layers += [nn.Conv2d(channels, channels, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(2)]
            source = channels
        self.features = nn.Sequential(*layers)
        hidden = max(1, round(choices.PLAIN_HIDDEN * width))
        self.classifier = nn.Sequential(
            nn.Dropout(dropout),
            nn.Linear(source * (side // 4) ** 2, hidden),
            nn.ReLU(inplace=True),
            nn.Dropout(dropout),
            nn.Linear(hidden, LABEL_COUNT),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Logits, float [N, 7], for normalised faces, float [N, 1, H, W]."""
        logits: Tensor = self.classifier(self.features(_theirs(x, self.side)).flatten(1))
        return logits


def _theirs(x: Tensor, side: int) -> Tensor:
    """Return faces as the report has them: enlarged, in three channels, by its mean and deviation."""
    return renormalise(enlarge(x, side), *choices.RESIDUAL_NORMALISED)
