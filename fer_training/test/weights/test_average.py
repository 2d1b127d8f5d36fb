# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The mean of two networks' weights."""

from pathlib import Path

import numpy as np
import pytest
import torch

from fer_models import create_model
from fer_training import average as command
from fer_training import train
from fer_training.errors import TrainingError
from fer_training.measures.predict import predict_logits
from fer_training.runs.checkpoint import LAST
from fer_training.weights.average import average
from fer_training.weights.trained_network import load_trained

FACES = np.random.default_rng(0).integers(0, 256, (6, 48, 48), dtype=np.uint8)


def network(seed: int) -> torch.nn.Module:
    torch.manual_seed(seed)
    made = create_model("vggfac_stn_msa", width=0.0625, hidden=[8], meant=True)
    for name, buffer in made.named_buffers():
        if name.endswith("running_mean"):
            torch.nn.init.normal_(buffer, std=0.2)
        elif name.endswith("running_var"):
            torch.nn.init.uniform_(buffer, 0.5, 2)
    return made.eval()


def answers(one: torch.nn.Module) -> torch.Tensor:
    return predict_logits(one, FACES, torch.device("cpu"))


@pytest.mark.parametrize(("share", "whose"), [(0.0, 1), (1.0, 2)])
def test_the_ends_are_the_two_networks(share: float, whose: int) -> None:
    one = network(1)
    average(one, network(2), share)
    torch.testing.assert_close(answers(one), answers(network(whose)), atol=1e-4, rtol=1e-4)


def test_half_way_every_weight_is_the_mean_of_filters_of_one_norm() -> None:
    one, other = network(1), network(2)
    first, second = (two.get_parameter("features.0.0.weight").detach().clone() for two in (one, other))
    average(one, other, 0.5)
    scaled = [weight * len(weight) ** 0.5 / weight.norm() for weight in (first, second)]
    torch.testing.assert_close(one.get_parameter("features.0.0.weight"), sum(scaled) / 2)


def test_what_is_kept_stays() -> None:
    one, before = network(1), network(1)
    average(one, network(2), 0.5, keep="meant")
    torch.testing.assert_close(one.get_parameter("meant.weight"), before.get_parameter("meant.weight"))


def test_other_architectures_and_shares_are_refused() -> None:
    with pytest.raises(TrainingError, match="other architectures or widths"):
        average(network(1), create_model("vggfac", width=0.0625, hidden=[8]), 0.5)
    with pytest.raises(TrainingError, match="from 0 to 1"):
        average(network(1), network(2), 1.5)


def test_the_command_writes_a_checkpoint_that_says_so(
    tiny_run: Path, tiny_arguments: list[str], tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start = ["--start", str(tiny_run / LAST), "--start-adds", "--arch", "vggfac_stn_msa"]
    assert train.main([*tiny_arguments, *start, "--run", str(tmp_path / "more")]) == 0
    output = tmp_path / "mean" / LAST
    given = ["--checkpoint", str(tmp_path / "more" / LAST), "--data", str(tiny_data), "--output", str(output)]
    assert command.main([*given, "--other", str(tiny_run / LAST), "--share", "0.25"]) == 0
    made = load_trained(output)
    assert made.averaged.startswith("0.25 of last.safetensors sha256:")
    assert made.finished
    capsys.readouterr()
    assert command.main([*given, "--other", str(tmp_path / "none.onnx")]) == 2
    assert "average: no model file" in capsys.readouterr().err
