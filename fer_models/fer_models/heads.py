# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a network answers: how a face looks to people and, from a second head, what was meant by it."""

import torch
from torch import Tensor, nn

LABEL_COUNT = 7


def meant_head(features: int) -> nn.Linear:
    """Make a second last layer, for networks that also tell under which emotion's word such a picture is found."""
    return nn.Linear(features, LABEL_COUNT)


def answer(classifier: nn.Sequential, meant: nn.Module | None, features: Tensor) -> Tensor:
    """Logits, float [N, 7], or [N, 14] where there is a second head, whose seven stand behind.

    Both heads read what comes before the classifier's last layer.

    Args:
        classifier: ends in the first head, a linear layer.
        meant: the second one.
        features: float [N, F], what the classifier takes.
    """
    if meant is None:
        return torch.as_tensor(classifier(features))
    for layer in list(classifier)[:-1]:
        features = layer(features)
    return torch.cat([classifier[-1](features), meant(features)], dim=1)


def seen(logits: Tensor) -> Tensor:
    """Return the first head's logits, float [N, 7]: what people see."""
    return logits[:, :LABEL_COUNT]


def meant(logits: Tensor) -> Tensor | None:
    """Return the second head's logits, float [N, 7]: what was meant; None where the network has no such head."""
    return logits[:, LABEL_COUNT:] if logits.shape[1] > LABEL_COUNT else None
