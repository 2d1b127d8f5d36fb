# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a model's answer hangs on."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fer_common.emotions import LABELS
from fer_models import default_model
from fer_training import explain
from fer_training.measures.occlusion import occlusion
from fer_training.model_file.reader import OnnxModel


class Upper:
    """Answers 'happy' the surer, the brighter the face's upper left quarter is."""

    def answers(self, images: np.ndarray):
        bright = images[:, :24, :24].mean(axis=(1, 2)) / 255
        rest = (1 - bright) / 6
        yield np.stack([bright if label == "happy" else rest for label in LABELS], axis=1), None


def test_the_weight_lies_where_the_answer_comes_from() -> None:
    image = np.full((48, 48), 10, np.uint8)
    image[:24, :24] = 250
    answer, weight = occlusion(Upper(), image)  # type: ignore[arg-type]
    assert LABELS[int(answer.argmax())] == "happy"
    assert weight[:20, :20].min() > 0
    assert np.abs(weight[36:, 36:]).max() < 1e-9
    assert weight.argmax() in np.flatnonzero(np.pad(np.ones((24, 24)), (0, 24)))


def test_a_face_without_differences_has_no_weight() -> None:
    _, weight = occlusion(OnnxModel(default_model(), 1), np.full((48, 48), 128, np.uint8))
    np.testing.assert_allclose(weight, 0, atol=1e-6)


@pytest.fixture(scope="module")
def explained(made_once: Callable[..., Path], tiny_data: Path) -> Path:
    """What the command writes of one face an emotion. Not to be changed."""

    def make(folder: Path) -> None:
        arguments = ["--model", str(default_model()), "--data", str(tiny_data), "--faces", "1", "--sheet"]
        assert explain.main([*arguments, "--step", "12", "--output", str(folder / "x")]) == 0

    return made_once("explained", make) / "x"


def test_the_command_writes_a_picture_and_the_numbers(explained: Path) -> None:
    with Image.open(explained / "explained.png") as picture:
        assert min(picture.size) > 300
    found = json.loads((explained / "explained.json").read_text())
    assert len(found["faces"]) == 7
    assert (explained / "log.txt").read_text().endswith("; 7 faces\n")
    assert sorted(path.name for path in explained.iterdir()) == sorted(explain.WRITTEN)
    assert {stat.S_IMODE(path.stat().st_mode) for path in explained.iterdir()} == {0o600}, "they show faces"
    assert stat.S_IMODE(explained.stat().st_mode) == 0o700
    assert np.array(found["faces"][0]["weight"]).shape == (48, 48)


def test_no_faces_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        explain.main(["--model", "m.onnx", "--data", "d", "--output", "o", "--faces", "0"])
    assert capsys.readouterr().err == "explain: argument --faces: 0 is too small; give at least 1 (see --help)\n"


@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [("--model", "none.onnx", "no model file"), ("--data", "nowhere", "no folder"), ("--split", "test", "FER2013Test")],
)
def test_wrong_arguments_are_one_line(
    tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, value: str, reason: str
) -> None:
    arguments = ["--model", str(default_model()), "--data", str(tiny_data), "--output", str(tmp_path)]
    assert explain.main([*arguments, option, value]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert reason in line


def test_every_way_of_looking_is_in_the_numbers(explained: Path) -> None:
    found = json.loads((explained / "explained.json").read_text())
    assert {"grey patch", "black square", "Grad-CAM"} <= set(found["faces"][0]["maps"])
    assert set(found["happy"]) == set(found["faces"][0]["maps"])
    assert found["layer"]
    for name in ("means.png", "answers.png", "nine.png"):
        with Image.open(explained / name) as picture:
            assert min(picture.size) > 200


def test_int8_is_looked_at_without_grad_cam_and_says_so(
    tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = default_model().with_name("fast_int8.onnx")
    arguments = ["--model", str(model), "--data", str(tiny_data), "--faces", "1", "--step", "24"]
    assert explain.main([*arguments, "--output", str(tmp_path / "x")]) == 0
    assert "without Grad-CAM" in capsys.readouterr().err
    found = json.loads((tmp_path / "x" / "explained.json").read_text())
    assert set(found["faces"][0]["maps"]) == {"grey patch", "black square"}
    assert found["layer"] is None


def test_neither_data_nor_photographs_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert explain.main(["--model", str(default_model()), "--output", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "explain: give --data or --photos: faces to explain\n"
