# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Training that starts from a model file."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from fer_models import create_model, default_model
from fer_training import export, train
from fer_training.data import load_ferplus
from fer_training.errors import TrainingError
from fer_training.measures.predict import predict_logits
from fer_training.model_file.reader import OnnxModel
from fer_training.runs.checkpoint import BEST, LAST, load_checkpoint
from fer_training.weights.initial_weights import start_from
from fer_training.weights.trained_network import load_trained

TINY = {"width": 0.0625, "hidden": [16]}


@pytest.fixture(scope="module", params=[[], ["--float16"]], ids=["float32", "float16"])
def model_file(
    request: pytest.FixtureRequest, made_once: Callable[..., Path], plain_run: Path, tiny_data: Path
) -> Path:
    def make(folder: Path) -> None:
        output = ["--output", str(folder / "tiny.onnx"), "--run", str(folder / "record")]
        made = ["--checkpoint", str(plain_run / BEST), "--data", str(tiny_data), "--anyway", *output]
        assert export.main([*made, *request.param]) == 0

    return made_once(" ".join(["start", *request.param]), make) / "tiny.onnx"


def test_a_started_network_answers_as_the_file_does(model_file: Path, tiny_data: Path) -> None:
    faces = load_ferplus(tiny_data, "train").images
    network = create_model("vggfac", **TINY)
    start_from(network, model_file, faces[:32])
    others = load_ferplus(tiny_data, "valid").images
    expected = np.concatenate([logits for _, logits in OnnxModel(model_file).answers(others)])
    got = predict_logits(network, others, torch.device("cpu")).numpy()
    np.testing.assert_allclose(got, expected, atol=1e-3, rtol=0)


def test_its_batch_norms_see_what_they_expect(model_file: Path, tiny_data: Path) -> None:
    """In training a batch-norm takes the batch's own statistics: over the same faces the answers stay."""
    faces = load_ferplus(tiny_data, "train").images
    network = create_model("vggfac", **TINY, dropout=0.0)
    start_from(network, model_file, faces)
    before = predict_logits(network, faces, torch.device("cpu"))
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.track_running_stats, module.running_mean, module.running_var = False, None, None
    torch.testing.assert_close(predict_logits(network, faces, torch.device("cpu")), before, atol=0.05, rtol=0.05)


def test_the_shipped_model_can_be_started_from(tiny_data: Path) -> None:
    one = load_trained(default_model())
    faces = load_ferplus(tiny_data, "train").images[:16]
    start_from(create_model(one.architecture, **one.options), default_model(), faces)


def test_a_run_says_what_it_started_from_and_resumes(
    model_file: Path, plain_arguments: list[str], plateau_recipe: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    plain = [*plain_arguments, "--recipe", str(plateau_recipe), "--run", str(tmp_path / "run")]
    started_so = [*plain, "--start", str(model_file)]
    assert train.main([*started_so, "--epochs", "1"]) == 0
    started = load_checkpoint(tmp_path / "run" / LAST)[1]["start"]
    assert started.startswith("tiny.onnx sha256:")
    assert json.loads((tmp_path / "run" / "run.json").read_text())["start"] == started
    assert train.main([*started_so, "--epochs", "2", "--resume"]) == 0
    assert train.main([*plain, "--epochs", "3", "--resume"]) == 2
    assert f"started from {started}; give --start as then" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"width": 0.125, "hidden": [16]}, "has shape [4, 1, 3, 3] for 'features.0.0.weight'"),
        ({"width": 0.0625, "hidden": [16], "stn": True}, "has nothing for 'stn.localisation.0.weight'"),
    ],
)
def test_another_architecture_is_one_line(
    model_file: Path, tiny_data: Path, options: dict[str, object], reason: str
) -> None:
    faces = load_ferplus(tiny_data, "train").images
    with pytest.raises(TrainingError, match="give --arch, --width and --hidden as its card says") as caught:
        start_from(create_model("vggfac", **options), model_file, faces)
    assert reason in str(caught.value)


def test_a_run_starts_from_a_checkpoint(tiny_run: Path, tiny_arguments: list[str], tmp_path: Path) -> None:
    """Long at a rate of 0 the weights stay those that it started with."""
    still = tmp_path / "still.yaml"
    recipe = Path(tiny_arguments[tiny_arguments.index("--recipe") + 1]).read_text()
    still.write_text(recipe.replace("learning_rate: 0.05, muon_rate: 0.02", "learning_rate: 0.0"))
    run = ["--run", str(tmp_path / "run"), "--recipe", str(still), "--start", str(tiny_run / BEST), "--epochs", "1"]
    assert train.main([*tiny_arguments, *run]) == 0
    before, after = load_trained(tiny_run / BEST), load_trained(tmp_path / "run" / LAST)
    assert after.start.startswith("best.safetensors sha256:")
    weights = dict(after.network.named_parameters())
    for name, parameter in before.network.named_parameters():
        torch.testing.assert_close(weights[name], parameter)


@pytest.fixture(scope="module", params=[[], ["--float16"]], ids=["float32", "float16"])
def file_of_three(
    request: pytest.FixtureRequest, file_of_several: Callable[..., tuple[Path, list[Path]]]
) -> tuple[Path, list[Path]]:
    return file_of_several(*request.param)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_one_network_of_a_file_of_several(file_of_three: tuple[Path, list[Path]], tiny_data: Path, number: int) -> None:
    path, checkpoints = file_of_three
    faces = load_ferplus(tiny_data, "valid").images
    expected, got = (
        predict_logits(load_trained(one).network, faces, torch.device("cpu"))
        for one in (checkpoints[number - 1], path.with_name(f"{path.name}:{number}"))
    )
    torch.testing.assert_close(got, expected, atol=5e-3, rtol=5e-3)


def test_a_run_starts_from_one_network_of_several(
    file_of_three: tuple[Path, list[Path]], tiny_arguments: list[str], tmp_path: Path
) -> None:
    path, _ = file_of_three
    run = ["--run", str(tmp_path / "run"), "--epochs", "1", "--start", f"{path}:3"]
    assert train.main([*tiny_arguments, *run]) == 0
    assert load_trained(tmp_path / "run" / LAST).start.startswith("three.onnx:3 sha256:")


@pytest.mark.parametrize(
    ("number", "reason"),
    [("", r"is of 3 networks \(vggfac_msa \+ vggfac \+ vggfac_msa\); name one of them, such as .*three.onnx:1"),
     (":4", "has 3 networks, and no number 4"), (":0", "has 3 networks, and no number 0")],
)  # fmt: skip
def test_no_such_network_is_one_line(file_of_three: tuple[Path, list[Path]], number: str, reason: str) -> None:
    with pytest.raises(TrainingError, match=reason):
        load_trained(Path(f"{file_of_three[0]}{number}"))


def test_a_file_that_another_has_replaced_is_read_anew(
    model_file: Path, file_of_several: Callable[..., tuple[Path, list[Path]]], tmp_path: Path
) -> None:
    path = Path(shutil.copyfile(model_file, tmp_path / "model.onnx"))
    assert load_trained(path).architecture == "vggfac"
    shutil.copyfile(file_of_several()[0], path)
    with pytest.raises(TrainingError, match="is of 3 networks"):
        load_trained(path)
    assert load_trained(Path(f"{path}:3")).architecture == "vggfac_msa"


@pytest.mark.parametrize(
    ("name", "from_dlib"),
    [("accurate.onnx:1", True), ("accurate.onnx:2", True), ("paper.onnx", False)],
)
def test_the_shipped_networks_can_be_started_from(name: str, from_dlib: bool, tiny_data: Path) -> None:
    path = default_model().with_name(name)
    one = load_trained(path)
    assert one.from_dlib is from_dlib
    start_from(create_model(one.architecture, **one.options), path, load_ferplus(tiny_data, "valid").images[:8])


def test_an_int8_file_is_one_line(tiny_data: Path) -> None:
    small = default_model().with_name("fast_int8.onnx")
    one = load_trained(default_model())
    network = create_model(one.architecture, **one.options)
    with pytest.raises(TrainingError, match="a model file that is not int8"):
        start_from(network, small, load_ferplus(tiny_data, "train").images)


def test_a_missing_file_is_one_line(
    tiny_arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train.main([*tiny_arguments, "--run", str(tmp_path / "run"), "--start", str(tmp_path / "none.onnx")]) == 2
    assert "none.onnx' for a start" in capsys.readouterr().err


ADDED = ["--arch", "vggfac_stn_msa", "--epochs", "1", "--start-adds"]


def test_an_stn_an_msa_and_a_second_head_are_added_when_told(
    model_file: Path, tiny_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faces = load_ferplus(tiny_data, "train").images
    network = create_model("vggfac_stn_msa", meant=True, **TINY)
    with pytest.raises(TrainingError, match="--start-adds"):
        start_from(network, model_file, faces)
    assert start_from(network, model_file, faces, adding=True) == ["stn", "features.3", "meant"]
    expected = np.concatenate([logits for _, logits in OnnxModel(model_file).answers(faces)])
    got = predict_logits(network, faces, torch.device("cpu")).numpy()
    for seven in (got[:, :7], got[:, 7:]):  # the second head begins as the first
        np.testing.assert_allclose(seven, expected, atol=1e-3, rtol=0)


def test_a_run_starts_from_a_checkpoint_that_lacks_them(
    plain_arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train.main([*plain_arguments, "--epochs", "1", "--run", str(tmp_path / "plain")]) == 0
    start = ["--start", str(tmp_path / "plain"), "--run", str(tmp_path / "more")]
    assert train.main([*plain_arguments, *start, *ADDED[:-1]]) == 2
    assert train.main([*plain_arguments, *start, *ADDED]) == 0
    assert "added to what" in capsys.readouterr().out
