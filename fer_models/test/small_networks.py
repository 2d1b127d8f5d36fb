# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Every network of the registry, small enough for a test."""

from typing import Any

from torch import nn

from fer_models import create_model


def small(name: str, **options: Any) -> nn.Module:
    """The network at an eighth of its width; EmoNeXt, whose sizes differ in depth and width alone, with five blocks."""
    if name.startswith("emonext"):
        options["depths"] = (1, 1, 2, 1)
    return create_model(name, width=0.125, **options)
