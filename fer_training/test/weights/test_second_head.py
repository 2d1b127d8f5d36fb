# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A second head fitted on top of a model file's network: the first one's answers stay, the words are learned."""

from pathlib import Path

import numpy as np
import pytest
import torch

from fer_models import default_model
from fer_training.errors import TrainingError
from fer_training.measures.predict import predict_logits
from fer_training.second_head import give_head, save
from fer_training.weights.second_head import features, fit_head
from fer_training.weights.trained_network import load_trained

ONE = default_model().with_name("accurate.onnx:2")
FACES = np.random.default_rng(0).integers(0, 256, (6, 48, 48), dtype=np.uint8)


def test_a_head_learns_what_is_linear_whatever_the_features_scale() -> None:
    generator = torch.Generator().manual_seed(0)
    read = torch.randn(400, 12, generator=generator) * torch.logspace(-2, 2, 12) + 3
    read[:, 5] = 1  # a feature that never differs
    words = ((read - 3) / torch.logspace(-2, 2, 12))[:, 6:].argmax(dim=1).numpy()
    head = fit_head(read, words, 0.001)
    assert (head(read).argmax(dim=1).numpy() == words).mean() > 0.95
    again = fit_head(read, words, 0.001)
    assert torch.equal(head.weight, again.weight)


def test_the_first_heads_answers_stay_and_the_record_says_what_was_fitted(tmp_path: Path) -> None:
    plain = load_trained(ONE)
    if plain.options.get("meant"):
        plain.options.pop("meant")
        plain.network.meant = None  # type: ignore[assignment]
    read = features(plain.network, FACES)
    words = np.array([0, 1, 2, 3, 4, -1])
    save(tmp_path / "one.safetensors", give_head(plain, read, words, 0.01, "FER2013Train"))
    taken = load_trained(tmp_path / "one.safetensors")
    before = predict_logits(plain.network, FACES, torch.device("cpu"))
    after = predict_logits(taken.network, FACES, torch.device("cpu"))
    assert torch.equal(after[:, :7], before[:, :7])
    torch.testing.assert_close(after[:, 7:], taken.network.get_submodule("meant")(read), atol=1e-4, rtol=1e-4)
    assert taken.head_fitted_to == "the words of 5 faces of FER2013Train, decay 0.01"
    assert (taken.model_file, taken.trained_on, taken.prior) == (plain.model_file, plain.trained_on, plain.prior)
    assert taken.prior_meant == pytest.approx((0.2, 0.2, 0.2, 0.2, 0.2, 0, 0))
    assert taken.finished
    with pytest.raises(TrainingError, match="has no second head"):
        give_head(taken, read, words, 0.01, "FER2013Train")
    with pytest.raises(TrainingError, match="no face has a word"):
        give_head(plain, read, np.full(6, -1), 0.01, "FER2013Train")
