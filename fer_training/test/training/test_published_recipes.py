# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The recipes of the other sources have their numbers, and what these ask of the trainer happens."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from fer_common.emotions import LABELS
from fer_models import create_model
from fer_training import train
from fer_training.data import load_ferplus
from fer_training.errors import TrainingError
from fer_training.measures.metrics import Metrics
from fer_training.runs.checkpoint import BEST, LAST, load_checkpoint
from fer_training.training.augment import AUGMENTATIONS
from fer_training.training.optimization import begin_normally, make_optimizers
from fer_training.training.priors import learned_priors
from fer_training.training.recipe import Optimizer, Recipe, load_recipe
from fer_training.training.trainer import Trainer
from fer_training.weights.trained_network import load_trained

SIX = tuple(label for label in LABELS if label != "neutral")


def test_the_residual_se_reports_numbers() -> None:
    report = load_recipe("residual_se")
    assert (report.optimizer.method, report.optimizer.learning_rate) == ("adamw", 1e-3)
    assert (report.schedule, report.plateau_factor, report.plateau_patience, report.lowest_rate) == (
        "plateau", 0.5, 3, 1e-6,
    )  # fmt: skip
    assert (report.best_by, report.patience, report.batch, report.epochs) == ("loss", 25, 32, 200)
    assert report.classes == SIX
    assert report.augmentation == AUGMENTATIONS["aggressive"]


def test_deep_emotions_numbers() -> None:
    recipe = load_recipe("deep_emotion")
    assert (recipe.optimizer.method, recipe.optimizer.learning_rate, recipe.optimizer.weight_decay) == (
        "adam", 5e-3, 1e-3,
    )  # fmt: skip
    assert (recipe.epochs, recipe.initial_deviation, recipe.sampling) == (300, 0.05, "balanced")


def test_emonexts_and_resfaces_numbers() -> None:
    recipe = load_recipe("emonext")
    assert (recipe.optimizer.method, recipe.optimizer.learning_rate, recipe.schedule) == ("adamw", 1e-4, "one_cycle")
    assert (recipe.label_smoothing, recipe.own_loss, recipe.dropped, recipe.ema) == (0.2, 1, 0.1, 0.999)
    recipe = load_recipe("resface")
    assert (recipe.optimizer.method, recipe.optimizer.learning_rate, recipe.batch) == ("sgd", 0.1, 64)


def test_decay_is_on_the_last_two_layers_weights_only() -> None:
    network = create_model("deep_emotion_2021", meant=True)
    (optimizer,) = make_optimizers(network, load_recipe("deep_emotion"))
    assert type(optimizer) is torch.optim.Adam
    names = {id(parameter): name for name, parameter in network.named_parameters()}
    decayed = {
        names[id(one)] for group in optimizer.param_groups if group["weight_decay"] for one in group["params"]
    }  # fmt: skip
    assert decayed == {"classifier.1.weight", "classifier.3.weight"}
    assert {group["weight_decay"] for group in optimizer.param_groups} == {0.0, 1e-3}


def test_adamws_decay_is_apart_from_the_gradient() -> None:
    network = create_model("baseline_cnn")
    settings = Optimizer(method="adamw", learning_rate=0.01, weight_decay=0.5)
    (optimizer,) = make_optimizers(network, Recipe(optimizer=settings))
    before = {name: one.detach().clone() for name, one in network.named_parameters()}
    for parameter in network.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    for name, parameter in network.named_parameters():
        shrunk = 1 - 0.01 * 0.5 if parameter.ndim > 1 else 1
        torch.testing.assert_close(parameter.detach(), before[name] * shrunk, rtol=1e-6, atol=0)


def test_weights_begin_normally_and_the_spatial_transformer_as_the_identity() -> None:
    torch.manual_seed(1)
    network = create_model("deep_emotion_2021")
    begin_normally(network, 0.05)
    weights = network.get_parameter("classifier.1.weight").detach()
    assert float(weights.std()) == pytest.approx(0.05, rel=0.03)
    assert abs(float(weights.mean())) < 0.002
    assert not network.get_parameter("stn.theta.weight").any()
    np.testing.assert_array_equal(network.get_parameter("stn.theta.bias").detach(), [1, 0, 0, 0, 1, 0])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("augmentation: much", "no augmentation 'much'; there are: none, horizontal, vertical, moderate, aggressive"),
        ("classes: [happy, glad]", "classes is 'happy, glad', expected some of angry"),
        ("best_by: luck", "best_by is 'luck', expected one of accuracy, loss"),
        ("label_smoothing: 1", "label_smoothing is 1, expected at least 0 and below 1"),
        ("dropped: much", "dropped is 'much', expected a number"),
        ("lowest_rate: -1", "lowest_rate is -1, expected at least 0"),
        ("optimizer: {decayed: some}", "decayed is 'some', expected one of all, last_two"),
    ],
)
def test_a_wrong_value_is_one_line(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "mine.yaml").write_text(text)
    with pytest.raises(TrainingError, match=reason):
        load_recipe(str(tmp_path / "mine.yaml"))


def test_stochastic_depth_is_for_networks_that_have_it(
    tmp_path: Path, tiny_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--data", str(tiny_data), "--run", str(tmp_path / "run"), "--recipe", "emonext", "--device", "cpu"]
    assert train.main([*arguments, "--arch", "baseline_cnn"]) == 2
    assert "'baseline_cnn' does not take these options" in capsys.readouterr().err


def validated(
    losses: list[float], folder: Path, recipe: str, tiny_data: Path, monkeypatch: pytest.MonkeyPatch
) -> Trainer:
    """A run whose validation says these losses; its accuracy rises all the time."""
    made: list[Trainer] = []

    def validate(self: Trainer, side: int) -> Metrics:
        made.append(self)
        self.valid_loss = losses[self.epoch]
        return Metrics(0.1 + 0.01 * self.epoch, 0.5, 0.5, 0.5, 0.1, 10.0, np.eye(7, dtype=np.int64))

    monkeypatch.setattr(Trainer, "validate", validate)
    (folder / "recipe.yaml").write_text(f"{{epochs: {len(losses)}, batch: 16, {recipe}}}")
    arguments = ["--data", str(tiny_data), "--run", str(folder / "run"), "--recipe", str(folder / "recipe.yaml")]
    arguments += ["--arch", "baseline_cnn", "--precision", "float32", "--device", "cpu", "--faces", "16"]
    assert train.main(arguments) == 0
    return made[0]


def test_the_best_is_of_the_least_loss_where_the_recipe_says_so(
    tmp_path: Path, tiny_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    validated([0.9, 0.5, 0.7, 0.6], tmp_path, "best_by: loss", tiny_data, monkeypatch)
    assert load_trained(tmp_path / "run" / BEST).epoch == 2
    _, state = load_checkpoint(tmp_path / "run" / LAST)
    assert (state["progress"]["least_loss"], state["progress"]["epochs_since_best"]) == (0.5, 2)


def test_a_plateau_of_the_loss_lowers_the_rate_to_its_floor_and_no_further(
    tmp_path: Path, tiny_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plateau = "best_by: loss, schedule: plateau, plateau_patience: 0, plateau_factor: 0.5"
    recipe = f"{plateau}, optimizer: {{learning_rate: 0.01}}, lowest_rate: 0.003"
    trainer = validated([0.5, 0.6, 0.6, 0.6], tmp_path, recipe, tiny_data, monkeypatch)
    assert trainer.rate_factor == pytest.approx(0.3)


def test_the_others_faces_are_left_out(tmp_path: Path, tiny_data: Path) -> None:
    arguments = ["--data", str(tiny_data), "--run", str(tmp_path / "run"), "--arch", "baseline_cnn", "--epochs", "1"]
    arguments += ["--recipe", "residual_se", "--augmentation", "moderate", "--precision", "float32", "--device", "cpu"]
    assert train.main(arguments) == 0
    about = json.loads((tmp_path / "run" / "run.json").read_text())
    recipe = load_recipe("residual_se", augmentation="moderate")
    assert about["faces"] == 48  # 56 that protocol A keeps, of which 8 are neutral
    assert about["prior"][LABELS.index("neutral")] == 0
    assert about["recipe"]["augmentation"]["erase"] == recipe.augmentation.erase == 0
    assert tuple(about["recipe"]["classes"]) == SIX


def test_a_smoothed_targets_prior_is_smoothed(tiny_data: Path) -> None:
    faces = load_ferplus(tiny_data, "train").protocol_a()
    plain, smoothed = (
        np.array(learned_priors(faces, Recipe(label_smoothing=share))["prior"]) for share in (0.0, 0.2)
    )  # fmt: skip
    np.testing.assert_allclose(smoothed, 0.8 * plain + 0.2 / 7, atol=2e-6)
