# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Cross-validation: the folds, and the runs over them."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from fer_training import train
from fer_training.data import Faces
from fer_training.machine.processes import Processes
from fer_training.measures.metrics import measure
from fer_training.measures.predict import predict_logits
from fer_training.pictures.results_page import page
from fer_training.pictures.trained_folds import read_rows
from fer_training.runs.checkpoint import BEST, load_checkpoint
from fer_training.runs.held_out import HELD_OUT
from fer_training.runs.run_log import read_log
from fer_training.training.folds import cross_validate, join, stratified_folds, train_fold
from fer_training.training.learning_faces import learning_faces
from fer_training.training.recipe import Recipe, load_recipe
from fer_training.training.run import Run
from fer_training.weights.trained_network import load_trained


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
    from sklearn.model_selection import StratifiedKFold

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


@pytest.fixture(scope="module")
def impatient(plateau_recipe: Path) -> Recipe:
    """A rate so low that nothing is gained after the first epochs: the run stops early, by validation."""
    return replace(
        load_recipe(str(plateau_recipe), epochs=12, sides=[[32, 1.0]]), patience=1, plateau_patience=0, batch=32
    )


@pytest.fixture(scope="module")
def both_sets(tiny_data: Path, impatient: Recipe) -> Faces:
    return join(*learning_faces(tiny_data, impatient).values())


def fold_run(folder: Path, recipe: Recipe) -> Run:
    network = {"width": 0.0625, "hidden": [16]}
    return Run(folder / "vggfac", "vggfac", recipe, network, precision="float32", data="drawn faces")


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory, both_sets: Faces, impatient: Recipe) -> Path:
    folder = tmp_path_factory.mktemp("stopped")
    cross_validate(fold_run(folder, impatient), both_sets, 2)
    return folder


def test_a_fold_that_stopped_early_is_measured_once_by_its_best_epoch(stopped: Path, both_sets: Faces) -> None:
    for number, rows in enumerate(stratified_folds(both_sets.labels(), 2, 0), 1):
        folder = stopped / "vggfac" / f"fold{number}"
        found, log = json.loads((folder / HELD_OUT).read_text()), read_log(folder)
        assert len(log) < 12
        assert found["epoch"] == 1 + int(np.argmax([row["accuracy"] for row in log]))
        inner = np.sum(log[-1]["confusion"])
        assert (found["chosen_on"], found["faces"]) == (inner, len(rows))
        assert inner == pytest.approx((len(both_sets) - len(rows)) / 10, abs=1)
        faces = both_sets.take(rows)
        network = load_trained(folder / BEST).network
        logits = predict_logits(network, faces.images, torch.device("cpu"), side=32)
        expected = measure(torch.softmax(logits, dim=1).numpy(), faces.labels(), faces.shares())
        assert found["accuracy"] == pytest.approx(expected.accuracy)
        assert found["confusion"] == expected.confusion.tolist()


def test_the_page_calls_it_finished(stopped: Path) -> None:
    (row,) = read_rows(stopped, ["vggfac"])
    assert max(row.epochs) < 12
    text = page([row], "picture.png")
    assert "Every fold was trained to its end." in text
    assert "that was best on a tenth of its training faces (the fold's own were read once)" in text
    assert "of 12, stopped early, 2 folds" in text
    held_out = [json.loads((stopped / "vggfac" / f"fold{number}" / HELD_OUT).read_text()) for number in (1, 2)]
    assert row.accuracy.tolist() == [one["accuracy"] for one in held_out]


def test_one_that_has_not_ended_is_not_on_the_page(stopped: Path, tmp_path: Path) -> None:
    shutil.copytree(stopped, tmp_path / "runs")
    (tmp_path / "runs" / "vggfac" / "fold2" / HELD_OUT).unlink()
    (row,) = read_rows(tmp_path / "runs", ["vggfac"])
    assert len(row.accuracy) == 1


def test_the_fold_that_is_held_out_has_no_say(
    stopped: Path, both_sets: Faces, impatient: Recipe, tmp_path: Path
) -> None:
    first = stratified_folds(both_sets.labels(), 2, 0)[0]
    images = both_sets.images.copy()
    images[first] = 255 - images[first]
    others = np.setdiff1d(np.arange(len(both_sets)), first)
    changed = replace(both_sets, images=images)
    run = replace(fold_run(tmp_path, impatient), folder=tmp_path)
    train_fold(run, changed.take(others), changed.take(first), Processes())
    before, after = (load_checkpoint(root / BEST)[0]["mean"] for root in (stopped / "vggfac" / "fold1", tmp_path))
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_folds_go_on_where_they_were(stopped: Path, both_sets: Faces, impatient: Recipe, tmp_path: Path) -> None:
    shutil.copytree(stopped, tmp_path / "runs")
    folds = tmp_path / "runs" / "vggfac"
    (folds / "folds.json").unlink()
    (folds / "fold2" / HELD_OUT).unlink()  # killed before it was written
    cross_validate(replace(fold_run(tmp_path / "runs", impatient), resume=True), both_sets, 2)
    for file in ("folds.json", f"fold2/{HELD_OUT}", "fold1/log.jsonl", "fold2/log.jsonl"):
        assert (folds / file).read_text() == (stopped / "vggfac" / file).read_text()
