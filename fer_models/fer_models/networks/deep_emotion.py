# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The paper's baseline CNN and Deep-Emotion, which adds a spatial transformer (sections 3.1 and 3.2)."""

from torch import Tensor, nn

from fer_models import choices
from fer_models.heads import LABEL_COUNT, answer, meant_head
from fer_models.parts.attention import MultipleSelfAttention
from fer_models.parts.stn import SpatialTransformer, to_grid

FINAL_GRID = 9  # 48 pixels after two unpadded convolutions, a pool, two more and a pool


class DeepEmotion(nn.Module):
    """Four 3x3 convolutions of 10 channels and two fully connected layers (the paper's Figures 1 and 2).

    Without `stn` it is the paper's baseline CNN. Source: Minaee et al., 2021.

    Args:
        width: factor on the layers' width; 1.0 has 10 channels and 50 hidden units.
        dropout: rate before the fully connected layers, 0 to 1.
        stn: puts a spatial transformer in front.
        msa: puts the multiple self-attention module after the last pool.
        heads: N of equation (5).
        localisation: channels and hidden units of the spatial transformer's network.
        meant: gives it a second head (see heads.py).
    """

    def __init__(
        self,
        *,
        width: float = 1.0,
        dropout: float = choices.DEEP_EMOTION_DROPOUT,
        stn: bool = True,
        msa: bool = False,
        heads: int = choices.MSA_HEADS,
        localisation: tuple[tuple[int, int], int] = (choices.STN_CHANNELS, choices.STN_HIDDEN),
        meant: bool = False,
    ) -> None:
        """Build the layers; the arguments stand above."""
        super().__init__()
        channels = max(1, round(choices.DEEP_EMOTION_CHANNELS * width))
        hidden = max(1, round(choices.DEEP_EMOTION_HIDDEN * width))
        self.stn = SpatialTransformer(channels=localisation[0], hidden=localisation[1]) if stn else nn.Identity()
        self.features = nn.Sequential(
            nn.Conv2d(1, channels, 3),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels, channels, 3),
            nn.MaxPool2d(2),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels, channels, 3),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels, channels, 3),
            nn.MaxPool2d(2),
            nn.ReLU(inplace=True),
        )
        self.msa = MultipleSelfAttention(channels, heads, side=FINAL_GRID) if msa else nn.Identity()
        self.classifier = nn.Sequential(
            nn.Dropout(dropout),
            nn.Linear(channels * FINAL_GRID**2, hidden),
            nn.ReLU(inplace=True),
            nn.Linear(hidden, LABEL_COUNT),
        )
        self.meant = meant_head(hidden) if meant else None

    def forward(self, x: Tensor) -> Tensor:
        """Logits, float [N, 7] or [N, 14], for normalised faces, float [N, 1, H, W]; H = W = 48, or at least 32."""
        features = to_grid(self.msa(self.features(self.stn(x))), FINAL_GRID)
        return answer(self.classifier, self.meant, features.flatten(1))
