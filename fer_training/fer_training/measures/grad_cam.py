# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Grad-CAM: which places of a network's map its answer rests on, and what its attention and its warp look at.

Source: Selvaraju et al., 2017, as the report on residual and SE CNNs gives it (equations 2 and 3; docs/systems.md).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from fer_models.parts.attention import MultipleSelfAttention
from fer_models.parts.stn import SpatialTransformer
from fer_training.data.faces import SIDE
from fer_training.errors import TrainingError
from fer_training.measures.predict import normalise

LEAST_SIDE = 5
"""The default layer is the last whose map has at least so many places a side: one of 1x1 has nothing to show."""


def layers(network: nn.Module) -> dict[str, tuple[int, int]]:
    """Name the modules of a network that give a map, in the order in which a face passes them.

    Args:
        network: maps normalised faces, float [N, 1, 48, 48], to logits [N, 7].

    Returns:
        Name to (channels, side).
    """
    found: dict[str, tuple[int, int]] = {}

    def note(name: str) -> Callable[..., None]:
        def hook(module: nn.Module, inputs: Any, output: Any) -> None:
            if isinstance(output, Tensor) and output.ndim == 4:
                found[name] = (output.shape[1], output.shape[2])

        return hook

    handles = [module.register_forward_hook(note(name)) for name, module in network.named_modules() if name]
    try:
        with torch.no_grad():
            network.eval()(torch.zeros(1, 1, SIDE, SIDE))
    finally:
        for handle in handles:
            handle.remove()
    return found


def default_layer(network: nn.Module) -> str:
    """Name the last layer with a map of at least 5x5.

    Raises:
        TrainingError: there is none.
    """
    named = [name for name, (_, side) in layers(network).items() if side >= LEAST_SIDE]
    if not named:
        raise TrainingError("the network has no map of 5x5 or more to look at; name a --layer")
    return named[-1]


def grad_cam(
    network: nn.Module, images: NDArray[np.uint8], layer: str = "", classes: NDArray[np.int64] | None = None
) -> NDArray[np.float64]:
    """Weigh each place of a layer's map by what it adds to a class's logit.

    alpha_k is the mean over all places of the logit's gradient by channel k, and the map is ReLU(sum of alpha_k A_k),
    enlarged bilinearly to the face and divided by its largest value.

    Args:
        network: maps normalised faces, float [N, 1, 48, 48], to logits [N, 7].
        images: grey faces, uint8 [N, 48, 48].
        layer: one of `layers`; empty takes `default_layer`.
        classes: which logit of each, [N]; None takes the largest.

    Returns:
        [N, 48, 48], 0 to 1; all 0 where nothing speaks for the class.

    Raises:
        TrainingError: the network has no such layer.
    """
    layer = layer or default_layer(network)
    modules = dict(network.named_modules())
    if layer not in modules or layer not in layers(network):
        near = ", ".join(layers(network))
        raise TrainingError(f"the network has no layer '{layer}' with a map; it has {near}")
    kept: list[Tensor] = []

    def keep(module: nn.Module, inputs: Any, output: Tensor) -> Tensor:
        kept.append(output)
        return output.clone()  # what follows may work in place

    handle = modules[layer].register_forward_hook(keep)
    try:
        network.eval()
        logits: Tensor = network(normalise(torch.from_numpy(images)[:, None].float() / 255))
        chosen = logits.argmax(dim=1) if classes is None else torch.from_numpy(classes)
        (gradient,) = torch.autograd.grad(logits.gather(1, chosen[:, None]).sum(), kept[0])
    finally:
        handle.remove()
    alpha = gradient.mean(dim=(2, 3), keepdim=True)
    places = torch.relu((alpha * kept[0]).sum(dim=1, keepdim=True)).detach()
    return _on_the_face(places)


def attended(network: nn.Module, images: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Show how much attention each place gets from all others in a network's MSA, and how its heads are weighed.

    Args:
        network, images: as for `grad_cam`.

    Returns:
        The maps, [N, 48, 48], each divided by its largest value, and the heads' weights, [N, heads], each row summing
        to 1; None for a network without MSA.
    """
    msa = next((module for module in network.modules() if isinstance(module, MultipleSelfAttention)), None)
    if msa is None:
        return None
    found: list[tuple[Tensor, Tensor]] = []

    def look(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        x = inputs[0]
        heads = torch.stack([head.attention(x).mean(dim=1) for head in msa.heads], dim=1)  # type: ignore[operator]
        weights = msa.weights(x)
        places = (weights[:, :, None] * heads).sum(dim=1)
        found.append((places.view(x.shape[0], 1, *x.shape[2:]), weights))

    handle = msa.register_forward_pre_hook(look)
    try:
        with torch.no_grad():
            network.eval()(normalise(torch.from_numpy(images)[:, None].float() / 255))
    finally:
        handle.remove()
    return _on_the_face(found[0][0]), found[0][1].double().numpy()


def warped(network: nn.Module, images: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Show faces as a network's spatial transformer hands them on: uint8 [N, 48, 48]; None for one without.

    Args:
        network, images: as for `grad_cam`.
    """
    stn = next((module for module in network.modules() if isinstance(module, SpatialTransformer)), None)
    if stn is None:
        return None
    seen: list[Tensor] = []
    handle = stn.register_forward_hook(lambda module, inputs, output: seen.append(output))
    try:
        with torch.no_grad():
            network.eval()(normalise(torch.from_numpy(images)[:, None].float() / 255))
    finally:
        handle.remove()
    zero, one = (float(normalise(torch.tensor(value))) for value in (0.0, 1.0))
    grey = F.interpolate(seen[0][:, :1], size=(SIDE, SIDE), mode="bilinear", align_corners=False)
    return np.asarray(((grey[:, 0] - zero) / (one - zero) * 255).round().clamp(0, 255).byte().numpy())


def _on_the_face(places: Tensor) -> NDArray[np.float64]:
    """Enlarge maps, [N, 1, h, w], to the face's 48x48 places, and divide each by its largest value."""
    maps = F.interpolate(places.float(), size=(SIDE, SIDE), mode="bilinear", align_corners=False)[:, 0]
    return np.asarray((maps / maps.flatten(1).amax(dim=1)[:, None, None].clamp_min(1e-12)).double().numpy())
