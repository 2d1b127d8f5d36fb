# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The seven emotions, their order, and the valence and arousal of each."""

LABELS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
"""The order of fer_msgs/EmotionDistribution's probabilities."""

VALENCE_AROUSAL = (
    (-0.51, 0.59),
    (-0.60, 0.35),
    (-0.64, 0.60),
    (0.81, 0.51),
    (0.0, 0.0),
    (-0.63, -0.27),
    (0.40, 0.67),
)
"""Valence and arousal of each of `LABELS`, -1 to 1: the mean pleasure and arousal that people gave the terms angry,
disgusted, fearful, happy, sad and surprised in J. A. Russell and A. Mehrabian, Evidence for a three-factor theory of
emotions, Journal of Research in Personality 11 (1977), 273-294; neutral is the scales' zero."""
