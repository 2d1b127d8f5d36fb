"""What a network answers, in PyTorch."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

MEAN, DEVIATION = 0.508, 0.255
"""Mean and standard deviation of FER2013Train's pixels in 0 to 1; the model file normalises by them."""


def normalise(images: Tensor) -> Tensor:
    """Faces in 0 to 1 as the networks take them."""
    return (images - MEAN) / DEVIATION


def predict(model: nn.Module, images: NDArray[np.uint8], device: torch.device, batch: int = 256) -> NDArray[np.float32]:
    """A network's probabilities, [N, 7], for grey faces, uint8 [N, 48, 48]."""
    return np.asarray(torch.softmax(predict_logits(model, images, device, batch), dim=1).numpy())


@torch.no_grad()
def predict_logits(model: nn.Module, images: NDArray[np.uint8], device: torch.device, batch: int = 256) -> Tensor:
    """A network's logits, float32 [N, 7] on the CPU, for grey faces, uint8 [N, 48, 48]."""
    model.eval()
    parts = []
    for start in range(0, len(images), batch):
        faces = torch.from_numpy(images[start : start + batch])[:, None].float() / 255
        parts.append(model(normalise(faces).to(device, memory_format=torch.channels_last)).float().cpu())
    return torch.cat(parts)
