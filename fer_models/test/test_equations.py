# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The paper's equations (1) to (6) against slow, literal ones."""

import math

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from fer_models.parts.attention import MultipleSelfAttention, SelfAttention
from fer_models.parts.stn import SpatialTransformer, warp

Array = NDArray[np.float64]


def literal_warp(image: Array, affine: Array) -> Array:
    """Equation (1) pixel by pixel: coordinates from -1 to 1 at the image's outer edges, bilinear, edges repeated."""
    height, width = image.shape
    out = np.zeros_like(image)
    for row in range(height):
        for column in range(width):
            target = np.array([(2 * column + 1) / width - 1, (2 * row + 1) / height - 1, 1.0])
            x, y = affine @ target
            px = min(max(((x + 1) * width - 1) / 2, 0.0), width - 1.0)
            py = min(max(((y + 1) * height - 1) / 2, 0.0), height - 1.0)
            left, top = math.floor(px), math.floor(py)
            for r, c in ((top, left), (top, left + 1), (top + 1, left), (top + 1, left + 1)):
                share = max(0.0, 1 - abs(px - c)) * max(0.0, 1 - abs(py - r))
                if share > 0:
                    out[row, column] += share * image[r, c]
    return out


def test_equation_1() -> None:
    generator = torch.Generator().manual_seed(1)
    images = torch.rand(3, 1, 5, 7, generator=generator)
    affine = torch.eye(2, 3).repeat(3, 1, 1) + 0.4 * torch.randn(3, 2, 3, generator=generator)
    got = warp(images, affine).numpy()
    for index in range(3):
        expected = literal_warp(images[index, 0].double().numpy(), affine[index].double().numpy())
        np.testing.assert_allclose(got[index, 0], expected, atol=1e-5)


def convolve_1x1(layer: nn.Conv2d, x: Array) -> Array:
    """One place's channels through a 1x1 convolution."""
    assert layer.bias is not None
    return np.asarray(layer.weight.detach().double().numpy()[:, :, 0, 0] @ x + layer.bias.detach().double().numpy())


def literal_attention(head: SelfAttention, x: Array) -> Array:
    """Equations (2) to (4) for one image, [C, places]."""
    places = x.shape[1]
    f = [convolve_1x1(head.f, x[:, i]) for i in range(places)]
    g = [convolve_1x1(head.g, x[:, i]) for i in range(places)]
    h = [convolve_1x1(head.h, x[:, i]) for i in range(places)]
    y = np.zeros_like(x)
    for j in range(places):
        scores = [math.exp(float(f[i] @ g[j])) for i in range(places)]
        gathered = sum((scores[i] / sum(scores) * h[i] for i in range(places)), np.zeros_like(h[0]))
        y[:, j] = float(head.gamma.detach()) * convolve_1x1(head.v, gathered) + x[:, j]
    return y


def random_msa(channels: int, heads: int) -> MultipleSelfAttention:
    torch.manual_seed(2)
    msa = MultipleSelfAttention(channels, heads).eval()
    for index, head in enumerate(msa.heads):
        assert isinstance(head, SelfAttention)
        nn.init.constant_(head.gamma, 0.5 + index)
    return msa


def test_equations_2_to_4() -> None:
    head = random_msa(8, 1).heads[0]
    assert isinstance(head, SelfAttention)
    x = torch.randn(2, 8, 3, 4)
    got = head(x).detach().numpy()
    for index in range(2):
        expected = literal_attention(head, x[index].double().numpy().reshape(8, 12))
        np.testing.assert_allclose(got[index].reshape(8, 12), expected, atol=1e-5)


@pytest.mark.parametrize("training", [False, True], ids=["all heads at once", "head by head"])
def test_equations_5_and_6(training: bool) -> None:
    channels, heads, side = 4, 3, 6
    msa = random_msa(channels, heads).train(training)
    x = torch.randn(1, channels, side, side)
    image = x[0].double().numpy()
    convolved = np.zeros_like(image)
    for row in range(side):
        for column in range(side):
            convolved[:, row, column] = convolve_1x1(msa.conv, image[:, row, column])
    pooled = np.zeros((channels, side // 2, side // 2))
    for row in range(side // 2):
        for column in range(side // 2):
            window = convolved[:, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
            pooled[:, row, column] = window.mean(axis=(1, 2))
    raw = msa.fc.weight.detach().double().numpy() @ pooled.ravel() + msa.fc.bias.detach().double().numpy()
    sigmoid = 1 / (1 + np.exp(-raw))
    weights = sigmoid / sigmoid.sum()
    np.testing.assert_allclose(msa.weights(x)[0].detach().numpy(), weights, atol=1e-6)

    expected = np.zeros((channels, side * side))
    for weight, head in zip(weights, msa.heads):
        assert isinstance(head, SelfAttention)
        expected += weight * literal_attention(head, image.reshape(channels, -1))
    np.testing.assert_allclose(msa(x)[0].detach().numpy().reshape(channels, -1), expected, atol=1e-5)


def test_heads_at_once_answer_and_learn_as_one_by_one() -> None:
    msa = random_msa(16, 4)
    x = torch.randn(3, 16, 6, 6, requires_grad=True)
    found = []
    for training in (False, True):
        answer = msa.train(training)(x)
        gradients = torch.autograd.grad(answer.square().sum(), [x, *msa.parameters()])
        found.append((answer, *gradients))
    for at_once, one_by_one in zip(*found):
        torch.testing.assert_close(at_once, one_by_one, atol=1e-4, rtol=1e-4)


def test_msa_weights_sum_to_one() -> None:
    weights = random_msa(8, 5).weights(50 * torch.randn(16, 8, 6, 6))
    assert weights.shape == (16, 5)
    assert float(weights.detach().min()) >= 0
    torch.testing.assert_close(weights.sum(dim=1), torch.ones(16))


def test_attention_rows_sum_to_one() -> None:
    attention = SelfAttention(16).attention(torch.randn(2, 16, 3, 3))
    assert attention.shape == (2, 9, 9)
    torch.testing.assert_close(attention.sum(dim=2), torch.ones(2, 9))


def test_msa_starts_as_the_identity() -> None:
    x = torch.randn(2, 8, 6, 6)
    torch.testing.assert_close(MultipleSelfAttention(8)(x), x)


def test_stn_starts_as_the_identity() -> None:
    stn, faces = SpatialTransformer(), torch.rand(4, 1, 48, 48)
    identity: Tensor = torch.tensor([[1.0, 0, 0], [0, 1, 0]]).repeat(4, 1, 1)
    assert torch.equal(stn.affine(faces), identity)
    torch.testing.assert_close(stn(faces), faces, atol=1e-5, rtol=0)
