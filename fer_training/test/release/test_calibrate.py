# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The command that gives a model file another calibration."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest

from fer_models import default_model
from fer_perception.backends import create_backend
from fer_training import calibrate, export
from fer_training.data import load_ferplus
from fer_training.measures.metrics import kl_divergence
from fer_training.model_file.reader import OnnxModel
from fer_training.release.calibration import Scaling
from fer_training.runs.checkpoint import BEST
from fer_training.weights.initial_weights import start_from
from fer_training.weights.trained_network import load_trained


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory, tiny_run: Path, tiny_data: Path) -> Path:
    path = tmp_path_factory.mktemp("calibrate") / "tiny.onnx"
    arguments = ["--checkpoint", str(tiny_run / BEST), "--data", str(tiny_data), "--output", str(path), "--anyway"]
    assert export.main([*arguments, "--run", str(path.parent / "record")]) == 0
    return path


@pytest.mark.parametrize("name", ["tiny.onnx", "fast.onnx", "fast_int8.onnx"])
def test_a_file_gets_another_calibration_and_keeps_its_network(
    tiny_model: Path, many_faces: Path, tmp_path: Path, name: str
) -> None:
    model = tiny_model if name == "tiny.onnx" else default_model().with_name(name)
    output = tmp_path / name
    options = ["--data", str(many_faces), "--output", str(output), "--version", "9.9.9"]
    assert calibrate.main(["--model", str(model), *options]) == 0
    faces = load_ferplus(many_faces, "valid").protocol_a()
    old, new = OnnxModel(model, 1), OnnxModel(output, 1)
    (before, logits), (after, same) = (
        [np.concatenate(parts) for parts in zip(*one.answers(faces.images))] for one in (old, new)
    )
    np.testing.assert_array_equal(same, logits)
    scaling = Scaling(**json.loads(new.metadata["calibration"]))
    np.testing.assert_allclose(after, scaling.probabilities(logits), atol=1e-5)
    people = faces.shares()
    assert kl_divergence(people, after).mean() < kl_divergence(people, before).mean()
    if "quantization" not in new.metadata:  # which torch's backend does not read
        np.testing.assert_allclose(create_backend("torch", output).run(faces.images[:9, None]), after[:9], atol=1e-4)
    kept = {"labels", "crop", "architecture", "network", "parameters", "trained_on"}
    assert {key: new.metadata[key] for key in kept} == {key: old.metadata[key] for key in kept}
    assert new.metadata["version"] == "9.9.9"
    assert new.metadata["calibrated_on"] == "FER2013Valid, 105 images"
    np.testing.assert_allclose(json.loads(new.metadata["prior"]), people.mean(axis=0), atol=1e-4)
    onnx.checker.check_model(onnx.load(output), full_check=True)


def test_the_card_goes_with_it(tiny_model: Path, many_faces: Path, tmp_path: Path) -> None:
    model, output = tmp_path / "mine.onnx", tmp_path / "other.onnx"
    model.write_bytes(tiny_model.read_bytes())
    old = tiny_model.with_suffix(".md").read_text()
    model.with_suffix(".md").write_text(old.replace("\n## Training", "\n## Its int8 form\n\nas fast\n\n## Training"))
    assert calibrate.main(["--model", str(model), "--data", str(many_faces), "--output", str(output)]) == 0
    new = output.with_suffix(".md").read_text()
    assert "int8" not in new, "it was made of the old file"
    accuracy = OnnxModel(output, 1).metadata["val_accuracy"]
    assert f"| val_accuracy | {accuracy} |" in new
    assert "protocol A, 105 faces" in new
    assert old[old.index("## Training") :] == new[new.index("## Training") :]
    assert new.count("| `prior` |") == 1


def test_it_can_be_done_again_in_place_and_started_from(tiny_model: Path, many_faces: Path, tmp_path: Path) -> None:
    output = tmp_path / "again.onnx"
    arguments = ["--data", str(many_faces), "--output", str(output)]
    assert calibrate.main(["--model", str(tiny_model), *arguments]) == 0
    first = output.read_bytes()
    assert calibrate.main(["--model", str(output), *arguments]) == 0
    assert onnx.load(output) == onnx.load_from_string(first)
    start_from(load_trained(output).network, output, load_ferplus(many_faces, "train").images)


@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [
        ("--model", "none.onnx", "no model file"),
        ("--data", "nowhere", "no folder"),
        ("--split", "train", "needs at least 100"),
        ("--output", "model.md", "does not end in .onnx"),
    ],
)
def test_what_is_wrong_is_one_line(
    tiny_model: Path, many_faces: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    option: str, value: str, reason: str,
) -> None:  # fmt: skip
    output = tmp_path / "old.onnx"
    output.write_bytes(b"old")
    arguments = ["--model", str(tiny_model), "--data", str(many_faces), "--output", str(output)]
    capsys.readouterr()
    assert calibrate.main([*arguments, option, value]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert reason in line
    assert output.read_bytes() == b"old"
