# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Widths at which a network cannot be trained on a CPU are refused before anything is learned."""

import re
from pathlib import Path

import pytest
import torch

from fer_models import REGISTRY, create_model
from fer_training import train
from fer_training.errors import TrainingError
from fer_training.machine.narrow import require_wide_shortcuts

NARROWEST = {"residual_cnn": 0.25, "residual_se_cnn": 0.25, "resface18": 0.25, "resface50": 0.0625}
"""The least width of the networks that have strided 1x1 convolutions: sixteen channels before the first."""


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_widths_below_sixteen_channels_are_refused(name: str) -> None:
    with torch.device("meta"):
        require_wide_shortcuts(create_model(name), 1.0)
        if name not in NARROWEST:
            require_wide_shortcuts(create_model(name, width=1 / 16), 1 / 16)
            return
        least = NARROWEST[name]
        require_wide_shortcuts(create_model(name, width=least), least)
        with pytest.raises(TrainingError) as caught:
            require_wide_shortcuts(create_model(name, width=least / 2), least / 2)
    advised = re.search(r"give --width ([\d.]+) or more", str(caught.value))
    assert advised is not None
    assert float(advised.group(1)) == pytest.approx(least, abs=5e-4)


def test_train_says_so_in_one_line(
    tmp_path: Path, tiny_data: Path, tiny_recipe: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--data", str(tiny_data), "--run", str(tmp_path / "run"), "--arch", "residual_se_cnn"]
    arguments += ["--recipe", str(tiny_recipe)]
    assert train.main([*arguments, "--width", "0.125", "--device", "cpu"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("train: at width 0.125 a shortcut reads 8 channels")
    assert line.endswith("give --width 0.25 or more, or train on a GPU")
    assert not (tmp_path / "run").exists()
