# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Robustness and flip averaging, with a model that looks for a bright band."""

import json
from pathlib import Path

import numpy as np
import pytest
from band_model import write_band_model
from data_layouts import drawing, folders
from PIL import Image

from fer_color.color_difference import color_errors
from fer_common.emotions import LABELS
from fer_training import evaluate
from fer_training.data import Faces
from fer_training.data.ferplus_columns import FERPLUS_INDEX
from fer_training.errors import TrainingError
from fer_training.measures.corruptions import CORRUPTIONS, STRENGTHS, corrupt
from fer_training.measures.metrics import measure
from fer_training.measures.model_answers import answer
from fer_training.measures.robustness import FIGURES, Robustness, as_json, as_markdown, measure_robustness
from fer_training.model_file.reader import OnnxModel
from fer_training.release.card_section import TITLE, put_robustness


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> OnnxModel:
    return OnnxModel(write_band_model(tmp_path_factory.mktemp("model") / "bands.onnx"), 1)


@pytest.fixture(scope="module")
def faces() -> Faces:
    images = np.stack([drawing(LABELS[number % 7], number) for number in range(42)])
    votes = np.zeros((42, 10), np.int64)
    for number in range(42):
        votes[number, FERPLUS_INDEX[number % 7]] = 7
        votes[number, FERPLUS_INDEX[(number + 1) % 7]] += 3
    return Faces(tuple(f"{number}.png" for number in range(42)), images, votes)


@pytest.fixture(scope="module")
def result(model: OnnxModel, faces: Faces) -> Robustness:
    return measure_robustness(model, faces, seed=3)


def test_figures_are_those_of_the_damaged_faces(model: OnnxModel, faces: Faces, result: Robustness) -> None:
    labels, people = faces.labels(), faces.shares()
    whole = measure(answer(model, faces.images), labels, people)
    assert result.whole.metrics.scalars() == pytest.approx(whole.scalars())
    assert whole.accuracy == 1
    for kind in CORRUPTIONS:
        assert len(result.spoilt[kind.name]) == STRENGTHS
        spoilt = measure(answer(model, corrupt(faces.images, kind, 4, 3)), labels, people)
        assert result.spoilt[kind.name][3].metrics.scalars() == pytest.approx(spoilt.scalars())
    assert result.spoilt["wide crop"][4].metrics.accuracy < 1  # the bands have moved to others' places
    assert result.spoilt["blur"][0].metrics.accuracy == 1


def test_the_same_seed_gives_the_same_report(model: OnnxModel, faces: Faces, result: Robustness) -> None:
    assert as_json(measure_robustness(model, faces, seed=3)) == as_json(result)
    assert as_json(measure_robustness(model, faces, seed=4)) != as_json(result)


def test_the_mean_answers_colour_error_is_the_mean_distributions(faces: Faces, result: Robustness) -> None:
    mean = faces.shares().mean(axis=0)
    expected = [color_errors(mean[None], row[None])[0] for row in faces.shares()]
    assert result.mean_answer == pytest.approx(np.mean(expected))


def test_json_holds_every_figure_with_its_interval(result: Robustness) -> None:
    content = json.loads(json.dumps(as_json(result)))
    assert content["kinds"].keys() == {kind.name for kind in CORRUPTIONS}
    for kind in CORRUPTIONS:
        rows = content["kinds"][kind.name]["strengths"]
        assert [row["strength"] for row in rows] == [1, 2, 3, 4, 5]
        assert [row["level"] for row in rows] == list(kind.levels)
        for row in rows:
            assert row["metrics"].keys() == set(FIGURES)
            assert row["metrics"]["accuracy"]["low"] <= row["metrics"]["accuracy"]["high"]
            assert row["recall"].keys() == set(LABELS)
    accuracies = [content["kinds"][kind.name]["strengths"][4]["metrics"]["accuracy"]["value"] for kind in CORRUPTIONS]
    assert content["mean_over_kinds"]["accuracy"][5] == pytest.approx(np.mean(accuracies))
    assert content["mean_over_kinds"]["accuracy"][0] == content["whole"]["metrics"]["accuracy"]["value"]


def test_markdown_has_a_table_for_each_figure(result: Robustness) -> None:
    text = as_markdown(result, "bands")
    for figure in FIGURES:
        table = text.split(f"## {figure.replace('_', ' ')}\n")[1].split("##")[0]
        rows = [line.strip("| ").split(" | ") for line in table.strip().splitlines()]
        assert [row[0] for row in rows[2:]] == [*(kind.name for kind in CORRUPTIONS), "mean"]
        assert {len(row) for row in rows} == {STRENGTHS + 2} | {1}  # the rule under the head has no blanks
        for row in rows[2:-1]:
            expected = getattr(result.spoilt[row[0]][4].metrics, figure)
            assert float(row[-1]) == pytest.approx(expected, abs=0.06 if figure == "colour_error" else 0.0006)


def test_flip_averaging_is_the_mean_of_both_answers(tmp_path: Path, model: OnnxModel, faces: Faces) -> None:
    lopsided = OnnxModel(write_band_model(tmp_path / "lopsided.onnx", lopsided=True), 1)
    plain, flipped = answer(lopsided, faces.images), answer(lopsided, faces.images[:, :, ::-1].copy())
    assert np.abs(plain - flipped).max() > 0.001
    np.testing.assert_allclose(answer(lopsided, faces.images, flip=True), (plain + flipped) / 2, atol=1e-7)
    both = answer(lopsided, faces.images[:, :, ::-1].copy(), flip=True)
    np.testing.assert_allclose(both, answer(lopsided, faces.images, flip=True), atol=1e-7)
    np.testing.assert_allclose(answer(model, faces.images, flip=True), answer(model, faces.images), atol=1e-5)


@pytest.fixture
def arguments(model: OnnxModel, tmp_path: Path) -> list[str]:
    folders(tmp_path / "set")
    data = ["--data", str(tmp_path / "set"), "--split", "valid", "--threads", "1"]
    return ["--model", str(model.path), *data, "--output", str(tmp_path / "out")]


def test_the_command_writes_tables_and_pictures(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--robustness", "--robustness-faces", "10", "--seed", "2", "--show-faces"]
    assert evaluate.main([*arguments, *options]) == 0
    out, printed = tmp_path / "out", capsys.readouterr().out
    content = json.loads((out / "robustness.json").read_text())
    assert (content["faces"], content["seed"], content["flip_averaging"]) == (10, 2, False)
    assert (out / "robustness.md").read_text().startswith("# Robustness of bands.onnx on class folders, valid")
    for name in ("robustness.png", "strengths.png", "colours.png", "colours_by_emotion.png"):
        assert name in printed
        with Image.open(out / name) as image:
            assert min(image.size) > 400
    assert json.loads((out / "metrics.json").read_text())["split"] == "class folders, valid"


def test_the_command_does_nothing_unasked(arguments: list[str], tmp_path: Path) -> None:
    assert evaluate.main(arguments) == 0
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {
        "metrics.json", "log.txt", "confusion.png", "reliability.png", "colours.png", "colours_by_emotion.png"
    }  # fmt: skip
    assert json.loads((tmp_path / "out" / "metrics.json").read_text())["votes"] == "one label a face: its folder"
    assert "no flip averaging" in json.loads((tmp_path / "out" / "metrics.json").read_text())["protocol"]


def test_the_command_says_when_it_averaged(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate.main([*arguments, "--flip"]) == 0
    assert "averaged with its mirror image" in json.loads((tmp_path / "out" / "metrics.json").read_text())["protocol"]
    assert "averaged with its mirror image" in capsys.readouterr().out


def test_a_bad_number_of_faces_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        evaluate.main([*arguments, "--robustness", "--robustness-faces", "-1"])
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("evaluate: argument --robustness-faces: -1 is too small; give at least 0")


def test_some_faces_are_drawn_alike_every_time(faces: Faces) -> None:
    assert evaluate.drawn(faces, 0, 1) is faces
    assert evaluate.drawn(faces, 99, 1) is faces
    some = evaluate.drawn(faces, 9, 1)
    assert len(some) == 9
    assert evaluate.drawn(faces, 9, 1).names == some.names
    assert evaluate.drawn(faces, 9, 2).names != some.names


def test_a_card_gets_the_table_once_however_often(tmp_path: Path, result: Robustness) -> None:
    card = tmp_path / "model.md"
    card.write_text("# model.onnx\n\n## Where it is even\n\n| 1 |\n\n## Training\n\n| seed | 0 |\n")
    put_robustness(card, result, "FER2013Valid")
    once = card.read_text()
    put_robustness(card, result, "FER2013Valid")
    assert card.read_text() == once
    assert once.count(TITLE) == once.count("## Training") == 1
    assert once.startswith("# model.onnx\n\n## Where it is even\n\n| 1 |\n")
    assert once.endswith("\n## Training\n\n| seed | 0 |\n")
    metrics = result.spoilt["blur"][4].metrics
    row = next(line for line in once.splitlines() if line.startswith("| blur |"))
    assert row.endswith(f"| {metrics.accuracy:.3f} / {metrics.colour_error:.1f} |")
    assert f"42 faces of FER2013Valid (seed 3); as they are: {result.whole.metrics.accuracy:.3f}" in once


def test_no_card_or_another_file_is_one_line(tmp_path: Path, result: Robustness) -> None:
    with pytest.raises(TrainingError, match="No such file or directory; export the model first"):
        put_robustness(tmp_path / "none.md", result, "FER2013Valid")
    other = tmp_path / "README.md"
    other.write_text("# Something else\n")
    with pytest.raises(TrainingError, match=r"is it a card of fer_training\.export"):
        put_robustness(other, result, "FER2013Valid")
    assert other.read_text() == "# Something else\n"


def test_a_card_needs_something_to_write(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate.main([*arguments, "--card"]) == 2
    assert "--card is for the tables that --robustness and --readings measure" in capsys.readouterr().err
