# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Self-attention and the multiple self-attention (MSA) module (the paper's section 3.3)."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from fer_models import choices
from fer_models.parts.stn import to_grid


class SelfAttention(nn.Module):
    """One self-attention head over the places of a feature map, added to its input through gamma.

    Equations (2) to (4); gamma starts at 0, so that the head starts as the identity. Source: SAGAN
    (Zhang et al., 2019).
    """

    def __init__(self, channels: int) -> None:
        """Build a head for maps of `channels` channels."""
        super().__init__()
        narrow = max(1, channels // choices.MSA_QUERY_DIVISOR)
        inner = max(1, channels // choices.MSA_VALUE_DIVISOR)
        self.f = nn.Conv2d(channels, narrow, 1)
        self.g = nn.Conv2d(channels, narrow, 1)
        self.h = nn.Conv2d(channels, inner, 1)
        self.v = nn.Conv2d(inner, channels, 1)
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        """Attends within `x`, float [N, C, H, W], and returns the same shape."""
        gathered = (self.h(x).flatten(2) @ self.attention(x).transpose(1, 2)).reshape(x.shape[0], -1, *x.shape[2:])
        return torch.as_tensor(self.gamma * self.v(gathered) + x)

    def attention(self, x: Tensor) -> Tensor:
        """Return beta of equation (2): float [N, H*W, H*W]; row j is what place j attends to and sums to 1."""
        keys, queries = self.f(x).flatten(2), self.g(x).flatten(2)
        return torch.softmax(queries.transpose(1, 2) @ keys, dim=-1)


class MultipleSelfAttention(nn.Module):
    """N self-attention heads side by side, mixed by weights that a second branch reads off the input.

    Equations (5) and (6). Source: the paper's section 3.3.2, weight branch after Gan et al., 2020.
    """

    def __init__(self, channels: int, heads: int = choices.MSA_HEADS, *, side: int = choices.MSA_SIDE) -> None:
        """`heads` heads for maps of `channels` channels, `side` places high and wide where faces have 48 pixels."""
        super().__init__()
        self.heads = nn.ModuleList(SelfAttention(channels) for _ in range(heads))
        self.conv = nn.Conv2d(channels, channels, 1)
        self.pool = nn.AvgPool2d(2)
        self.grid = side // 2
        self.fc = nn.Linear(channels * self.grid**2, heads)

    def forward(self, x: Tensor) -> Tensor:
        """Mixes the heads' answers to `x`, float [N, C, H, W], into one map of the same shape."""
        weights = self.weights(x)
        if not self.training:
            return self.at_once(x, weights)
        answers = torch.stack([head(x) for head in self.heads], dim=1)
        return (weights[:, :, None, None, None] * answers).sum(dim=1)

    def at_once(self, x: Tensor, weights: Tensor) -> Tensor:
        """Answer as `forward`, for all heads in one go, equal but for rounding: fewer, larger products for one face.

        The heads' convolutions of one input are one convolution. v is linear, so the mixture of the heads' v is one
        convolution of what they gathered, each weighted before: sum of w gamma v(o) + w x, where the w sum to 1.
        """
        heads: list[SelfAttention] = [head for head in self.heads if isinstance(head, SelfAttention)]
        layers = [getattr(head, name) for name in "gfh" for head in heads]
        narrow = len(heads) * heads[0].g.out_channels
        read = functional.conv2d(x, torch.cat([one.weight for one in layers]), torch.cat([one.bias for one in layers]))
        queries, keys, values = (
            part.reshape(x.shape[0], len(heads), -1, x.shape[2] * x.shape[3])
            for part in (read[:, :narrow], read[:, narrow : 2 * narrow], read[:, 2 * narrow :])
        )
        shares = weights * torch.cat([head.gamma for head in heads])
        attention = torch.softmax(queries.transpose(2, 3) @ keys, dim=-1) * shares[:, :, None, None]
        gathered = (values @ attention.transpose(2, 3)).reshape(x.shape[0], -1, *x.shape[2:])
        mixed = functional.conv2d(gathered, torch.cat([head.v.weight for head in heads], dim=1))
        bias = shares @ torch.stack([torch.as_tensor(head.v.bias) for head in heads])
        return torch.as_tensor(mixed + bias[:, :, None, None] + x)

    def _branch(self) -> tuple[Tensor, Tensor]:
        """Return the weight branch's convolution and linear layer as one layer, for what is pooled before either.

        Pooling and a convolution of single places are linear, and may change places; a mean of equal biases is one.
        """
        weight = self.fc.weight.reshape(len(self.heads), self.conv.out_channels, -1)
        within = self.conv.weight.flatten(1)
        joined = (weight.transpose(1, 2) @ within).transpose(1, 2)
        return joined.flatten(1), self.fc.bias + weight.sum(2) @ torch.as_tensor(self.conv.bias)

    def weights(self, x: Tensor) -> Tensor:
        """Return w of equation (6): float [N, heads], each in 0 to 1, every row summing to 1."""
        if self.training:
            scores = self.fc(to_grid(self.pool(self.conv(x)), self.grid).flatten(1))
        else:
            scores = functional.linear(to_grid(self.pool(x), self.grid).flatten(1), *self._branch())
        raw = torch.sigmoid(scores.float())
        return raw / raw.sum(dim=1, keepdim=True).clamp_min(1e-6)
