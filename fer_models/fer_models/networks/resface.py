# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""ResFace: a ResNet with channel-spatial aggregation, and a compact branch that learns distributions beside it.

Source: Qu and Niu, 2023 (doi 10.3934/mbe.2023491), as an overview of two FER networks describes it (docs/systems.md).
It gives the modules and their order; kernel sizes, ratios and the compact branch's widths are ours (choices.py).
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from fer_models import choices
from fer_models.heads import LABEL_COUNT
from fer_models.parts.enlarge import enlarge


class Residual(nn.Module):
    """ResNet's block (He et al., 2016): two 3x3 convolutions, or with `expansion` 4 a 3x3 between two 1x1."""

    def __init__(self, source: int, channels: int, *, stride: int, expansion: int) -> None:
        """Build a block from `source` to `channels * expansion` channels."""
        super().__init__()
        target = channels * expansion
        if expansion == 1:
            layers = [*_convolution(source, channels, 3, stride), nn.ReLU(inplace=True)]
            layers += _convolution(channels, target, 3)
        else:
            layers = [*_convolution(source, channels, 1), nn.ReLU(inplace=True)]
            layers += [*_convolution(channels, channels, 3, stride), nn.ReLU(inplace=True)]
            layers += _convolution(channels, target, 1)
        self.body = nn.Sequential(*layers)
        same = stride == 1 and source == target
        self.shortcut = nn.Identity() if same else nn.Sequential(*_convolution(source, target, 1, stride))

    def forward(self, x: Tensor) -> Tensor:
        """Float [N, source, H, W] to [N, target, H / stride, W / stride]."""
        return torch.relu(self.body(x) + self.shortcut(x))


class ChannelSpatialAggregation(nn.Module):
    """Weighs a map by Z = sigmoid(Z_channel + Z_spatial), which says what and where, and adds it to the local map."""

    def __init__(self, channels: int, ratio: int = choices.RESFACE_RATIO) -> None:
        """Build a module for maps of `channels` channels."""
        super().__init__()
        narrow = max(1, channels // ratio)
        self.channel = nn.Sequential(nn.Linear(channels, narrow), nn.ReLU(inplace=True), nn.Linear(narrow, channels))
        self.spatial = nn.Sequential(
            nn.Conv2d(channels, narrow, 1),
            nn.ReLU(inplace=True),
            nn.Conv2d(narrow, narrow, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(narrow, narrow, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(narrow, 1, 1),
        )
        # Of stride 1: the sum wants the local map in the size of the one that is weighed.
        self.local = nn.ConvTranspose2d(channels, channels, 3, padding=1)

    def heatmap(self, x: Tensor) -> Tensor:
        """Z for `x`, float [N, C, H, W]: the same shape, each number in 0 to 1."""
        channel = self.channel(x.mean(dim=(2, 3)))[:, :, None, None]
        return torch.sigmoid(channel + self.spatial(x))

    def forward(self, x: Tensor) -> Tensor:
        """Fea_final = Fea_local + x * Z, float [N, C, H, W]."""
        return torch.as_tensor(self.local(x) + x * self.heatmap(x))


class ResFace(nn.Module):
    """ResNet-18 or -50 whose second stage is aggregated; in training a compact branch learns the distribution, too.

    Args:
        width: factor on every layer's width; 1.0 has ResNet's 64 to 512 channels.
        dropout: rate before the linear layer, 0 to 1.
        blocks: of each of the four stages.
        expansion: 1 for ResNet-18's blocks, 4 for ResNet-50's.
        side: the faces' side in pixels; smaller ones are enlarged to it first. Published: 224.
    """

    TRAINING_ONLY = ("compact",)

    def __init__(
        self,
        *,
        width: float = 1.0,
        dropout: float = 0.0,
        blocks: Sequence[int] = choices.RESNET18_BLOCKS,
        expansion: int = 1,
        side: int = choices.RESFACE_SIDE,
    ) -> None:
        """Build the layers; the arguments stand above."""
        super().__init__()
        self.side = side
        widths = [max(1, round(channels * width)) for channels in choices.RESNET18_CHANNELS]
        self.stem = nn.Sequential(
            *_convolution(3, widths[0], 7, 2), nn.ReLU(inplace=True), nn.MaxPool2d(3, stride=2, padding=1)
        )
        stages: list[nn.Module] = []
        source = widths[0]
        for stage, (channels, count) in enumerate(zip(widths, blocks)):
            layers = []
            for block in range(count):
                stride = 2 if stage and not block else 1
                layers.append(Residual(source, channels, stride=stride, expansion=expansion))
                source = channels * expansion
            stages.append(nn.Sequential(*layers))
            if stage == 1:
                stages.append(ChannelSpatialAggregation(source))
        self.stages = nn.Sequential(*stages)
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Linear(source, LABEL_COUNT))
        self.compact = _compact_branch(widths, -(-side // 4))
        self._compact_logits: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Logits, float [N, 7], for normalised faces, float [N, 1, H, W]."""
        low = self.stem(enlarge(x, self.side))
        if self.training:
            self._compact_logits = self.compact(low)
        logits: Tensor = self.classifier(self.stages(low).mean(dim=(2, 3)))
        return logits

    def own_loss(self, targets: Tensor) -> Tensor:
        """Cross-entropy of the compact branch's distribution for the faces of the last `forward` in training.

        Args:
            targets: float [N, 7], each row the faces' own distribution, summing to 1.

        Raises:
            RuntimeError: there was no `forward` in training since the last call.
        """
        if self._compact_logits is None:
            raise RuntimeError("own_loss goes with a forward pass in training")
        logits, self._compact_logits = self._compact_logits, None
        return functional.cross_entropy(logits.float(), targets)


def _convolution(source: int, channels: int, size: int, stride: int = 1) -> list[nn.Module]:
    convolution = nn.Conv2d(source, channels, size, stride=stride, padding=size // 2, bias=False)
    return [convolution, nn.BatchNorm2d(channels)]


def _compact_branch(widths: Sequence[int], side: int) -> nn.Sequential:
    """Four 3x3 convolutions of stride 2 and a linear layer on all that is left of a map of `side` places."""
    layers: list[nn.Module] = []
    for source, channels in pairwise([widths[0], *widths]):
        layers += [*_convolution(source, channels, 3, 2), nn.ReLU(inplace=True)]
        side = -(-side // 2)
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * side**2, LABEL_COUNT))
