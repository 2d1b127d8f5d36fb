# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""EmoNeXt: a spatial transformer, ConvNeXt with squeeze-and-excitation, and a loss that keeps attention even.

Source: El Boudouri and Bohi, 2023 (doi 10.1109/MMSP59012.2023.10337732), as an overview of two FER networks gives it
(docs/systems.md), and ConvNeXt's paper (Liu et al., 2022). Layers have ConvNeXt's published names, so that its files of
ImageNet weights fit. timm has the same blocks, but wants torchvision, which does not load beside torch's CPU build.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from fer_models import choices
from fer_models.heads import LABEL_COUNT
from fer_models.parts.enlarge import enlarge
from fer_models.parts.squeeze import SqueezeExcitation
from fer_models.parts.stn import SpatialTransformer


class ChannelNorm(nn.LayerNorm):
    """Layer normalisation over the channels of each place of a map, float [N, C, H, W]."""

    def forward(self, x: Tensor) -> Tensor:
        """Normalise `x` and return its shape."""
        normalised: Tensor = super().forward(x.permute(0, 2, 3, 1))
        return normalised.permute(0, 3, 1, 2)


class ConvNeXtBlock(nn.Module):
    """A 7x7 depthwise convolution and two linear layers, four times as wide between, beside the identity.

    Args:
        channels: of the map.
        dropped: the share of faces in a batch for which training leaves the block out (stochastic depth), 0 to 1.
    """

    def __init__(self, channels: int, dropped: float) -> None:
        """Build the layers; the arguments stand above."""
        super().__init__()
        self.dropped = dropped
        self.dwconv = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pwconv1 = nn.Linear(channels, 4 * channels)
        self.pwconv2 = nn.Linear(4 * channels, channels)
        self.gamma = nn.Parameter(torch.full((channels,), choices.CONVNEXT_LAYER_SCALE))

    def forward(self, x: Tensor) -> Tensor:
        """Float [N, C, H, W] to the same shape."""
        y = self.norm(self.dwconv(x).permute(0, 2, 3, 1))
        y = (self.gamma * self.pwconv2(functional.gelu(self.pwconv1(y)))).permute(0, 3, 1, 2)
        if self.training and self.dropped > 0:
            kept = torch.rand(x.shape[0], 1, 1, 1, device=x.device) >= self.dropped
            y = y * kept / (1 - self.dropped)
        return torch.as_tensor(x + y)


class FeatureAttention(nn.Module):
    """Dot-product attention between the feature vectors of a batch, of which only the weights are used.

    The published code also computes what is attended to, and throws it away: that linear layer would never learn,
    and is left out here.
    """

    def __init__(self, channels: int) -> None:
        """Build a module for vectors of `channels` numbers."""
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.query = nn.Linear(channels, channels)
        # Without its bias, which adds the same to a whole row of the softmax's input and so cancels.
        self.key = nn.Linear(channels, channels, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Weights, float [N, N], each row summing to 1, for features, float [N, C]."""
        x = self.norm(x)
        scores = self.query(x) @ self.key(x).transpose(0, 1) * x.shape[1] ** -0.5
        return torch.softmax(scores.float(), dim=-1)


class EmoNeXt(nn.Module):
    """A spatial transformer in front of ConvNeXt, squeeze-and-excitation after each downsampling.

    Args:
        width: factor on every stage's width.
        dropout: rate before the linear layer, 0 to 1.
        channels, depths: of the four stages; T, S, B, L and XL are in choices.py.
        dropped: the last block's share of stochastic depth, 0 to 1; it rises to it from 0 at the first block.
        side: the faces' side in pixels; smaller ones are enlarged to it first. Published: 224.
    """

    TRAINING_ONLY = ("attention",)

    def __init__(
        self,
        *,
        width: float = 1.0,
        dropout: float = 0.0,
        channels: Sequence[int] = choices.EMONEXT["t"][0],
        depths: Sequence[int] = choices.EMONEXT["t"][1],
        dropped: float = choices.EMONEXT_DROPPED,
        side: int = choices.EMONEXT_SIDE,
    ) -> None:
        """Build the layers; the arguments stand above."""
        super().__init__()
        self.side = side
        widths = [max(2, round(one * width)) for one in channels]
        grid = ((side - 6) // 2 - 4) // 2
        self.stn = SpatialTransformer(
            3, channels=choices.DEEP_EMOTION_STN_CHANNELS, hidden=choices.DEEP_EMOTION_STN_HIDDEN, grid=grid, norm=True
        )
        self.downsample_layers = nn.ModuleList(
            [nn.Sequential(nn.Conv2d(3, widths[0], 4, stride=4), ChannelNorm(widths[0], eps=1e-6))]
        )
        for source, target in pairwise(widths):
            convolution = nn.Conv2d(source, target, 2, stride=2)
            self.downsample_layers.append(
                nn.Sequential(ChannelNorm(source, eps=1e-6), convolution, SqueezeExcitation(target))
            )
        shares = iter(torch.linspace(0, dropped, sum(depths), device="cpu").tolist())
        self.stages = nn.ModuleList(
            nn.Sequential(*[ConvNeXtBlock(one, next(shares)) for _ in range(depth)])
            for one, depth in zip(widths, depths)
        )
        self.norm = nn.LayerNorm(widths[-1], eps=1e-6)
        self.attention = FeatureAttention(widths[-1])
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(widths[-1], LABEL_COUNT))
        self._features: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Logits, float [N, 7], for normalised faces, float [N, 1, H, W]."""
        x = self.stn(enlarge(x, self.side))
        for downsample, stage in zip(self.downsample_layers, self.stages):
            x = stage(downsample(x))
        features = self.norm(x.mean(dim=(2, 3)))
        if self.training:
            self._features = features
        logits: Tensor = self.head(features)
        return logits

    def own_loss(self, targets: Tensor) -> Tensor:
        """L_SA: the variance of the attention's weights over the faces of the last `forward` in training.

        Args:
            targets: not used; the classifier's loss has them.

        Raises:
            RuntimeError: there was no `forward` in training since the last call.
        """
        if self._features is None:
            raise RuntimeError("own_loss goes with a forward pass in training")
        features, self._features = self._features, None
        weights: Tensor = self.attention(features.float())
        return (weights - weights.mean()).square().mean()
