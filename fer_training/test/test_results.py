# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The results page: trained, read, written."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from fer_training import results
from fer_training.errors import TrainingError
from fer_training.pictures.results_page import interval
from fer_training.pictures.trained_folds import read_rows
from fer_training.runs.run_log import read_log


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, tiny_data: Path, tiny_recipe: Path) -> Path:
    folder = tmp_path_factory.mktemp("results")
    arguments = [
        "--data",
        str(tiny_data),
        "--runs",
        str(folder / "runs"),
        "--output",
        str(folder / "docs" / "results.md"),
    ]
    budget = [
        "--folds",
        "2",
        "--recipe",
        str(tiny_recipe),
        "--epochs",
        "1",
        "--width",
        "0.0625",
        "--precision",
        "float32",
    ]
    networks = ["--networks", "vggfac", "vggfac_msa", "baseline_cnn", "--device", "cpu"]
    assert results.main([*arguments, *budget, *networks]) == 0
    return folder


def test_the_page_holds_what_the_runs_logged(runs: Path) -> None:
    text = (runs / "docs" / "results.md").read_text()
    for name in ("vggfac", "vggfac_msa", "baseline_cnn"):
        ends = [100 * read_log(runs / "runs" / name / f"fold{fold}")[-1]["accuracy"] for fold in (1, 2)]
        assert f"| {name} | {np.mean(ends):.2f} ± {np.std(ends, ddof=1):.2f} |" in text
    assert "| MSA, no figure there | vggfac_msa over vggfac |" in text
    assert "no batch-norm makes that free in baseline_cnn." in text
    assert "| MSA: at most 4 % latency | vggfac_msa over vggfac | +" in text
    assert "Stratified folds over FER2013Train and FER2013Valid (FER2013Test takes no part)" in text
    assert "| STN, no figure there | vggfac_stn over vggfac | not trained | - |" in text
    assert "60.3 ± 1.2, 0.603, 2.1 M" in text
    assert "](images/results_confusion.png)" in text
    assert (runs / "docs" / "images" / "results_confusion.png").stat().st_size > 10_000


def test_every_face_is_in_the_confusion_once(runs: Path) -> None:
    for row in read_rows(runs / "runs", ["vggfac", "baseline_cnn"]):
        assert row.confusion.sum() == 56 + 35


def test_the_page_alone_is_written_from_what_is_there(runs: Path, tmp_path: Path) -> None:
    log = runs / "runs" / "vggfac" / "fold1" / "log.jsonl"
    before = log.read_bytes()
    assert results.main(["--runs", str(runs / "runs"), "--output", str(tmp_path / "again.md")]) == 0
    assert log.read_bytes() == before
    assert "vggfac_msa" in (tmp_path / "again.md").read_text()


def test_other_folds_are_not_mixed_in(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], tiny_data: Path, tiny_recipe: Path
) -> None:
    log = (runs / "runs" / "vggfac" / "fold1" / "log.jsonl").read_bytes()
    arguments = ["--data", str(tiny_data), "--runs", str(runs / "runs"), "--output", str(tmp_path / "r.md")]
    budget = ["--recipe", str(tiny_recipe), "--epochs", "1", "--width", "0.0625", "--networks", "vggfac"]
    for other in (["--folds", "3"], ["--folds", "2", "--seed", "7"], ["--folds", "2", "--epochs", "2"]):
        assert results.main([*arguments, *budget, "--device", "cpu", *other]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith("results: ")
    assert (runs / "runs" / "vggfac" / "fold1" / "log.jsonl").read_bytes() == log
    assert not (tmp_path / "r.md").exists()


def test_networks_of_different_budgets_do_not_make_a_page(runs: Path, tmp_path: Path) -> None:
    shutil.copytree(runs / "runs", tmp_path / "runs")
    about = tmp_path / "runs" / "vggfac_msa" / "fold1" / "run.json"
    about.write_text(about.read_text().replace('"seed": 0', '"seed": 1'))
    with pytest.raises(TrainingError, match="they do not compare"):
        read_rows(tmp_path / "runs", ["vggfac", "vggfac_msa"])


def test_nothing_trained_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert results.main(["--runs", str(tmp_path), "--output", str(tmp_path / "r.md")]) == 2
    assert "holds no trained fold" in capsys.readouterr().err


def test_the_interval_is_students() -> None:
    low, high = interval(np.array([1.0, 2.0, 3.0]))
    assert (low, high) == pytest.approx((2 - 4.303 / 3**0.5, 2 + 4.303 / 3**0.5))
    assert interval(np.array([1.0])) == (-np.inf, np.inf)


@pytest.mark.parametrize(
    ("key", "other", "words"),
    [
        ("data", "elsewhere, fold 1 of 3 held out", "another set of faces or number of folds than"),
        ("precision", "bfloat16", "another precision than"),
        ("seed", 7, "another seed than"),
    ],
)
def test_other_faces_or_another_precision_do_not_make_a_page(
    runs: Path, tmp_path: Path, key: str, other: object, words: str
) -> None:
    copy = shutil.copytree(runs / "runs", tmp_path / "runs")
    about = copy / "vggfac_msa" / "fold1" / "run.json"
    about.write_text(json.dumps(json.loads(about.read_text()) | {key: other}))
    with pytest.raises(TrainingError, match=words):
        read_rows(copy, ["vggfac", "vggfac_msa"])
