# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Augmentation of whole batches: one warp and a few pixel operations for all images at once, on any device."""

import math
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

Draws = dict[str, Tensor]
"""Random numbers by what they are for, one row an image: rows can be taken apart and the parts changed alike."""


@dataclass(frozen=True)
class Augmentation:
    """How far a training image may be changed."""

    flip: bool = True
    """Mirror half of the images."""
    vertical_flip: bool = False
    """Turn half of the images upside down."""
    rotation: float = 0.0
    """Largest turn in degrees, either way."""
    scale: float = 0.0
    """Largest change of size, either way: 0.1 shows 0.9 to 1.1 of the face's size."""
    shift: float = 0.0
    """Largest shift as a share of the image's side, in x and in y."""
    elastic: float = 0.0
    """Size of smooth random displacements, as a share of the side (standard deviation)."""
    moved: float = 1.0
    """Share of images that rotation, scale and shift touch."""
    brightness: float = 0.0
    """Largest change of brightness, either way, of a range of 0 to 1."""
    contrast: float = 0.0
    """Largest change of contrast, as a factor's logarithm."""
    gamma: float = 0.0
    """Largest change of gamma, as its logarithm."""
    lit: float = 1.0
    """Share of images that brightness, contrast and gamma touch."""
    blur: float = 0.0
    """Largest share of the same image at half its resolution that is mixed in, 0 to 1."""
    noise: float = 0.0
    """Largest standard deviation of a camera's noise, of a range of 0 to 1."""
    damage: float = 1.0
    """Share of images that blur and noise touch."""
    erase: float = 0.0
    """Share of images that get a grey rectangle of 2 to 20 % of their area."""

    def __post_init__(self) -> None:
        """Raise ValueError for a strength out of range."""
        geometry = (self.rotation, self.scale, self.shift, self.elastic)
        pixels = (self.brightness, self.contrast, self.gamma, self.noise)
        shares = (self.blur, self.erase, self.damage, self.moved, self.lit)
        if max(shares) > 1 or min(*geometry, *pixels, *shares) < 0:
            raise ValueError("augmentation strengths are not negative; erase, blur, damage, moved and lit at most 1")

    def draw(self, count: int, side: int, generator: torch.Generator) -> Draws:
        """Draw the random numbers for `count` images of `side` pixels, on the CPU so that every device has the same.

        Returns:
            tensors whose first dimension is `count`.
        """

        def uniform(limit: float, *shape: int) -> Tensor:
            return (torch.rand(count, *shape, generator=generator) * 2 - 1) * limit

        def chosen(share: float) -> Tensor:
            return (torch.rand(count, 1, 1, 1, generator=generator) < share).float()

        def touched() -> Tensor:
            return chosen(self.damage)

        draws = {"angle": uniform(math.radians(self.rotation)), "size": torch.exp(uniform(self.scale))}
        mirrored = torch.rand(count, generator=generator) < 0.5
        draws["mirror"] = torch.where(mirrored, -1.0, 1.0) if self.flip else torch.ones(count)
        draws["shift"] = uniform(2 * self.shift, 2)
        if self.elastic > 0:
            draws["elastic"] = torch.randn(count, 2, 4, 4, generator=generator) * 2 * self.elastic
        if self.gamma > 0:
            draws["gamma"] = torch.exp(uniform(self.gamma, 1, 1, 1))
        if self.contrast > 0:
            draws["contrast"] = torch.exp(uniform(self.contrast, 1, 1, 1))
        if self.blur > 0:
            draws["blur"] = torch.rand(count, 1, 1, 1, generator=generator) * self.blur * touched()
        if self.noise > 0:
            deviation = torch.rand(count, 1, 1, 1, generator=generator) * self.noise * touched()
            draws["noise"] = torch.randn(count, 1, side, side, generator=generator) * deviation
        if self.erase > 0:
            draws["box"] = _boxes(count, self.erase, generator)
        # What came later is drawn last, so that older recipes see the faces that they always saw.
        if self.vertical_flip:
            draws["upright"] = 1 - 2 * chosen(0.5).flatten()
        if self.moved < 1:
            moved = chosen(self.moved).flatten()
            draws["angle"], draws["size"] = draws["angle"] * moved, draws["size"] ** moved
            draws["shift"] = draws["shift"] * moved[:, None]
        if self.brightness > 0:
            draws["brightness"] = uniform(self.brightness, 1, 1, 1)
        if self.lit < 1:
            lit = chosen(self.lit)
            draws |= {name: draws[name] ** lit for name in ("gamma", "contrast") if name in draws}
            draws |= {name: draws[name] * lit for name in ("brightness",) if name in draws}
        return draws

    def apply(self, images: Tensor, side: int, draws: Draws) -> Tensor:
        """Change float faces [N, 1, H, W] in 0 to 1 by N rows of draws; return them as [N, 1, side, side], 0 to 1."""
        draws = {name: values.to(images.device) for name, values in draws.items()}
        cosine, sine = torch.cos(draws["angle"]) * draws["size"], torch.sin(draws["angle"]) * draws["size"]
        mirror, shift = draws["mirror"], draws["shift"]
        upright = draws.get("upright", torch.ones_like(mirror))
        rows = [cosine * mirror, -sine * upright, shift[:, 0], sine * mirror, cosine * upright, shift[:, 1]]
        affine = torch.stack(rows, dim=1)
        grid = F.affine_grid(affine.view(-1, 2, 3), [len(images), 1, side, side], align_corners=False)
        if "elastic" in draws:
            field = F.interpolate(draws["elastic"], size=(side, side), mode="bicubic", align_corners=True)
            grid = grid + field.permute(0, 2, 3, 1)
        out = F.grid_sample(images, grid, padding_mode="border", align_corners=False)
        if "gamma" in draws:
            out = out.clamp(1e-4, 1) ** draws["gamma"]
        if "contrast" in draws:
            mean = out.mean(dim=(1, 2, 3), keepdim=True)
            out = ((out - mean) * draws["contrast"] + mean).clamp(0, 1)
        if "brightness" in draws:
            out = (out + draws["brightness"]).clamp(0, 1)
        if "blur" in draws:
            coarse = F.interpolate(out, scale_factor=0.5, mode="area")
            smooth = F.interpolate(coarse, size=(side, side), mode="bilinear", align_corners=False)
            out = torch.lerp(out, smooth, draws["blur"])
        if "noise" in draws:
            out = (out + draws["noise"]).clamp(0, 1)
        return _erase(out, draws["box"]) if "box" in draws else out


_MODERATE = Augmentation(brightness=0.2, contrast=0.2, lit=0.3, rotation=15, shift=0.1, scale=0.15, moved=0.7)
AUGMENTATIONS = {
    "none": Augmentation(flip=False),
    "horizontal": Augmentation(),
    "vertical": Augmentation(flip=False, vertical_flip=True),
    "moderate": _MODERATE,
    "aggressive": replace(_MODERATE, blur=1.0, damage=0.1, erase=0.25),
}
"""The five of the residual + SE report's Table 1. It gives how often and how far a face is moved, and how often it is
lit otherwise, blurred or covered; how far it is lit otherwise is its library's default, 20 %, and one rectangle
stands for its coarse dropout's several."""


def _boxes(count: int, share: float, generator: torch.Generator) -> Tensor:
    """Top, left, height and width of random rectangles as shares of the side, [N, 4]; empty where none is erased."""
    area = (0.02 + 0.18 * torch.rand(count, generator=generator)) * (torch.rand(count, generator=generator) < share)
    ratio = torch.exp((torch.rand(count, generator=generator) * 2 - 1) * math.log(3))
    height, width = torch.sqrt(area * ratio), torch.sqrt(area / ratio)
    top = torch.rand(count, generator=generator) * (1 - height)
    left = torch.rand(count, generator=generator) * (1 - width)
    return torch.stack([top, left, height, width], dim=1)


def _erase(images: Tensor, boxes: Tensor) -> Tensor:
    """Random erasing (Zhong et al., 2020), with each image's mean."""
    side = images.shape[-1]
    pixels = (torch.arange(side, device=images.device) + 0.5) / side
    top, left, height, width = boxes[:, :, None].unbind(1)
    rows = (pixels >= top) & (pixels < top + height)
    columns = (pixels >= left) & (pixels < left + width)
    inside = (rows[:, :, None] & columns[:, None, :])[:, None]
    return torch.where(inside, images.mean(dim=(1, 2, 3), keepdim=True), images)
