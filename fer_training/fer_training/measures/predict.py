# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a network answers, in PyTorch."""

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from fer_models.heads import seen

MEAN, DEVIATION = 0.508, 0.255
"""Mean and standard deviation of FER2013Train's pixels in 0 to 1; the model file normalises by them."""


def normalise(images: Tensor) -> Tensor:
    """Scale faces in 0 to 1 as the networks take them."""
    return (images - MEAN) / DEVIATION


def softmax(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return each row's probabilities, [N, 7], summing to 1."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True)).astype(np.float64)
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def predict(
    model: nn.Module, images: NDArray[np.uint8], device: torch.device, *, batch: int = 256, side: int | None = None
) -> NDArray[np.float32]:
    """Return a network's probabilities, [N, 7], for grey faces, uint8 [N, 48, 48]; arguments as for
    `predict_logits`."""
    logits = predict_logits(model, images, device, batch=batch, side=side)
    return np.asarray(torch.softmax(seen(logits), dim=1).numpy())


@torch.no_grad()
def predict_logits(
    model: nn.Module, images: NDArray[np.uint8], device: torch.device, *, batch: int = 256, side: int | None = None
) -> Tensor:
    """Return a network's logits, float32 [N, 7] ([N, 14] of two heads) on the CPU, for grey faces, uint8 [N, 48, 48].

    The faces are resized bilinearly to `side` pixels first; None leaves them as they are.
    """
    model.eval()
    parts = []
    for start in range(0, len(images), batch):
        faces = torch.from_numpy(images[start : start + batch])[:, None].float() / 255
        if side is not None and faces.shape[-1] != side:
            # As the augmentation samples: bilinear, without antialiasing.
            faces = F.interpolate(faces, size=(side, side), mode="bilinear", align_corners=False)
        parts.append(model(normalise(faces).to(device, memory_format=torch.channels_last)).float().cpu())
    return torch.cat(parts)
