# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Spatial transformer: looks at the face, then crops, turns and scales it (the paper's section 3.2)."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fer_models import choices


class SpatialTransformer(nn.Module):
    """Warps its input by an affine map that a small localisation network reads off it (equation 1).

    The map starts as the identity whatever the input: a localisation that starts at random sends the
    classifier noise and collapses (train it at a lower rate than the rest, too).

    Source: Jaderberg et al., 2015; the localisation network follows Deep-Emotion (Minaee et al., 2021).
    """

    def __init__(
        self,
        in_channels: int = 1,
        *,
        channels: tuple[int, int] = choices.STN_CHANNELS,
        hidden: int = choices.STN_HIDDEN,
        grid: int = choices.STN_GRID,
        norm: bool = False,
        looks_at: int | None = None,
    ) -> None:
        """Build a transformer for images of `in_channels` channels.

        Args:
            in_channels: the images'.
            channels: of the localisation network's two convolutions.
            hidden: units of its hidden layer.
            grid: side of the map that it flattens; other sizes are averaged to it.
            norm: batch-norm after each of its convolutions, as EmoNeXt has it.
            looks_at: side in pixels to which the image is averaged for it; None leaves it as it is.
        """
        super().__init__()
        self.grid, self.looks_at = grid, looks_at
        layers: list[nn.Module] = []
        for source, target, size in ((in_channels, channels[0], 7), (channels[0], channels[1], 5)):
            layers += [nn.Conv2d(source, target, size), *([nn.BatchNorm2d(target)] if norm else [])]
            layers += [nn.MaxPool2d(2), nn.ReLU(inplace=True)]
        self.localisation = nn.Sequential(*layers)
        self.hidden = nn.Linear(channels[1] * grid**2, hidden)
        self.theta = nn.Linear(hidden, 6)
        nn.init.zeros_(self.theta.weight)
        with torch.no_grad():
            self.theta.bias.copy_(torch.tensor([1.0, 0.0, 0.0, 0.0, 1.0, 0.0]))

    def forward(self, x: Tensor) -> Tensor:
        """Warp `x`, float [N, C, H, W], to the same shape."""
        return warp(x, self.affine(x))

    def affine(self, x: Tensor) -> Tensor:
        """Return the map for each image: float [N, 2, 3], in coordinates from -1 to 1 (equation 1's A_theta)."""
        seen = x if self.looks_at is None else to_grid(x, self.looks_at)
        features = to_grid(self.localisation(seen), self.grid)
        theta: Tensor = self.theta(F.relu(self.hidden(features.flatten(1))))
        return theta.view(-1, 2, 3)


def warp(x: Tensor, affine: Tensor) -> Tensor:
    """Sample `x`, float [N, C, H, W], bilinearly at the points that `affine`, [N, 2, 3], sends the grid to.

    Equation (1). Written as a matrix product, since ONNX has no affine_grid before opset 20.
    """
    height, width = x.shape[-2:]
    rows = torch.linspace(-1 + 1 / height, 1 - 1 / height, height, device=x.device)
    columns = torch.linspace(-1 + 1 / width, 1 - 1 / width, width, device=x.device)
    y, x_ = torch.meshgrid(rows, columns, indexing="ij")
    target = torch.stack([x_, y, torch.ones_like(x_)]).flatten(1).T
    source = (target @ affine.float().transpose(1, 2)).reshape(-1, height, width, 2)
    # Autocast leaves grid_sample's input in bfloat16 while the grid is float32; they must agree.
    return F.grid_sample(x.float(), source, mode="bilinear", padding_mode="border", align_corners=False)


def to_grid(x: Tensor, side: int) -> Tensor:
    """Average `x`, [N, C, H, W], to side x side; leave it unchanged, and out of the exported graph, where it fits."""
    if x.shape[-2:] == (side, side):
        return x
    if x.shape[-2:] == (2 * side, 2 * side):  # the same, but for rounding; ONNX has this pool and not the other
        return F.avg_pool2d(x, 2)
    return F.adaptive_avg_pool2d(x, side)
