# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Grad-CAM against its equations by hand, and what is seen inside."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fer_models import create_model
from fer_training.errors import TrainingError
from fer_training.measures.grad_cam import attended, default_layer, grad_cam, layers, warped
from fer_training.measures.predict import normalise


class TwoMaps(nn.Module):
    """Two channels of 6x6 places, their squares' means, seven logits."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.maps = nn.Conv2d(1, 2, 8, stride=8)
        self.head = nn.Linear(2, 7)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.maps(x).square().mean(dim=(2, 3)))


def some_faces(count: int = 2) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (count, 48, 48), dtype=np.uint8)


def test_equations_2_and_3_by_hand() -> None:
    network, faces = TwoMaps(), some_faces()
    classes = np.array([3, 5])
    got = grad_cam(network, faces, "maps", classes)
    with torch.no_grad():
        maps = network.maps(normalise(torch.from_numpy(faces)[:, None].float() / 255)).double().numpy()
    weight = network.head.weight.detach().double().numpy()
    for face, label in enumerate(classes):
        # The logit is sum_k w_k mean(A_k^2): its gradient by a place of A_k is 2 w_k A_k / 36.
        alpha = [(2 * weight[label, k] * maps[face, k] / 36).mean() for k in range(2)]
        places = np.maximum(alpha[0] * maps[face, 0] + alpha[1] * maps[face, 1], 0)
        enlarged = F.interpolate(torch.from_numpy(places)[None, None], size=(48, 48), mode="bilinear")[0, 0].numpy()
        np.testing.assert_allclose(got[face], enlarged / max(enlarged.max(), 1e-12), atol=1e-5)


def test_default_layer_is_the_last_that_has_places() -> None:
    network = create_model("resnet_fast", width=0.125)
    sides = layers(network)
    assert sides[default_layer(network)][1] >= 5
    names = list(sides)
    assert all(sides[name][1] < 5 for name in names[names.index(default_layer(network)) + 1 :])


@pytest.mark.parametrize("name", ["vggfac_stn_msa", "residual_se_cnn", "resface18", "deep_emotion_2021"])
def test_every_family_can_be_looked_into(name: str) -> None:
    torch.manual_seed(0)
    maps = grad_cam(create_model(name, width=0.125), some_faces())
    assert maps.shape == (2, 48, 48)
    assert maps.min() >= 0
    assert maps.max() <= 1


def test_an_unknown_layer_is_one_line_with_those_that_there_are() -> None:
    with pytest.raises(TrainingError, match=r"no layer 'nothing' with a map; it has maps"):
        grad_cam(TwoMaps(), some_faces(), "nothing")


def test_attention_and_the_heads_weights() -> None:
    torch.manual_seed(0)
    found = attended(create_model("vggfac_msa", width=0.125), some_faces())
    assert found is not None
    maps, weights = found
    assert maps.shape == (2, 48, 48)
    np.testing.assert_allclose(maps.max(axis=(1, 2)), 1, atol=1e-6)
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-5)
    assert attended(create_model("vggfac", width=0.125), some_faces()) is None


def test_a_warp_is_shown_as_the_network_hands_it_on() -> None:
    faces, network = some_faces(), create_model("vggfac_stn", width=0.125)
    same = warped(network, faces)
    assert same is not None
    np.testing.assert_allclose(same.astype(int), faces, atol=1)  # it starts as the identity
    with torch.no_grad():
        network.stn.theta.bias.copy_(torch.tensor([1.0, 0, 0.5, 0, 1.0, 0]))  # half the width's half to the left
    moved = warped(network, faces)
    assert moved is not None
    np.testing.assert_allclose(moved[:, :, :36].astype(int), faces[:, :, 12:], atol=1)
    assert warped(create_model("vggfac", width=0.125), faces) is None
