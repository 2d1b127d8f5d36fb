# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The loss that a trainer asks for: of the targets, smoothed or not, and a network's own."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from fer_models import create_model
from fer_training import train
from fer_training.runs.checkpoint import LAST, load_checkpoint
from fer_training.training.losses import Losses
from fer_training.training.recipe import Recipe

ROWS = torch.tensor([0, 2, 1])
TARGETS = torch.softmax(torch.arange(21.0).reshape(3, 7).sin(), dim=1)
LOGITS = torch.arange(21.0).reshape(3, 7).cos()
WORDS = torch.zeros(3, 7)


class WithItsOwn(nn.Module):
    """A network whose own loss is the targets' first column's mean."""

    def own_loss(self, targets: torch.Tensor) -> torch.Tensor:
        return targets[:, 0].mean()


def by_hand(targets: torch.Tensor) -> float:
    return float(-(targets[ROWS] * F.log_softmax(LOGITS, dim=1)).sum())


def test_without_anything_added_it_is_the_targets_cross_entropy() -> None:
    loss = Losses(Recipe(), TARGETS, WORDS)(nn.Identity(), LOGITS, ROWS)
    assert float(loss) == pytest.approx(by_hand(TARGETS), rel=1e-5)


def test_smoothing_spreads_its_share_over_the_seven() -> None:
    loss = Losses(Recipe(label_smoothing=0.2), TARGETS, WORDS)(nn.Identity(), LOGITS, ROWS)
    assert float(loss) == pytest.approx(by_hand(0.8 * TARGETS + 0.2 / 7), rel=1e-5)


@pytest.mark.parametrize("weight", [0.0, 1.0, 2.5])
def test_a_networks_own_loss_counts_for_each_face(weight: float) -> None:
    loss = Losses(Recipe(own_loss=weight), TARGETS, WORDS)(WithItsOwn(), LOGITS, ROWS)
    assert float(loss) == pytest.approx(by_hand(TARGETS) + weight * float(TARGETS[:, 0].sum()), rel=1e-5)


@pytest.mark.parametrize(("name", "branch"), [("resface18", "compact."), ("emonext_t", "attention.")])
def test_what_only_the_own_loss_teaches_learns_from_it(name: str, branch: str) -> None:
    torch.manual_seed(0)
    network = create_model(name, width=1 / 16, side=32).train()
    faces = torch.randn(3, 1, 48, 48)

    def taught(weight: float) -> bool:
        network.zero_grad()
        loss = Losses(replace(Recipe(), own_loss=weight), TARGETS, WORDS)(network, network(faces), ROWS)
        loss.backward()  # type: ignore[no-untyped-call]
        gradients = [p.grad for n, p in network.named_parameters() if n.startswith(branch) and p.grad is not None]
        return any(bool(gradient.any()) for gradient in gradients)

    assert taught(1.0)
    assert not taught(0.0)


@pytest.mark.parametrize("name", ["resface18", "emonext_t"])
def test_the_trainer_calls_it(name: str, tmp_path: Path, tiny_data: Path) -> None:
    recipe = tmp_path / "one.yaml"
    recipe.write_text("{epochs: 1, batch: 16, dropout: 0, label_smoothing: 0.2, ema: 0.9}")
    arguments = ["--data", str(tiny_data), "--recipe", str(recipe), "--arch", name, "--width", "0.25"]
    arguments += ["--faces", "16", "--precision", "float32", "--device", "cpu"]
    assert train.main([*arguments, "--run", str(tmp_path / "run")]) == 0
    groups, _ = load_checkpoint(tmp_path / "run" / LAST)
    torch.manual_seed(0)  # as a run begins
    begun = dict(create_model(name, width=0.25, dropout=0.0).named_parameters())
    own = [one for one in begun if one.startswith(("compact.", "attention.")) and begun[one].ndim > 1]
    changed = [one for one in own if not np.array_equal(groups["model"][one].numpy(), begun[one].detach().numpy())]
    assert own
    assert changed == own
