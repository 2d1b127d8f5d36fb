# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Small experiments: what is compared, and what is said of it."""

import json
from pathlib import Path

import numpy as np
import pytest
from band_model import write_band_model

from fer_training.experiments import __main__ as command
from fer_training.experiments.measured import Measured, difference
from fer_training.experiments.page import verdict
from fer_training.experiments.variants import QUESTIONS, SETS, VARIANTS, Question


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.words[:40])
def test_both_sides_of_a_question_are_of_one_set_and_differ_in_one_thing(question: Question) -> None:
    (names,) = [names for names in ({one.name for one in each} for each in SETS.values()) if question.one in names]
    assert question.other in names
    one, other = VARIANTS[question.one], VARIANTS[question.other]
    first, second = one.recipe(4), other.recipe(4)
    assert (first.epochs, first.patience) == (second.epochs, second.patience) == (4, 0)
    changed = [name for name in vars(first) if getattr(first, name) != getattr(second, name)]
    if one.architecture != other.architecture:
        assert {one.architecture, other.architecture} == {"vggfac", "vggfac_stn"}
        assert changed in ([], ["optimizer"]), "only the STN's own rate may differ beside it"
        assert vars(first.optimizer) | {"localisation_rate": 0} == vars(second.optimizer) | {"localisation_rate": 0}
    elif one.taught != other.taught:
        assert set(changed) <= {"targets", "teacher_share"}, (
            "with a teacher's share of 1 the people's targets are not asked"
        )
    else:
        assert len(changed) == 1, changed


def measured(values: list[float]) -> Measured:
    """Seeds of three epochs, the accuracy at whose end is given, half of it in the middle."""
    return Measured(tuple([{"accuracy": 0.0}, {"accuracy": value / 2}, {"accuracy": value}] for value in values))


def test_a_difference_is_paired_by_seed_with_students_interval() -> None:
    from scipy import stats

    one, other = np.array([0.50, 0.61, 0.55, 0.70]), np.array([0.48, 0.60, 0.50, 0.69])
    question = Question("", "a", "b")
    found = difference(question, {"a": measured(list(one)), "b": measured(list(other))})
    assert found is not None
    expected = stats.t.interval(0.95, 3, loc=(one - other).mean(), scale=stats.sem(one - other))
    assert found == pytest.approx(((one - other).mean(), *expected), abs=1e-4)
    middle = difference(Question("", "a", "b", halfway=True), {"a": measured(list(one)), "b": measured(list(other))})
    assert middle is not None
    assert middle[0] == pytest.approx(found[0] / 2)
    assert difference(question, {"a": measured([0.5])}) is None


@pytest.mark.parametrize(("low", "high", "said"), [(0.1, 2, "more"), (-2, -0.1, "less"), (-1, 1, "cannot be told")])
def test_what_an_interval_allows_to_say(low: float, high: float, said: str) -> None:
    assert verdict(low, high) == said


def test_the_command_trains_measures_and_keeps_what_is_there(
    tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {"paper": tuple(VARIANTS[name] for name in ("STN at 0.1 of the rate", "STN at the full rate"))}
    monkeypatch.setattr(command, "SETS", few)
    budget = ["--faces", "32", "--epochs", "1", "--seeds", "1", "--width", "0.0625"]
    model = write_band_model(tmp_path / "band.onnx")
    arguments = ["--data", str(tiny_data), "--output", str(tmp_path / "out"), *budget, "--ten-crop", str(model)]
    assert command.main(arguments) == 0
    capsys.readouterr()
    page = (tmp_path / "out" / "experiments.md").read_text()
    assert page.startswith("32 faces of FER2013Train, 1 epochs, vggfac_stn at width 0.0625, 1 seeds")
    record = json.loads((tmp_path / "out" / "experiments.json").read_text())
    assert set(record["variants"]) == {one.name for one in few["paper"]}
    assert len(record["variants"]["STN at the full rate"]["accuracy"]) == 1
    for words in ("STN at the full rate over a tenth of it", "ten crops of 44 px", "the mean map moves a corner"):
        assert page.count(words) == 1
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("last.safetensors")}
    assert len(times) == 2
    assert command.main(arguments) == 0
    assert (tmp_path / "out" / "experiments.md").read_text() == page
    assert {path: path.stat().st_mtime_ns for path in times} == times
    capsys.readouterr()
    assert command.main([*arguments, "--faces", "16"]) == 2
    line = capsys.readouterr().err.splitlines()[-1]
    assert line.startswith("experiments: ")
    assert "faces" in line


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"--data": "nowhere"}, "no folder"),
        ({"--crop": "49"}, "a face has 48 pixels"),
        ({"--set": "targets"}, "give --teacher"),
    ],
)
def test_what_is_wrong_is_one_line(
    tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], changed: dict[str, str], reason: str
) -> None:
    arguments = {"--data": str(tiny_data), "--output": str(tmp_path), "--set": "none", "--crop": "44"} | changed
    arguments |= {"--ten-crop": str(write_band_model(tmp_path / "band.onnx"))}
    assert command.main([word for pair in arguments.items() for word in pair]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("experiments: ")
    assert reason in line
