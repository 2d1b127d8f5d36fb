"""Networks as other people export them, adopted and run."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import nn

from fer_common.emotions import LABELS
from fer_perception.backends.registry import create_backend
from fer_training.adopt import main

FERPLUS = "neutral,happiness,surprise,sadness,anger,disgust,fear,contempt"
IN_OURS = [4, 5, 6, 1, 0, 3, 2]
"""Of those eight: where angry, disgust, fear, happy, neutral, sad and surprise stand."""
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


class Theirs(nn.Module):
    """Somebody's classifier of colour pictures."""

    def __init__(self, labels: int = 8, channels: int = 3) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(channels, 4, 5, stride=4), nn.ReLU(), nn.AdaptiveAvgPool2d(3))
        self.head = nn.Linear(36, labels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.features(x).flatten(1))


def theirs(**options: int) -> Theirs:
    torch.manual_seed(0)
    network = Theirs(**options).eval()
    nn.init.normal_(network.head.weight, std=2.0)
    return network


def expected(network: nn.Module, faces: NDArray[np.uint8], side: int, mean: Any, deviation: Any) -> NDArray[np.float64]:
    """What the network answers, by torch's own resize, as the seven's distribution."""
    grey = torch.from_numpy(faces)[:, None].float() / 255
    image = F.interpolate(grey, size=(side, side), mode="bilinear", align_corners=False).expand(-1, len(mean), -1, -1)
    image = (image - torch.tensor(mean)[:, None, None]) / torch.tensor(deviation)[:, None, None]
    with torch.no_grad():
        eight = torch.softmax(network(image), dim=1)[:, IN_OURS].double().numpy()
    return np.asarray(eight / eight.sum(axis=1, keepdims=True))


def some_faces(count: int = 3) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (count, 48, 48), dtype=np.uint8)


def run(path: Path, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(["probabilities"], {"face": faces[:, None]})[0])


@pytest.mark.parametrize("dynamo", [True, False], ids=["dynamo, weights beside", "legacy exporter"])
@pytest.mark.parametrize("batch", ["free", "one"])
def test_a_colour_network_with_eight_labels(tmp_path: Path, dynamo: bool, batch: str) -> None:
    network, source, to = theirs(), tmp_path / "theirs.onnx", tmp_path / "ours.onnx"
    images = torch.zeros(1 if batch == "one" else 2, 3, 64, 64)
    if dynamo:
        dynamic: Any = {"dynamic_shapes": {"x": {0: torch.export.Dim("b")}}} if batch == "free" else {}
        torch.onnx.export(network, (images,), source, dynamo=True, external_data=True, verbose=False, **dynamic)
        assert (tmp_path / "theirs.onnx.data").is_file()
    else:
        dynamic = {"dynamic_axes": {"x": {0: "b"}}} if batch == "free" else {}
        torch.onnx.export(network, (images,), source, dynamo=False, opset_version=11, input_names=["x"], **dynamic)
    numbers = ["--mean", *map(str, MEAN), "--deviation", *map(str, DEVIATION)]
    assert main([str(source), "--labels", FERPLUS, "--to", str(to), *numbers]) == 0
    faces = some_faces()
    want = expected(network, faces, 64, MEAN, DEVIATION)
    np.testing.assert_allclose(run(to, faces), want, atol=1e-5)
    backend = create_backend("onnxruntime", to)
    np.testing.assert_allclose(backend.run(faces[:, None]), want, atol=1e-5)


def test_float16_channels_last_and_probabilities(tmp_path: Path) -> None:
    network, source, to = theirs(channels=1), tmp_path / "theirs.onnx", tmp_path / "ours.onnx"

    class Keras(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.softmax(self.network(x.float().permute(0, 3, 1, 2) / 255), dim=1).half()

    image = torch.zeros(2, 64, 64, 1, dtype=torch.float16)
    torch.onnx.export(Keras(), (image,), source, dynamo=False, input_names=["face"], output_names=["probabilities"],
                      dynamic_axes={"face": {0: "b"}})  # fmt: skip
    code = main([str(source), "--labels", FERPLUS, "--to", str(to), "--channels", "1", "--output", "probabilities",
                 "--full-scale", "255"])  # fmt: skip
    assert code == 0
    np.testing.assert_allclose(run(to, some_faces()), expected(network, some_faces(), 64, [0.0], [1.0]), atol=5e-3)


def test_what_is_left_out_is_said_and_stands_in_the_card(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, to = tmp_path / "theirs.onnx", tmp_path / "ours.onnx"
    torch.onnx.export(theirs(), (torch.zeros(1, 3, 64, 64),), source, dynamo=False, input_names=["x"])
    assert main([str(source), "--labels", FERPLUS, "--to", str(to), "--license", "MIT"]) == 0
    said = capsys.readouterr().out
    assert "left out, its share goes to the other emotions: contempt" in said
    assert "not calibrated" in said
    card = to.with_suffix(".md").read_text()
    assert "contempt" in card
    assert "| license | MIT |" in card
    about = {item.key: item.value for item in onnx.load(to).metadata_props}
    assert (about["labels"], about["architecture"]) == (",".join(LABELS), "theirs")


WRONG = {
    "a misspelled label": (["--labels", FERPLUS.replace("surprise", "surprisee")], "did you mean 'surprise'?"),
    "too few labels": (["--labels", "neutral,happy,surprise,sad,anger,disgust,fear"], "outputs are"),
    "an emotion that none means": (["--labels", FERPLUS.replace("fear", "-")], "means fear"),
    "another size": (["--input-size", "112"], "64x64, not --input-size 112"),
    "grey": (["--channels", "1"], "does not have 1 channels"),
    "two means for three channels": (["--mean", "1", "2"], "--mean has 2 numbers"),
    "no such file": (["--labels", FERPLUS, "nothing.onnx"], "no file"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_does_not_fit_is_one_line(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, to = tmp_path / "theirs.onnx", tmp_path / "ours.onnx"
    torch.onnx.export(theirs(), (torch.zeros(1, 3, 64, 64),), source, dynamo=False, input_names=["x"])
    extra, said = WRONG[case]
    file = [str(source)] if not extra[-1].endswith(".onnx") else []
    assert main([*file, "--to", str(to), "--labels", FERPLUS, *extra]) == 2
    text = capsys.readouterr().err
    assert said in text
    assert text.count("\n") == 1
    assert not to.exists()


def test_a_file_that_is_no_network_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "theirs.onnx"
    source.write_text("<html>404</html>")
    assert main([str(source), "--labels", FERPLUS, "--to", str(tmp_path / "ours.onnx")]) == 2
    text = capsys.readouterr().err
    assert "no network that onnx can read" in text
    assert text.count("\n") == 1


def test_votes_calibrate_what_is_too_sure(tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, to = tmp_path / "theirs.onnx", tmp_path / "ours.onnx"
    torch.onnx.export(theirs(), (torch.zeros(2, 3, 64, 64),), source, dynamo=False, input_names=["x"],
                      dynamic_axes={"x": {0: "b"}})  # fmt: skip
    code = main([str(source), "--labels", FERPLUS, "--to", str(to), "--data", str(tiny_data)])
    assert code == 0, capsys.readouterr().err
    about = {item.key: item.value for item in onnx.load(to).metadata_props}
    assert float(about["temperature"]) > 1
    raw, faces = tmp_path / "raw.onnx", some_faces()
    assert main([str(source), "--labels", FERPLUS, "--to", str(raw)]) == 0
    cooled = run(raw, faces).astype(np.float64) ** (1 / float(about["temperature"]))
    np.testing.assert_allclose(run(to, faces), cooled / cooled.sum(axis=1, keepdims=True), atol=1e-4)
