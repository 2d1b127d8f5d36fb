# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How often each training face is drawn."""

import torch
from torch import Tensor

from fer_common.emotions import LABELS
from fer_training.data import Faces

SAMPLINGS = ("uniform", "balanced", "sqrt")
"""'uniform': every face once an epoch. 'balanced': every class equally often. 'sqrt': half way, by the classes' sizes'
square roots."""


def sampling_weights(faces: Faces, kind: str) -> Tensor | None:
    """Return each face's weight, float64 [N], or None for every face once.

    'balanced' is the paper's equations (7) and (8): w_i = N / (n |C_i|), so that every class is drawn equally often.
    """
    if kind == "uniform":
        return None
    labels = torch.from_numpy(faces.labels())
    counts = torch.bincount(labels, minlength=len(LABELS)).clamp_min(1)
    weights = (len(faces) / (len(LABELS) * counts.double()))[labels]
    return weights if kind == "balanced" else weights.sqrt()
