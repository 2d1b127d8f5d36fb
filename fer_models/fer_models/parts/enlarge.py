# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Grey faces of any side as the square colour images that networks from elsewhere expect."""

from torch import Tensor
from torch.nn import functional

from fer_models import choices


def enlarge(x: Tensor, side: int, channels: int = 3) -> Tensor:
    """Faces, float [N, 1, H, W], bilinearly at side x side, the grey repeated: [N, channels, side, side]."""
    if x.shape[-2:] != (side, side):
        x = functional.interpolate(x, size=(side, side), mode="bilinear", align_corners=False)
    return x.expand(-1, channels, -1, -1)


def renormalise(x: Tensor, mean: float, deviation: float) -> Tensor:
    """Turn faces normalised as networks here are given them into faces normalised by another mean and deviation."""
    usual_mean, usual_deviation = choices.NORMALISED
    return x * (usual_deviation / deviation) + (usual_mean - mean) / deviation
