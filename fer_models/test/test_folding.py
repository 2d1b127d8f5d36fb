# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Batch-norms folded before an export: the same answers, the same names."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from small_networks import lively
from torch import nn

from fer_models.folding import folded


def norms(network: nn.Module) -> int:
    return sum(isinstance(module, nn.BatchNorm2d) for module in network.modules())


def settled(network: nn.Module) -> nn.Module:
    """The network with batch-norms that do something."""
    torch.manual_seed(0)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.weight.data.normal_()
            module.bias.data.normal_()
            if module.running_mean is not None:
                module.running_mean.normal_()
                module.running_var.uniform_(0.5, 2)
    return network.eval()


@pytest.mark.parametrize("name", ["vggfac_stn_msa", "resnet_fast", "resface50", "residual_se_cnn"])
def test_no_batch_norm_is_left_and_the_answers_stay(name: str) -> None:
    network = lively(name)
    faces = torch.randint(0, 256, (5, 1, 48, 48), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    before, had = {key: value.clone() for key, value in network.state_dict().items()}, norms(network)
    lean, biased = folded(network)
    assert norms(lean) == 0
    assert norms(network) == had > 0
    assert all(torch.equal(value, before[key]) for key, value in network.state_dict().items())
    for got, want in zip(lean(faces), network(faces), strict=True):
        torch.testing.assert_close(got, want, atol=1e-4, rtol=1e-4)
    assert all(lean.get_submodule(one).bias is not None and network.get_submodule(one).bias is None for one in biased)


class Backwards(nn.Sequential):
    """A sequence by its kind, which is gone through from its end."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for module in reversed(self):
            x = module(x)
        return x


def test_a_sequence_that_goes_another_way_stays() -> None:
    network = settled(nn.Sequential(Backwards(nn.Conv2d(2, 2, 1), nn.BatchNorm2d(2))))
    lean, biased = folded(network)
    x = torch.randn(3, 2, 4, 4)
    torch.testing.assert_close(lean(x), network(x))
    assert (norms(lean), biased) == (1, [])


def test_a_norm_or_convolution_in_two_places_stays() -> None:
    shared, norm = nn.Conv2d(2, 2, 1), nn.BatchNorm2d(2)
    network = settled(
        nn.Sequential(
            nn.Sequential(shared, nn.BatchNorm2d(2)),
            nn.Sequential(shared, nn.BatchNorm2d(2)),
            nn.Sequential(nn.Conv2d(2, 2, 1), norm),
            nn.Sequential(nn.Conv2d(2, 2, 1), norm),
            nn.Sequential(nn.Conv2d(2, 2, 1), nn.ReLU(), nn.BatchNorm2d(2)),
            nn.Sequential(nn.Conv2d(2, 2, 1), nn.BatchNorm2d(2, track_running_stats=False)),
            nn.Sequential(nn.Conv2d(2, 2, 1, bias=False), nn.BatchNorm2d(2)),
        )
    )
    lean, biased = folded(network)
    x = torch.randn(3, 2, 4, 4)
    torch.testing.assert_close(lean(x), network(x))
    assert norms(lean) == norms(network) - 1
    assert biased == ["6.0"]


def test_what_a_graph_calls_its_weights_tells_whose_a_bias_is(whole_graph_once: Callable[[Any], Any]) -> None:
    """A convolution's own bias is `bias`; one that only its batch-norm brought is `weight_bias`."""
    network = lively("vggfac_stn")
    convolutions = {name: one for name, one in network.named_modules() if isinstance(one, nn.Conv2d)}
    names = {item.name for item in whole_graph_once(network).graph.initializer}
    assert {one.bias is None for one in convolutions.values()} == {True, False}
    for name, one in convolutions.items():
        own, other = f"{name}.bias", f"{name}.weight_bias"
        assert (own in names, other in names) == (one.bias is not None, one.bias is None)
