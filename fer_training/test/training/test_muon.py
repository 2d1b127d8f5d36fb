# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The orthogonalised steps."""

import pytest
import torch
from torch import nn

from fer_training.training.muon import Muon, orthogonalise


@pytest.mark.parametrize("shape", [(16, 144), (144, 16), (32, 32), (1, 9)])
def test_singular_values_come_close_to_1(shape: tuple[int, int]) -> None:
    matrix = torch.randn(*shape, generator=torch.Generator().manual_seed(0))
    before, after = torch.linalg.svdvals(matrix), torch.linalg.svdvals(orthogonalise(matrix))
    assert float(after.max()) < 1.25
    # The iteration lifts what is above a few thousandths of the norm; a square random matrix has less than that.
    assert float(after[before > 0.05 * before.max()].min()) > 0.6


def test_the_directions_stay() -> None:
    generator = torch.Generator().manual_seed(1)
    u, _ = torch.linalg.qr(torch.randn(8, 8, generator=generator))
    v, _ = torch.linalg.qr(torch.randn(20, 8, generator=generator))
    result = orthogonalise(u @ torch.diag(torch.linspace(3, 1, 8)) @ v.T)
    inner = u.T @ result @ v
    torch.testing.assert_close(inner, torch.diag(inner.diag()), atol=1e-4, rtol=0)
    assert float(inner.diag().min()) > 0.6


def test_a_step_goes_down_and_keeps_the_filters_norm() -> None:
    torch.manual_seed(0)
    weight = nn.Parameter(torch.randn(6, 4, 3, 3))
    target = torch.randn(6, 4, 3, 3)
    optimizer = Muon([weight], lr=0.05, momentum=0.9)
    losses = []
    for _ in range(40):
        optimizer.zero_grad()
        loss = 1 - torch.cosine_similarity(weight.flatten(), target.flatten(), dim=0)
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.3 * losses[0]
    # It is brought back before each step, so it may be off by one step: 0.05 times a norm of about the root of 6.
    assert float(weight.detach().norm()) == pytest.approx(6**0.5, abs=0.05 * 6**0.5 * 1.25)


def test_a_weight_without_gradient_is_left_alone() -> None:
    weight = nn.Parameter(torch.ones(2, 1, 3, 3))
    Muon([weight], lr=1.0, momentum=0.9).step()
    assert torch.equal(weight, torch.ones(2, 1, 3, 3))
