# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""ResFace's heat map against a slow one, and its compact branch."""

import pytest
import torch
import torch.nn.functional as F

from fer_models.networks.resface import ChannelSpatialAggregation, ResFace


def test_heatmap_is_what_and_where() -> None:
    torch.manual_seed(0)
    module, x = ChannelSpatialAggregation(16, ratio=4), torch.randn(2, 16, 5, 5)
    z = module.heatmap(x)
    where, what = module.spatial(x), module.channel(x.mean(dim=(2, 3)))
    assert z.shape == x.shape
    for n, c, row, column in ((0, 0, 0, 0), (1, 15, 4, 4), (0, 7, 2, 3)):
        expected = torch.sigmoid(what[n, c] + where[n, 0, row, column])
        torch.testing.assert_close(z[n, c, row, column], expected)
    torch.testing.assert_close(module(x), module.local(x) + x * z)


def test_compact_branch_learns_the_distribution_in_training_only() -> None:
    torch.manual_seed(0)
    network, faces = ResFace(width=0.125, side=64), torch.randn(4, 1, 48, 48)
    targets = torch.softmax(torch.randn(4, 7), dim=1)
    network.train()(faces)
    loss = network.own_loss(targets)
    loss.backward()
    assert all(parameter.grad is not None for parameter in network.compact.parameters())
    assert all(parameter.grad is None for parameter in network.classifier.parameters())
    assert float(loss) >= float(F.cross_entropy(targets.log(), targets)) - 1e-5  # its minimum, the targets' entropy
    network.eval()(faces)
    with pytest.raises(RuntimeError, match="in training"):
        network.own_loss(targets)
