# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Exports by another data set than FER+, and of networks that were taught some of the emotions."""

import json
from pathlib import Path

import pytest
from data_layouts import folders
from file_session import session_of

from fer_training import evaluate, export
from fer_training.data import split_title
from fer_training.runs.checkpoint import BEST, load_checkpoint, save_checkpoint


def test_figures_of_another_set_are_called_so(
    tmp_path: Path, tiny_run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders(tmp_path / "mine")
    output = tmp_path / "mine.onnx"
    arguments = ["--checkpoint", str(tiny_run / BEST), "--data", str(tmp_path / "mine"), "--output", str(output)]
    assert export.main([*arguments, "--run", str(tmp_path / "record"), "--anyway"]) == 0
    title = split_title(tmp_path / "mine", "valid")
    assert f"\n{title}: accuracy" in capsys.readouterr().out
    card = output.with_suffix(".md").read_text()
    assert f"## {title}, protocol A" in card
    assert "FER2013Test decides" not in card


def test_a_run_of_some_emotions_is_calibrated_and_judged_on_these(
    tmp_path: Path, tiny_run: Path, tiny_data: Path
) -> None:
    groups, state = load_checkpoint(tiny_run / BEST)
    state["recipe"]["classes"] = ["happy", "sad", "surprise"]
    save_checkpoint(tmp_path / BEST, groups, state)
    output = tmp_path / "some.onnx"
    assert (
        export.main(["--checkpoint", str(tmp_path), "--data", str(tiny_data), "--output", str(output), "--anyway"]) == 0
    )
    arguments = ["--model", str(output), "--data", str(tiny_data), "--split", "valid", "--threads", "1"]
    assert evaluate.main([*arguments, "--classes", "happy", "sad", "surprise", "--output", str(tmp_path / "out")]) == 0
    figures = json.loads((tmp_path / "out" / "metrics.json").read_text())
    about = session_of(output).get_modelmeta().custom_metadata_map
    assert float(about["val_accuracy"]) == pytest.approx(figures["metrics"]["accuracy"]["value"], abs=1e-4)
    card = output.with_suffix(".md").read_text()
    assert f"protocol A, {figures['faces']} faces" in card
    assert "| no face |" in card  # the recall of those that it was not taught
