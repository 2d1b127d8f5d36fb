"""Augmentation of whole batches: one warp and a few pixel operations for all images at once."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True)
class Augmentation:
    """How far a training image may be changed."""

    flip: bool = True
    """Mirror half of the images."""
    rotation: float = 0.0
    """Largest turn in degrees, either way."""
    scale: float = 0.0
    """Largest change of size, either way: 0.1 shows 0.9 to 1.1 of the face's size."""
    shift: float = 0.0
    """Largest shift as a share of the image's side, in x and in y."""
    elastic: float = 0.0
    """Size of smooth random displacements, as a share of the side (standard deviation)."""
    contrast: float = 0.0
    """Largest change of contrast, as a factor's logarithm."""
    gamma: float = 0.0
    """Largest change of gamma, as its logarithm."""
    erase: float = 0.0
    """Share of images that get a grey rectangle of 2 to 20 % of their area."""

    def __post_init__(self) -> None:
        """Raises ValueError for a strength out of range."""
        strengths = (self.rotation, self.scale, self.shift, self.elastic, self.contrast, self.gamma, self.erase)
        if self.erase > 1 or min(strengths) < 0:
            raise ValueError("augmentation strengths are not negative, and erase is at most 1")

    def apply(self, images: Tensor, side: int, generator: torch.Generator) -> Tensor:
        """Changes float faces [N, 1, H, W] in 0 to 1 and returns them as [N, 1, side, side], in 0 to 1."""
        count = images.shape[0]

        def uniform(limit: float, *shape: int) -> Tensor:
            return (torch.rand(count, *shape, generator=generator) * 2 - 1) * limit

        angle, size = uniform(math.radians(self.rotation)), torch.exp(uniform(self.scale))
        mirror = (
            torch.where(torch.rand(count, generator=generator) < 0.5, -1.0, 1.0) if self.flip else torch.ones(count)
        )
        cosine, sine = torch.cos(angle) * size, torch.sin(angle) * size
        shift = uniform(2 * self.shift, 2)
        affine = torch.stack([cosine * mirror, -sine, shift[:, 0], sine * mirror, cosine, shift[:, 1]], dim=1)
        grid = F.affine_grid(affine.view(-1, 2, 3), [count, 1, side, side], align_corners=False)
        if self.elastic > 0:
            coarse = torch.randn(count, 2, 4, 4, generator=generator) * 2 * self.elastic
            field = F.interpolate(coarse, size=(side, side), mode="bicubic", align_corners=True)
            grid = grid + field.permute(0, 2, 3, 1)
        out = F.grid_sample(images, grid, padding_mode="border", align_corners=False)
        if self.gamma > 0:
            out = out.clamp(1e-4, 1) ** torch.exp(uniform(self.gamma, 1, 1, 1))
        if self.contrast > 0:
            mean = out.mean(dim=(1, 2, 3), keepdim=True)
            out = ((out - mean) * torch.exp(uniform(self.contrast, 1, 1, 1)) + mean).clamp(0, 1)
        return _erase(out, self.erase, generator) if self.erase > 0 else out


def _erase(images: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Random erasing (Zhong et al., 2020), with each image's mean."""
    count, _, height, width = images.shape
    area = (0.02 + 0.18 * torch.rand(count, generator=generator)) * (torch.rand(count, generator=generator) < share)
    ratio = torch.exp((torch.rand(count, generator=generator) * 2 - 1) * math.log(3))
    h, w = torch.sqrt(area * ratio) * height, torch.sqrt(area / ratio) * width
    top = torch.rand(count, generator=generator) * (height - h)
    left = torch.rand(count, generator=generator) * (width - w)
    rows, columns = torch.arange(height) + 0.5, torch.arange(width) + 0.5
    inside = ((rows >= top[:, None]) & (rows < (top + h)[:, None]))[:, :, None] & (
        (columns >= left[:, None]) & (columns < (left + w)[:, None])
    )[:, None, :]
    return torch.where(inside[:, None], images.mean(dim=(1, 2, 3), keepdim=True), images)
