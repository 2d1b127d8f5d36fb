# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Adam, the paper's second optimiser."""

from pathlib import Path

import pytest
import torch
from same_run import assert_same

from fer_models import create_model
from fer_training import train
from fer_training.training.optimization import make_optimizers
from fer_training.training.recipe import Optimizer, Recipe
from fer_training.training.trainer import Trainer


def test_a_step_is_pytorchs_own() -> None:
    torch.manual_seed(0)
    network = create_model("baseline_cnn")
    recipe = Recipe(optimizer=Optimizer(method="adam", learning_rate=0.001, weight_decay=0.0))
    (optimizer,) = make_optimizers(network, recipe)
    before = network.get_parameter("classifier.1.weight").detach().clone()
    network(torch.randn(4, 1, 48, 48)).sum().backward()
    optimizer.step()
    weight = network.get_parameter("classifier.1.weight")
    assert weight.grad is not None
    moved = weight.grad.abs() > 1e-6
    step = (weight.detach() - before)[moved]
    # Adam's first step is the rate, against the gradient's sign, whatever its size.
    torch.testing.assert_close(step, -0.001 * weight.grad[moved].sign(), rtol=0.02, atol=1e-6)


def test_it_does_not_go_with_orthogonalised_steps() -> None:
    with pytest.raises(ValueError, match="muon_rate"):
        Optimizer(method="adam", muon_rate=0.01)
    with pytest.raises(ValueError, match="method is 'adagrad'"):
        Optimizer(method="adagrad")


def test_interrupted_and_resumed_it_ends_with_the_same_weights(
    tmp_path: Path, tiny_recipe: Path, plain_arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = tmp_path / "adam.yaml"
    settings = "{learning_rate: 0.05, muon_rate: 0.02, weight_decay: 0.0005}"
    text = tiny_recipe.read_text()
    assert settings in text
    recipe.write_text(text.replace(settings, "{method: adam, learning_rate: 0.005, weight_decay: 0.0005}"))
    arguments = list(plain_arguments)
    arguments[arguments.index("--recipe") + 1] = str(recipe)
    assert train.main([*arguments, "--run", str(tmp_path / "whole")]) == 0
    whole = Trainer._step

    def stepped(self: Trainer, rows: torch.Tensor, side: int) -> torch.Tensor:
        if (self.epoch, self.step) == (1, 1):
            raise KeyboardInterrupt
        return whole(self, rows, side)

    with monkeypatch.context() as patched:
        patched.setattr(Trainer, "_step", stepped)
        assert train.main([*arguments, "--run", str(tmp_path / "run"), "--save-every", "0"]) == 130
    assert train.main([*arguments, "--run", str(tmp_path / "run"), "--resume"]) == 0
    assert_same(tmp_path / "run", tmp_path / "whole")
