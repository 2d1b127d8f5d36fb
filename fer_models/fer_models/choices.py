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

MSA_GRID = 3
"""Side of the weight branch's pooled map (equation 6: the 6x6 map halved).

A fixed side, so that a network can also be trained on smaller images."""

VGG_MSA_AFTER_STACK = 3
"""The MSA stands after this many of the VGG's stacks, where the map is 6x6 with 256 channels.

There it costs 3.1 % of the VGG's multiplications; the paper asks for 'no added cost'. On 12x12 its attention
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
"""The MSA stands after this stage, where the map is 8x8 with 128 channels."""
