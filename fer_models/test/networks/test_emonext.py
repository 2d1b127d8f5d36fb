# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""EmoNeXt's parts: ConvNeXt's own names, stochastic depth, and the attention's regulariser."""

import pytest
import torch

from fer_models import create_model
from fer_models.networks.emonext import ConvNeXtBlock, EmoNeXt, FeatureAttention


def test_block_is_left_out_for_its_share_of_faces_and_scaled_for_the_rest() -> None:
    torch.manual_seed(0)
    block, x = ConvNeXtBlock(4, dropped=0.25), torch.randn(4000, 4, 2, 2)
    torch.nn.init.constant_(block.gamma, 1.0)
    whole, some = block.eval()(x), block.train()(x)
    left = (some == x).flatten(1).all(dim=1)
    assert float(left.float().mean()) == pytest.approx(0.25, abs=0.03)
    torch.testing.assert_close(some[~left], x[~left] + (whole - x)[~left] / 0.75)


def test_attention_rows_sum_to_one_and_even_weights_cost_nothing() -> None:
    torch.manual_seed(0)
    attention = FeatureAttention(8)
    weights = attention(torch.randn(5, 8))
    torch.testing.assert_close(weights.sum(dim=1), torch.ones(5))
    network = EmoNeXt(width=0.125, dropped=0.0).train()
    targets = torch.full((3, 7), 1 / 7)
    network(torch.randn(1, 1, 48, 48).expand(3, -1, -1, -1))  # nobody is unlike: every weight is a third
    assert network.own_loss(targets).item() == pytest.approx(0, abs=1e-12)
    network(torch.randn(3, 1, 48, 48))
    assert network.own_loss(targets).item() > 0
    with pytest.raises(RuntimeError, match="in training"):
        network.own_loss(targets)


def test_layers_have_the_names_of_convnexts_files() -> None:
    with torch.device("meta"):
        names = set(create_model("emonext_t").state_dict())
    # Of the authors' file for ImageNet-22k: the same modules by the same path.
    published = ["downsample_layers.0.0.weight", "downsample_layers.0.1.bias", "downsample_layers.3.1.weight"]
    published += [
        f"stages.2.8.{name}" for name in ("dwconv.weight", "norm.bias", "pwconv1.weight", "pwconv2.bias", "gamma")
    ]
    published += ["norm.weight", "norm.bias"]
    assert names.issuperset(published)
