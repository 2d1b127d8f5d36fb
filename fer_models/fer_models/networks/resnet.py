# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The residual network of dlib's face recognition as a classifier of emotions: it can start from dlib's weights.

Source: Davis King, 2017, dlib's `dnn_face_recognition_ex.cpp`: a ResNet (He et al., 2016) of 29 convolutions, half as
wide as usual, that learned to tell people apart on about 3 million faces. What it knows of faces is worth more than
what FER+'s 28,000 can teach (fer_training/README.md has both).
"""

from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional

from fer_models import choices
from fer_models.heads import LABEL_COUNT, answer, meant_head
from fer_models.parts.attention import MultipleSelfAttention
from fer_models.parts.stn import SpatialTransformer

SIDE = 48


class Block(nn.Module):
    """Two 3x3 convolutions beside a shortcut; where it halves the map, the shortcut is the mean of 2x2 places."""

    def __init__(self, source: int, channels: int, *, halves: bool) -> None:
        """Build a block from `source` to `channels` channels, at least as many."""
        super().__init__()
        self.halves = halves
        self.added = channels - source
        self.body = nn.Sequential(
            nn.Conv2d(source, channels, 3, stride=2 if halves else 1, padding=0 if halves else 1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Float [N, source, H, W] to [N, channels, H, W], or half as high and wide."""
        shortcut, padded = x, x
        if self.halves and x.shape[3] == 1:  # of the smallest faces: nothing is left to halve
            padded = functional.pad(x, (1, 1, 1, 1))
        elif self.halves:
            shortcut = functional.avg_pool2d(x, 2)
            # Without a border the convolution would leave an even side one place short of its half.
            padded = functional.pad(x, (0, 1 - x.shape[3] % 2, 0, 1 - x.shape[2] % 2))
        if self.added:
            shortcut = functional.pad(shortcut, (0, 0, 0, 0, 0, self.added))
        return functional.relu(self.body(padded).add_(shortcut), inplace=True)


class FaceResNet(nn.Module):
    """dlib's network up to its mean over all places, then one linear layer; optionally with STN and MSA.

    Args:
        width: factor on every layer's width; 1.0 has 32 to 256 channels, and takes dlib's weights.
        dropout: rate before the linear layer, 0 to 1.
        stn: puts a spatial transformer in front.
        msa: puts the multiple self-attention module after the third stage.
        heads: N of equation (5).
        enlarged: by how much faces are enlarged first.
        blocks: of each of the five stages, at least 1; only dlib's own takes dlib's weights.
        meant: gives it a second head (see heads.py).
    """

    def __init__(
        self,
        *,
        width: float = 1.0,
        dropout: float = choices.VGG_DROPOUT,
        stn: bool = False,
        msa: bool = False,
        heads: int = choices.MSA_HEADS,
        enlarged: float = choices.RESNET_ENLARGED,
        blocks: Sequence[int] = choices.RESNET_BLOCKS,
        meant: bool = False,
    ) -> None:
        """Build the layers; the arguments stand above.

        Raises:
            ValueError: the width leaves no channel, or there are not five stages of at least one block.
        """
        super().__init__()
        if len(blocks) != len(choices.RESNET_BLOCKS) or min(blocks) < 1:
            raise ValueError(f"blocks {list(blocks)} must be {len(choices.RESNET_BLOCKS)} numbers of at least 1")
        widths = [round(channels * width) for channels in choices.RESNET_CHANNELS]
        if min(widths) < 1:
            raise ValueError(f"width {width} leaves the first stage without a channel; give at least 1/32")
        self.enlarged = enlarged
        self.stn = _transformer() if stn else nn.Identity()
        side = stem_side(enlarged)
        self.stem = nn.Sequential(
            nn.Conv2d(1, widths[0], 7, stride=2, padding=3, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2),
        )
        stages: list[nn.Module] = []
        for stage, ((source, channels), count) in enumerate(zip(pairwise([widths[0], *widths]), blocks)):
            side = side if stage == 0 else max(1, side // 2)
            layers = [Block(source, channels, halves=stage > 0)]
            layers += [Block(channels, channels, halves=False) for _ in range(count - 1)]
            stages += layers
            if msa and stage + 1 == choices.RESNET_MSA_AFTER_STAGE:
                stages.append(MultipleSelfAttention(channels, heads, side=side))
        self.stages = nn.Sequential(*stages)
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Linear(widths[-1], LABEL_COUNT))
        self.meant = meant_head(widths[-1]) if meant else None

    def forward(self, x: Tensor) -> Tensor:
        """Logits, float [N, 7] or [N, 14], for normalised faces, float [N, 1, H, W]; H = W = 48, or at least 32."""
        enlarged = functional.interpolate(self.stn(x), scale_factor=self.enlarged, mode="bilinear")
        features = self.stages(self.stem(enlarged))
        mean = features.flatten(1) if features.shape[2:] == (1, 1) else features.mean(dim=(2, 3))
        return answer(self.classifier, self.meant, mean)


def _transformer() -> SpatialTransformer:
    """Build a transformer whose localisation network is as small as Deep-Emotion's."""
    return SpatialTransformer(
        channels=choices.DEEP_EMOTION_STN_CHANNELS,
        hidden=choices.DEEP_EMOTION_STN_HIDDEN,
        grid=choices.RESNET_STN_GRID,
        looks_at=choices.RESNET_STN_LOOKS_AT,
    )


def stem_side(enlarged: float) -> int:
    """Return the side of the map behind the stem, for faces of 48 pixels: halved by convolution and pool."""
    return ((int(SIDE * enlarged) + 1) // 2 - 3) // 2 + 1
