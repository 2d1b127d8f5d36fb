# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The paper's custom VGG ('VGGFac'), alone and with STN and MSA (its section 3.4)."""

from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor, nn

from fer_models import choices
from fer_models.heads import LABEL_COUNT, answer, meant_head
from fer_models.parts.attention import MultipleSelfAttention
from fer_models.parts.stn import SpatialTransformer, to_grid

FINAL_GRID = 3  # 48 pixels halved four times


class VGGFac(nn.Module):
    """Four stacks of two 3x3 convolutions, optionally a spatial transformer in front and MSA within.

    Args:
        width: factor on every layer's width; 1.0 has 64 to 512 channels.
        hidden: units of the hidden fully connected layers; None takes the paper's, scaled by `width`.
        dropout: rate before each fully connected layer, 0 to 1.
        stn: puts a spatial transformer in front.
        msa: puts the multiple self-attention module after the third stack.
        heads: N of equation (5).
        meant: gives it a second head (see heads.py).
    """

    def __init__(
        self,
        *,
        width: float = 1.0,
        hidden: Sequence[int] | None = None,
        dropout: float = choices.VGG_DROPOUT,
        stn: bool = False,
        msa: bool = False,
        heads: int = choices.MSA_HEADS,
        meant: bool = False,
    ) -> None:
        """Build the layers; the arguments stand above.

        Raises:
            ValueError: the width leaves no channel.
        """
        super().__init__()
        first = round(choices.FULL_WIDTH * width)
        if first < 1:
            raise ValueError(f"width {width} leaves the first stack without a channel; give at least 1/64")
        self.stn = SpatialTransformer() if stn else nn.Identity()
        layers: list[nn.Module] = []
        channels = 1
        for stack in range(4):
            layers.append(_stack(channels, first << stack))
            channels = first << stack
            if msa and stack + 1 == choices.VGG_MSA_AFTER_STACK:
                layers.append(MultipleSelfAttention(channels, heads))
        self.features = nn.Sequential(*layers)
        if hidden is None:
            hidden = [max(1, round(units * width)) for units in choices.VGG_HIDDEN]
        self.classifier = nn.Sequential(*_classifier([channels * FINAL_GRID**2, *hidden, LABEL_COUNT], dropout))
        self.meant = meant_head(([channels * FINAL_GRID**2, *hidden])[-1]) if meant else None

    def forward(self, x: Tensor) -> Tensor:
        """Logits, float [N, 7] or [N, 14], for normalised faces, float [N, 1, H, W]; H = W = 48, or at least 32."""
        return answer(self.classifier, self.meant, to_grid(self.features(self.stn(x)), FINAL_GRID).flatten(1))


def _stack(in_channels: int, channels: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for source in (in_channels, channels):
        # The batch-norm that follows has the bias.
        layers += [
            nn.Conv2d(source, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(inplace=True),
        ]
    return nn.Sequential(*layers, nn.MaxPool2d(2))


def _classifier(units: Sequence[int], dropout: float) -> list[nn.Module]:
    layers: list[nn.Module] = []
    for source, target in pairwise(units):
        layers += [nn.Dropout(dropout), nn.Linear(source, target), nn.ReLU(inplace=True)]
    return layers[:-1]
