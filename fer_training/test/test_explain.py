"""What a model's answer hangs on."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fer_common.emotions import LABELS
from fer_models import default_model
from fer_training import explain
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
    answer, weight = explain.occlusion(Upper(), image)  # type: ignore[arg-type]
    assert LABELS[int(answer.argmax())] == "happy"
    assert weight[:20, :20].min() > 0
    assert np.abs(weight[36:, 36:]).max() < 1e-9
    assert weight.argmax() in np.flatnonzero(np.pad(np.ones((24, 24)), (0, 24)))


def test_a_face_without_differences_has_no_weight() -> None:
    _, weight = explain.occlusion(OnnxModel(default_model(), 1), np.full((48, 48), 128, np.uint8))
    np.testing.assert_allclose(weight, 0, atol=1e-6)


def test_the_command_writes_a_picture_and_the_numbers(tiny_data: Path, tmp_path: Path) -> None:
    arguments = [
        "--model",
        str(default_model()),
        "--data",
        str(tiny_data),
        "--faces",
        "1",
        "--output",
        str(tmp_path / "x"),
    ]
    assert explain.main(arguments) == 0
    with Image.open(tmp_path / "x" / "explained.png") as picture:
        assert min(picture.size) > 300
    found = json.loads((tmp_path / "x" / "explained.json").read_text())
    assert len(found["faces"]) == 7
    assert (tmp_path / "x" / "log.txt").read_text().endswith("; 7 faces\n")
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
