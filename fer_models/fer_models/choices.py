# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Every number that the paper leaves open, and the value that we chose for it.

The paper (VGGFac-STN-MSA on FER+) gives the shape of its networks but not all their sizes. What it does
give: four stacks of two 3x3 convolutions, 64 to 512 channels, batch-norm, ReLU and 2x2 max-pool; the
parameter counts of Table 3 (17.4 M with MSA, 17.6 M with STN and MSA). What follows is ours.
"""

FULL_WIDTH = 64
"""Channels of the first VGG stack at width 1.0; the paper's own number, here because `width` scales it."""

VGG_HIDDEN = (1888, 1888)
"""Units of the VGG's two hidden fully connected layers at width 1.0.

VGG16, which the paper adapts, has two equal ones. 1888 is the multiple of 32 that puts VGGFac-MSA and
VGGFac-STN-MSA closest to the 17.4 M and 17.6 M of Table 3."""

VGG_DROPOUT = 0.5
"""Dropout before each fully connected layer of the VGG, as in VGG16."""

MSA_HEADS = 4
"""N of equation (5), the number of self-attention heads."""

MSA_QUERY_DIVISOR = 8
"""Channels of f and g (query and key) are the input's divided by this; SAGAN (Zhang et al., 2019) has 8."""

MSA_VALUE_DIVISOR = 2
"""Channels of h (value) are the input's divided by this; SAGAN's published code has 2."""

MSA_SIDE = 6
"""Side of the map that the MSA stands on in VGGFac. Equation 6's pool halves it; its linear layer reads what is left.

Other networks give their own. What a smaller image leaves is averaged to the same side, so that it trains, too."""

VGG_MSA_AFTER_STACK = 3
"""The MSA stands after this many of the VGG's stacks, where the map is 6x6 with 256 channels.

There it costs 3.1 % of the VGG's multiplications; the paper allows it 4 % more time. On 12x12 its attention
maps would be 16 times as large, on 3x3 there is little left to attend to."""

STN_CHANNELS = (16, 32)
"""Channels of the localisation network's 7x7 and 5x5 convolutions (Deep-Emotion's published code: 8 and 10)."""

STN_HIDDEN = 96
"""Units of the localisation network's hidden layer: with the line above 0.2 M parameters, Table 3's difference."""

STN_GRID = 8
"""Side of the map that the localisation network flattens: 48 pixels give 8."""

DEEP_EMOTION_CHANNELS = 10
"""Channels of each 3x3 convolution of the baseline and of Deep-Emotion (the paper's Figure 1)."""

DEEP_EMOTION_HIDDEN = 50
"""Units of their hidden layer (Figure 1). It makes 0.04 M parameters, not the 2.1 M that Table 3 prints."""

DEEP_EMOTION_DROPOUT = 0.5
"""Dropout before their fully connected layers; Figure 1 shows it, without its rate."""

RESNET_CHANNELS = (32, 64, 128, 256, 256)
"""Channels of the residual network's stages: dlib's."""

RESNET_BLOCKS = (3, 4, 3, 3, 1)
"""Blocks of each stage: dlib's."""

RESNET_ENLARGED = 3.0
"""By how much the residual network enlarges faces first: 48 to 144 pixels, where dlib's own has 150."""

RESNET_FAST_ENLARGED = 2.0
"""The same for `resnet_fast`: two fifths of the multiplications."""

RESNET_MSA_AFTER_STAGE = 3
"""The MSA stands after this stage, where the map has 128 channels: 8x8 places, or 5x5 in `resnet_fast_stn_msa`."""

RESNET_STN_LOOKS_AT = 24
"""Side in pixels of the face that the localisation network of `resnet_fast_stn_msa` reads: where a face lies shows at
24 pixels, and with all 48 and VGGFac's channels it would cost 5 % of the network's multiplications."""

RESNET_STN_GRID = 2
"""Side of the map that it flattens: what 24 pixels give."""

SE_RATIO = 16
"""Squeeze-and-excitation's hidden layer has a sixteenth of the channels (Hu et al., 2018)."""

SE_LEAST = 8
"""Its least units: one alone may never learn, if it says 0 to every face. No network at full width has fewer."""

RESIDUAL_SIDE = 64
"""Side in pixels of the faces of the residual + SE report: there."""

NORMALISED = (0.508, 0.255)
"""Mean and standard deviation by which the faces that networks are given have been normalised: FER2013Train's."""

RESIDUAL_NORMALISED = (0.5072, 0.2062)
"""Those of the residual + SE report; its networks take faces so."""

RESIDUAL_CHANNELS = (64, 128, 256, 512, 512)
"""Channels of its first convolution and of its four blocks: the reading that gives its 10.02 M parameters exactly.

Without SE the same network has 9.94 M; no reading of ours gives the 4.83 M that the report prints for it."""

RESIDUAL_HIDDEN = 256
"""Units of its hidden linear layer, from the same total."""

RESIDUAL_DROPOUT = 0.4
"""Dropout before its first linear layer: there."""

RESIDUAL_SECOND_DROPOUT = 0.75
"""That before its second, as a share of the first: 0.3 there."""

PLAIN_CHANNELS = (64, 128)
"""Channels of the baseline's two pairs of convolutions: with the next line 33.8 M parameters (the report: 34 M)."""

PLAIN_HIDDEN = 1024
"""Units of the baseline's hidden layer."""

DEEP_EMOTION_STN_CHANNELS = (8, 10)
"""Channels of the localisation network in Deep-Emotion's published code, and of EmoNeXt's."""

DEEP_EMOTION_STN_HIDDEN = 32
"""Units of its hidden layer, in both."""

RESNET18_CHANNELS = (64, 128, 256, 512)
"""Channels of the stages of ResNet-18 and, times four, of ResNet-50 (He et al., 2016)."""

RESNET18_BLOCKS = (2, 2, 2, 2)
"""Blocks of ResNet-18's stages."""

RESNET50_BLOCKS = (3, 4, 6, 3)
"""Blocks of ResNet-50's stages."""

RESFACE_SIDE = 112
"""Side in pixels of ResFace's faces, a quarter of the published 224's multiplications; faces have 48 to begin with."""

RESFACE_RATIO = 16
"""By how much the heat maps' hidden layers are narrower than the map."""

CONVNEXT_LAYER_SCALE = 1e-6
"""What each ConvNeXt block's output is multiplied by at the start (Liu et al., 2022)."""

EMONEXT: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "t": ((96, 192, 384, 768), (3, 3, 9, 3)),
    "s": ((96, 192, 384, 768), (3, 3, 27, 3)),
    "b": ((128, 256, 512, 1024), (3, 3, 27, 3)),
    "l": ((192, 384, 768, 1536), (3, 3, 27, 3)),
    "xl": ((256, 512, 1024, 2048), (3, 3, 27, 3)),
}
"""Channels and blocks of ConvNeXt's stages by size (Liu et al., 2022)."""

EMONEXT_SIDE = 64
"""Side in pixels of EmoNeXt's faces; published: 224."""

EMONEXT_DROPPED = 0.1
"""Stochastic depth's share at the last block, ConvNeXt-T's; the overview names the method, not its rate."""
