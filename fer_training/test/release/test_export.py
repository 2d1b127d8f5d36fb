# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""From a run to a model file of the contract, and from the file to its figures."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from file_session import session_of
from PIL import Image

from fer_models import FaceClassifier
from fer_perception.backends import create_backend
from fer_training import evaluate, export, train
from fer_training.data import load_ferplus
from fer_training.measures.metrics import measure
from fer_training.measures.predict import DEVIATION, MEAN
from fer_training.runs.checkpoint import BEST, load_checkpoint, save_checkpoint
from fer_training.weights.trained_network import load_trained

CONTRACT = {
    "labels", "crop", "architecture", "parameters", "flops", "trained_on", "license", "val_accuracy", "version",
}  # fmt: skip


@pytest.fixture(scope="module")
def model_file(tmp_path_factory: pytest.TempPathFactory, tiny_run: Path, tiny_data: Path) -> Path:
    path = tmp_path_factory.mktemp("export") / "models" / "tiny.onnx"
    arguments = ["--checkpoint", str(tiny_run / BEST), "--data", str(tiny_data), "--output", str(path)]
    run = ["--run", str(path.parent / "record")]
    assert export.main([*arguments, "--anyway", "--version", "1.2.3", *run]) == 0
    return path


def test_inputs_and_outputs_are_the_contracts(model_file: Path) -> None:
    session = session_of(model_file)
    (face,) = session.get_inputs()
    assert (face.name, face.type, face.shape) == ("face", "tensor(uint8)", ["N", 1, 48, 48])
    assert [(output.name, output.type, output.shape) for output in session.get_outputs()] == [
        ("probabilities", "tensor(float)", ["N", 7]),
        ("logits", "tensor(float)", ["N", 7]),
    ]


def test_metadata_is_the_contracts(model_file: Path, tiny_data: Path) -> None:
    about = session_of(model_file).get_modelmeta().custom_metadata_map
    assert about.keys() >= CONTRACT
    assert about["labels"] == "angry,disgust,fear,happy,neutral,sad,surprise"
    assert json.loads(about["crop"]) == {"margin": 1.0, "align": "none"}
    assert (about["architecture"], about["version"]) == ("vggfac_msa", "1.2.3")
    assert int(about["parameters"]) > 0
    assert int(about["flops"]) > 0
    assert 0 <= float(about["val_accuracy"]) <= 1
    assert f"{len(load_ferplus(tiny_data, 'train').protocol_a())} images" in about["trained_on"]


@pytest.mark.parametrize("count", [1, 3, 17])
def test_the_file_answers_as_torch_does(model_file: Path, tiny_run: Path, count: int) -> None:
    session, trained = session_of(model_file), load_trained(tiny_run / BEST)
    temperature = float(session.get_modelmeta().custom_metadata_map["temperature"])
    classifier = FaceClassifier(trained.network, mean=MEAN, deviation=DEVIATION, temperature=temperature)
    faces = np.random.default_rng(count).integers(0, 256, (count, 1, 48, 48), dtype=np.uint8)
    with torch.no_grad():
        expected = classifier(torch.from_numpy(faces))
    for got, want in zip(session.run(None, {"face": faces}), expected):
        np.testing.assert_allclose(got, want.numpy(), atol=1e-4, rtol=0)
    np.testing.assert_allclose(session.run(["probabilities"], {"face": faces})[0].sum(axis=1), 1, atol=1e-5)


def test_calibration_helps(model_file: Path, tiny_data: Path) -> None:
    valid = load_ferplus(tiny_data, "valid").protocol_a()
    probabilities, logits = session_of(model_file).run(None, {"face": valid.images[:, None]})
    raw = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels, shares = valid.labels(), valid.shares()
    assert measure(probabilities, labels, shares).kl <= measure(raw, labels, shares).kl + 1e-6


def test_the_card_says_what_it_is(model_file: Path) -> None:
    card = model_file.with_suffix(".md").read_text()
    assert card.startswith("# tiny.onnx")
    assert "Trained to the end: 2 of 2 epochs" in card
    for heading in ("## FER2013Valid, protocol A", "## Training", "## What it is for", "## What it cannot do"):
        assert heading in card
    shares = json.loads(session_of(model_file).get_modelmeta().custom_metadata_map["prior"])
    assert f"as the faces were drawn: angry {100 * shares[0]:.1f} %, disgust {100 * shares[1]:.1f} %, " in card
    assert "FER+'s own frequencies" not in card


def test_a_run_that_goes_on_is_said_to(tmp_path: Path, tiny_run: Path) -> None:
    groups, state = load_checkpoint(tiny_run / BEST)
    state["recipe"]["epochs"] = 9
    save_checkpoint(tmp_path / BEST, groups, state)
    assert not load_trained(tmp_path / BEST).finished


def test_the_run_folder_keeps_arguments_log_and_pictures(model_file: Path) -> None:
    folder = model_file.parent / "record"
    record = json.loads((folder / "export.json").read_text())
    assert record["arguments"][:2] == ["--checkpoint", record["arguments"][1]]
    assert record["metadata"] == session_of(model_file).get_modelmeta().custom_metadata_map
    log = (folder / "log.txt").read_text()
    assert f"accuracy {record['metrics']['accuracy']:.4f}, " in log
    assert len(log.splitlines()) == 3
    for picture in ("confusion.png", "reliability.png"):
        with Image.open(folder / picture) as image:
            assert min(image.size) > 500


def test_a_run_folder_that_cannot_be_written_is_one_line_and_the_model_stays(
    tiny_run: Path, tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "runs").write_text("a file")
    arguments = ["--checkpoint", str(tiny_run / BEST), "--data", str(tiny_data), "--output", str(tmp_path / "x.onnx")]
    assert export.main([*arguments, "--anyway"]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("export: '")
    assert last.endswith("name another --run")
    assert session_of(tmp_path / "x.onnx").get_outputs()


def test_the_prior_is_the_mean_of_the_votes(model_file: Path, tiny_data: Path) -> None:
    prior = json.loads(session_of(model_file).get_modelmeta().custom_metadata_map["prior"])
    train = load_ferplus(tiny_data, "train").protocol_a()
    np.testing.assert_allclose(prior, train.shares().mean(axis=0), atol=1e-6)
    assert "| `prior` | accuracy | balanced accuracy |" in model_file.with_suffix(".md").read_text()


def test_what_a_run_learned_from_is_told_by_the_run(
    tmp_path: Path, plain_arguments: list[str], tiny_data: Path
) -> None:
    run, path = tmp_path / "run", tmp_path / "some.onnx"
    assert train.main([*plain_arguments, "--run", str(run), "--epochs", "1", "--faces", "20"]) == 0
    assert export.main(["--checkpoint", str(run), "--data", str(tiny_data), "--output", str(path), "--anyway"]) == 0
    about = session_of(path).get_modelmeta().custom_metadata_map
    assert about["trained_on"] == "FER+ (FER2013Train, 20 images)"
    first = load_ferplus(tiny_data, "train").protocol_a().take(np.arange(20))
    np.testing.assert_allclose(json.loads(about["prior"]), first.shares().mean(axis=0), atol=1e-5)
    assert "| learned from | FER+ (FER2013Train, 20 images) |" in path.with_suffix(".md").read_text()


def test_an_emotion_that_the_data_lack_has_a_small_prior(tmp_path: Path, tiny_run: Path, tiny_data: Path) -> None:
    groups, state = load_checkpoint(tiny_run / BEST)
    state["prior"] = [0, 0, 0, 0.5, 0.25, 0.25, 0]
    save_checkpoint(tmp_path / BEST, groups, state)
    path = tmp_path / "few.onnx"
    assert (
        export.main(["--checkpoint", str(tmp_path), "--data", str(tiny_data), "--output", str(path), "--anyway"]) == 0
    )
    prior = np.array(json.loads(session_of(path).get_modelmeta().custom_metadata_map["prior"]))
    np.testing.assert_allclose(prior, [1e-4, 1e-4, 1e-4, 0.5, 0.25, 0.25, 1e-4], atol=2e-4)
    assert prior.min() > 0
    assert "nan" not in path.with_suffix(".md").read_text()
    assert create_backend("onnxruntime", path).run(np.zeros((1, 1, 48, 48), np.uint8)).shape == (1, 7)


def test_evaluate_writes_figures_and_pictures(
    model_file: Path, tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--model", str(model_file), "--data", str(tiny_data), "--split", "valid", "--threads", "1"]
    assert evaluate.main([*arguments, "--output", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    figures = json.loads((tmp_path / "out" / "metrics.json").read_text())
    valid = load_ferplus(tiny_data, "valid").protocol_a()
    answers = session_of(model_file).run(["probabilities"], {"face": valid.images[:, None]})[0]
    expected = measure(answers, valid.labels(), valid.shares())
    assert figures["faces"] == len(valid) == 35
    assert figures["arguments"][:4] == arguments[:4]
    for name, value in expected.scalars().items():
        found = figures["metrics"][name]
        assert found["value"] == pytest.approx(value, abs=1e-5)
        assert found["low"] <= found["high"]
        assert f"{name.replace('_', ' '):<18}" in printed
    assert np.array(figures["confusion"]).sum() == len(valid)
    assert figures["per_class"].keys() == set(figures["labels"])
    for picture in ("confusion.png", "reliability.png"):
        with Image.open(tmp_path / "out" / picture) as image:
            assert min(image.size) > 500
    assert (tmp_path / "out" / "log.txt").read_text().strip() in printed


def refusal(capsys: pytest.CaptureFixture[str], command: str, arguments: list[str]) -> str:
    main = {"evaluate": evaluate.main, "export": export.main}[command]
    capsys.readouterr()
    assert main(arguments) == 2
    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.strip()]
    assert line.startswith(f"{command}: ")
    return line


def test_evaluate_refuses_what_is_no_model_file(
    model_file: Path, tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "garbage.onnx").write_bytes(b"garbage")
    bare = onnx.load(model_file)
    del bare.metadata_props[:]
    onnx.save(bare, tmp_path / "bare.onnx")
    for name, reason in (("none", "no model file"), ("garbage", "no ONNX file"), ("bare", "labels 'None'")):
        options = ["--model", str(tmp_path / f"{name}.onnx"), "--data", str(tiny_data), "--split", "valid"]
        assert reason in refusal(capsys, "evaluate", [*options, "--output", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()


def test_evaluate_refuses_a_place_that_cannot_be_written(
    model_file: Path, tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_bytes(b"")
    options = ["--model", str(model_file), "--data", str(tiny_data), "--split", "valid"]
    assert "cannot write" in refusal(capsys, "evaluate", [*options, "--output", str(tmp_path / "file")])
    absent = ["--model", str(model_file), "--data", str(tiny_data), "--split", "test"]
    assert "FER2013Test" in refusal(capsys, "evaluate", absent)


@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [
        ("--checkpoint", "none.safetensors", "no checkpoint"),
        ("--output", "model.md", "does not end in .onnx"),
        ("--data", "nowhere", "no folder 'nowhere'"),
        ("--crop", "{", "no JSON"),
        ("--crop", '{"margin": -1, "align": "none"}', "margin above 0"),
    ],
)
def test_export_refuses_in_one_line_and_leaves_the_older_file(
    tmp_path: Path, tiny_run: Path, tiny_data: Path, capsys: pytest.CaptureFixture[str],
    option: str, value: str, reason: str,
) -> None:  # fmt: skip
    output = tmp_path / "model.onnx"
    output.write_bytes(b"older")
    arguments = ["--checkpoint", str(tiny_run / BEST), "--data", str(tiny_data), "--output", str(output)]
    assert reason in refusal(capsys, "export", [*arguments, option, value])
    assert output.read_bytes() == b"older"


def test_an_unfinished_run_is_refused_unless_told(
    tiny_run: Path, tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    groups, state = load_checkpoint(tiny_run / BEST)
    state["recipe"]["epochs"] = 9
    save_checkpoint(tmp_path / BEST, groups, state)
    output = tmp_path / "new.onnx"
    arguments = ["--checkpoint", str(tmp_path / BEST), "--data", str(tiny_data), "--output", str(output)]
    assert "of 9 epochs" in refusal(capsys, "export", arguments)
    assert not output.exists()
    assert export.main([*arguments, "--anyway"]) == 0
    assert "**Not trained to the end**" in output.with_suffix(".md").read_text()


def test_an_uncalibrated_run_is_refused_and_the_older_file_stays(
    tiny_run: Path, tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(export, "CALIBRATED", 0.0)  # what no network reaches
    output = tmp_path / "old.onnx"
    output.write_bytes(b"old")
    arguments = ["--checkpoint", str(tiny_run / BEST), "--data", str(tiny_data), "--output", str(output)]
    line = refusal(capsys, "export", arguments)
    assert "calibration leaves an error of" in line
    assert "--anyway" in line
    assert output.read_bytes() == b"old"


def test_float16_halves_the_file_and_keeps_its_answers(
    tmp_path: Path, tiny_run: Path, tiny_data: Path, model_file: Path
) -> None:
    path = tmp_path / "half.onnx"
    arguments = ["--checkpoint", str(tiny_run / BEST), "--data", str(tiny_data), "--output", str(path)]
    assert export.main([*arguments, "--anyway", "--float16"]) == 0
    assert session_of(path).get_modelmeta().custom_metadata_map["weights"] == "float16"
    stored = sum(item.ByteSize() for item in onnx.load(path).graph.initializer)
    assert stored < 0.6 * sum(item.ByteSize() for item in onnx.load(model_file).graph.initializer)
    faces = np.random.default_rng(4).integers(0, 256, (32, 1, 48, 48), dtype=np.uint8)
    whole, half = (session_of(one).run(None, {"face": faces}) for one in (model_file, path))
    assert half[0].dtype == np.float32
    np.testing.assert_allclose(half[0], whole[0], atol=0.005)
    np.testing.assert_allclose(create_backend("torch", path).run(faces), half[0], atol=1e-4)
