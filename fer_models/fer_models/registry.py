# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The networks by name: the rows of the paper's Table 3, our own residual ones, and those of the other sources."""

from collections.abc import Callable
from functools import partial
from typing import Any

from torch import nn

from fer_models import choices
from fer_models.networks.deep_emotion import DeepEmotion
from fer_models.networks.emonext import EmoNeXt
from fer_models.networks.resface import ResFace
from fer_models.networks.residual import PlainCNN, ResidualCNN
from fer_models.networks.resnet import FaceResNet
from fer_models.networks.vgg import VGGFac

REGISTRY: dict[str, Callable[..., nn.Module]] = {
    "baseline_cnn": partial(DeepEmotion, stn=False),
    "deep_emotion": partial(DeepEmotion, stn=True),
    "deep_emotion_msa": partial(DeepEmotion, stn=True, msa=True),
    "vggfac": partial(VGGFac),
    "vggfac_msa": partial(VGGFac, msa=True),
    "vggfac_stn": partial(VGGFac, stn=True),
    "vggfac_stn_msa": partial(VGGFac, stn=True, msa=True),
    "resnet": FaceResNet,
    "resnet_msa": partial(FaceResNet, msa=True),
    "resnet_fast": partial(FaceResNet, enlarged=choices.RESNET_FAST_ENLARGED),
    "deep_emotion_2021": partial(
        DeepEmotion, localisation=(choices.DEEP_EMOTION_STN_CHANNELS, choices.DEEP_EMOTION_STN_HIDDEN)
    ),
    "plain_cnn": PlainCNN,
    "residual_cnn": partial(ResidualCNN, se=False),
    "residual_se_cnn": ResidualCNN,
    "resface18": ResFace,
    "resface50": partial(ResFace, blocks=choices.RESNET50_BLOCKS, expansion=4),
    **{
        f"emonext_{size}": partial(EmoNeXt, channels=channels, depths=depths)
        for size, (channels, depths) in choices.EMONEXT.items()
    },
    "resnet_fast_stn_msa": partial(FaceResNet, enlarged=choices.RESNET_FAST_ENLARGED, stn=True, msa=True),
}
"""Name to constructor. Each takes `width` and its family's own keywords.

All map normalised faces, float [N, 1, 48, 48], to logits, float [N, 7], or [N, 14] with `meant=True` (heads.py)."""


def create_model(name: str, **options: Any) -> nn.Module:
    """Create a freshly initialised network (PyTorch's defaults, as the paper's Table 2 says).

    Raises:
        ValueError: the registry has no such name, or the network no such option.
    """
    if name not in REGISTRY:
        raise ValueError(f"unknown architecture '{name}'; there are: {', '.join(REGISTRY)}")
    try:
        return REGISTRY[name](**options)
    except TypeError as error:
        raise ValueError(f"architecture '{name}' does not take these options: {error}") from error


def training_only(model: nn.Module) -> tuple[str, ...]:
    """Return the names of a network's modules that no answer needs: they add a loss in training, and no file has them.

    A network names them in its class's `TRAINING_ONLY`.
    """
    names: tuple[str, ...] = getattr(model, "TRAINING_ONLY", ())
    return names


def parameter_count(model: nn.Module) -> int:
    """Count the numbers that training adjusts."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
