# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Figures over some of the seven emotions."""

import json
from pathlib import Path

import numpy as np
import pytest
from band_model import write_band_model
from data_layouts import folders
from hypothesis import given
from hypothesis import strategies as st

from fer_common.emotions import LABELS
from fer_training import evaluate
from fer_training.measures.metrics import measure
from fer_training.measures.some_classes import among

SIX = [label for label in LABELS if label != "neutral"]


@given(st.integers(0, 2**32 - 1), st.lists(st.sampled_from(LABELS), min_size=2, max_size=7, unique=True))
def test_among_some_is_a_distribution_over_them_in_the_old_proportions(seed: int, classes: list[str]) -> None:
    distributions = np.random.default_rng(seed).dirichlet(np.ones(7) / 3, 5)
    found = among(distributions, classes)
    kept = np.isin(LABELS, classes)
    assert not found[:, ~kept].any()
    np.testing.assert_allclose(found.sum(axis=1), 1)
    total = distributions[:, kept].sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found[:, kept] * total, distributions[:, kept], atol=1e-12)


def test_a_distribution_with_nothing_for_them_is_even() -> None:
    np.testing.assert_allclose(among(np.eye(7)[[LABELS.index("neutral")]], SIX)[0], np.isin(LABELS, SIX) / 6)


def test_the_means_over_classes_are_sklearns() -> None:
    from sklearn.metrics import precision_recall_fscore_support

    generator = np.random.default_rng(3)
    labels, answers = generator.integers(0, 6, 300), generator.dirichlet(np.ones(7), 300)
    labels[labels == LABELS.index("neutral")] = LABELS.index("surprise")
    six = among(answers, SIX)
    found = evaluate.macro(measure(six, labels, np.eye(7)[labels]))
    theirs = precision_recall_fscore_support(labels, six.argmax(axis=1), average="macro", zero_division=0)
    np.testing.assert_allclose([found["precision"], found["recall"], found["f1"]], theirs[:3])


def test_the_command_leaves_the_others_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders(tmp_path / "set")
    model = write_band_model(tmp_path / "bands.onnx")
    arguments = ["--model", str(model), "--data", str(tmp_path / "set"), "--split", "valid", "--threads", "1"]
    assert evaluate.main([*arguments, "--output", str(tmp_path / "out"), "--classes", *SIX]) == 0
    printed = capsys.readouterr().out
    content = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert content["classes"] == SIX
    assert content["per_class"]["neutral"]["faces"] == 0
    assert content["protocol"].endswith("angry, disgust, fear, happy, sad, surprise alone")
    assert "\nsad  " in printed
    assert "\nneutral  " not in printed
    assert "\ntheir mean  " in printed
