# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Recipes, and the optimizers and rates that they stand for."""

from dataclasses import asdict
from pathlib import Path

import pytest
import torch

from fer_models import create_model
from fer_training.errors import TrainingError
from fer_training.training.muon import Muon
from fer_training.training.optimization import make_optimizers, rate_at
from fer_training.training.recipe import RECIPES, Optimizer, Recipe, load_recipe, recipe_of


def rates(recipe: Recipe, steps_per_epoch: int = 10) -> list[float]:
    return [rate_at(recipe, step, steps_per_epoch) for step in range(recipe.epochs * steps_per_epoch)]


def test_the_papers_numbers() -> None:
    paper = load_recipe("paper")
    assert (paper.targets, paper.schedule, paper.sampling) == ("majority", "plateau", "balanced")
    assert (paper.epochs, paper.batch, paper.patience, paper.dropout, paper.ema) == (300, 128, 30, 0.5, 0)
    assert (paper.optimizer.learning_rate, paper.optimizer.momentum, paper.optimizer.weight_decay) == (0.01, 0.9, 1e-4)
    assert paper.optimizer.muon_rate == 0
    assert {paper.side(epoch) for epoch in range(300)} == {48}


@pytest.mark.parametrize(("epochs", "patience"), [(300, 30), (100, 10), (24, 2), (3, 1), (600, 60)])
def test_the_papers_patience_is_a_tenth_of_the_epochs(epochs: int, patience: int) -> None:
    recipe = load_recipe("paper", epochs=epochs)
    assert (recipe.epochs, recipe.patience) == (epochs, patience)
    assert load_recipe("paper").may_go_on_as(recipe, epoch=1)


def test_ours_begins_small_and_ends_at_48() -> None:
    ours = load_recipe("ours")
    assert ours.targets == "votes"
    sides = [ours.side(epoch) for epoch in range(ours.epochs)]
    assert sides == sorted(sides)
    assert (sides[0], sides[-1]) == (32, 48)


def test_dlibs_start_is_gentle_and_at_48_pixels() -> None:
    recipe = load_recipe("from_dlib")
    assert recipe.optimizer.muon_rate == 0
    assert max(rates(recipe)) * recipe.optimizer.learning_rate == pytest.approx(0.02)
    assert {recipe.side(epoch) for epoch in range(recipe.epochs)} == {48}


def test_a_change_replaces_and_none_does_not() -> None:
    assert load_recipe("ours", epochs=3).epochs == 3
    assert load_recipe("ours", epochs=None).epochs == load_recipe("ours").epochs


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("epoch: 3", "unknown keys epoch"),
        ("epochs: 0", "at least 1"),
        ("targets: some", "targets is 'some', expected one of votes, majority"),
        ("schedule: cosine", "one_cycle, stable, plateau"),
        ("sides: [[32, 0.5], [48, 0.4]]", "sum to 1"),
        ("sides: [[16, 1.0]]", "at least 32"),
        ("sides: 48", "sides is 48, expected pairs"),
        ("sides: [48, 1]", "expected pairs"),
        ("sides: []", "expected pairs"),
        ("sides: null", "expected pairs"),
        ("sides: [[.inf, 1.0]]", "a side is 'inf', expected a whole number"),
        ("sides: [[48, .nan]]", "a side's share is 'nan', expected a number"),
        ("sides: [[48, 2.0], [32, -1.0]]", "not negative"),
        ("classes: 5", "classes is 5, expected a list"),
        ("classes: happy", "classes is 'happy', expected a list"),
        ("classes: [[happy], sad]", "expected a list of emotions' names"),
        ("optimizer: sgd", "optimizer is 'sgd', expected names with their values"),
        ("augmentation: [noise]", "augmentation is .*noise.*, expected names with their values"),
        ("optimizer: {rate: 1}", "rate"),
        ("augmentation: {erase: 2}", "at most 1"),
        ("epochs: many", "epochs is 'many', expected a whole number"),
        ("epochs: 1.5", "epochs is '1.5', expected a whole number"),
        ("batch: true", "batch is 'True', expected a whole number"),
        ("ema: 2", "ema is 2, expected at least 0 and below 1"),
        ("warmup: -1", "warmup is -1, expected 0 to 1"),
        ("without_twins: 1", "without_twins is '1', expected true or false"),
        ("optimizer: {weight_decay: .nan}", "weight_decay is 'nan', expected a number"),
        ("optimizer: {learning_rate: -1}", "not negative"),
        ("augmentation: {gamma: much}", "gamma is 'much', expected a number"),
        ("- 1", "recipe"),
        ("", "recipe"),
        ("{", "recipe .* cannot be read: while parsing"),
        ("epochs: 2\nepochs: 3", "'epochs' is given 2 times"),
    ],
)
def test_a_wrong_file_is_one_line(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(TrainingError, match=reason) as caught:
        load_recipe(str(path))
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_yaml_takes_an_exponent_without_a_point_for_text_and_we_do_not(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("{optimizer: {learning_rate: 2e-2, weight_decay: 5e-4}, batch: 64.0, augmentation: {noise: 1}}")
    recipe = load_recipe(str(path))
    assert (recipe.optimizer.learning_rate, recipe.optimizer.weight_decay) == (0.02, 0.0005)
    assert (recipe.batch, type(recipe.batch)) == (64, int)
    assert type(recipe.augmentation.noise) is float


def test_every_recipe_that_ships_can_be_loaded() -> None:
    names = [str(file.relative_to(RECIPES).with_suffix("")) for file in RECIPES.rglob("*.yaml")]
    assert {"ours", "paper", "from_dlib", "shipped/f", "shipped/fast-0.2.0"} <= set(names)
    recipes = {name: load_recipe(name) for name in names}
    assert all(recipe_of(asdict(recipe)) == recipe for recipe in recipes.values())
    assert recipes["shipped/f"].teacher_share == 0.5
    assert not recipes["shipped/fast-0.2.0"].without_twins


def test_a_missing_one_says_what_there_is() -> None:
    with pytest.raises(TrainingError, match="ours, paper"):
        load_recipe("theirs")


def test_one_cycle_rises_and_falls_to_0() -> None:
    found = rates(Recipe(schedule="one_cycle", warmup=0.2, epochs=10))
    assert found.index(max(found)) in (19, 20)
    assert max(found) == pytest.approx(1)
    assert found[-1] < 0.001
    assert found[:20] == sorted(found[:20])
    assert found[20:] == sorted(found[20:], reverse=True)


def test_stable_stands_and_then_falls_in_a_line() -> None:
    found = rates(Recipe(schedule="stable", warmup=0.1, cooldown=0.4, epochs=10))
    assert found[:10] == pytest.approx([(step + 1) / 10 for step in range(10)])
    assert set(found[10:60]) == {1.0}
    assert found[60:] == pytest.approx([(100 - step) / 40 for step in range(60, 100)])


def test_plateau_leaves_the_rate_to_the_validation() -> None:
    assert set(rates(Recipe(schedule="plateau", epochs=3))) == {1.0}


def test_every_parameter_has_one_optimizer_and_its_own_rate() -> None:
    network = create_model("vggfac_stn_msa", width=1 / 16)
    recipe = Recipe(optimizer=Optimizer(learning_rate=0.1, muon_rate=0.02, weight_decay=0.5, localisation_rate=0.1))
    optimizers = make_optimizers(network, recipe)
    found = {
        id(parameter): (type(optimizer), group)
        for optimizer in optimizers
        for group in optimizer.param_groups
        for parameter in group["params"]
    }
    assert sum(len(group["params"]) for o in optimizers for group in o.param_groups) == len(found)
    for name, parameter in network.named_parameters():
        kind, group = found[id(parameter)]
        localisation = name.startswith("stn.")
        if parameter.shape[2:] == (3, 3):
            assert (kind, group["highest"]) == (Muon, 0.02)
            continue
        assert kind is torch.optim.SGD, name
        assert group["highest"] == pytest.approx(0.01 if localisation else 0.1), name
        assert group["weight_decay"] == (0.5 if parameter.ndim > 1 else 0), name


def test_without_muon_there_is_only_sgd() -> None:
    (only,) = make_optimizers(create_model("vggfac", width=1 / 16), Recipe())
    assert isinstance(only, torch.optim.SGD)
