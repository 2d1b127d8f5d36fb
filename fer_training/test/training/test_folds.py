# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Cross-validation: the folds, and the runs over them."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedKFold

from fer_training import train
from fer_training.runs.run_log import read_log
from fer_training.training.folds import stratified_folds


@given(labels=st.lists(st.integers(0, 6), min_size=2, max_size=200), count=st.integers(2, 10), seed=st.integers(0, 99))
def test_folds_are_an_even_partition(labels: list[int], count: int, seed: int) -> None:
    if count > len(labels):
        return
    array = np.array(labels)
    folds = stratified_folds(array, count, seed)
    np.testing.assert_array_equal(np.sort(np.concatenate(folds)), np.arange(len(array)))
    assert max(map(len, folds)) - min(map(len, folds)) <= 1
    for label in np.unique(array):
        shares = [int((array[fold] == label).sum()) for fold in folds]
        assert max(shares) - min(shares) <= 1


def test_folds_are_as_stratified_as_scikit_learns() -> None:
    labels = np.random.default_rng(1).choice(7, 500, p=[0.1, 0.02, 0.03, 0.3, 0.35, 0.1, 0.1])
    ours = sorted(tuple(np.bincount(labels[fold], minlength=7)) for fold in stratified_folds(labels, 5, 0))
    theirs = [np.bincount(labels[test], minlength=7) for _, test in StratifiedKFold(5).split(labels, labels)]
    assert np.abs(np.array(ours) - np.mean(theirs, axis=0)).max() <= 1


@pytest.mark.parametrize("count", [0, 1, 11])
def test_impossible_counts_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="give 2 to 10"):
        stratified_folds(np.zeros(10, np.int64), count, 0)


def test_each_fold_is_a_run_and_their_mean_is_written(tmp_path: Path, tiny_arguments: list[str]) -> None:
    arguments = [*tiny_arguments, "--run", str(tmp_path), "--folds", "2", "--epochs", "1"]
    assert train.main(arguments) == 0
    figures = json.loads((tmp_path / "folds.json").read_text())
    ends = [read_log(tmp_path / f"fold{number}")[-1]["accuracy"] for number in (1, 2)]
    assert figures["accuracy"]["folds"] == ends
    assert figures["accuracy"]["mean"] == pytest.approx(sum(ends) / 2)
    assert figures["accuracy"]["deviation"] == pytest.approx(abs(ends[0] - ends[1]) / 2**0.5)
    assert train.main([*arguments, "--resume"]) == 0  # nothing is left to do
    assert json.loads((tmp_path / "folds.json").read_text()) == figures
