# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The line with which a data set is refused."""

from pathlib import Path

import pytest

from fer_training.data import load
from fer_training.errors import TrainingError


def refusal(root: Path, split: str = "all") -> str:
    with pytest.raises(TrainingError) as caught:
        load(root, split)
    assert "\n" not in str(caught.value)
    return str(caught.value)
