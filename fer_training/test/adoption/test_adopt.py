# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Networks as other people export them, adopted and run."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
import torch.nn.functional as F
from exports import operators_listed_once
from numpy.typing import NDArray
from torch import nn
from waiting import until

from fer_common.emotions import LABELS
from fer_perception import Detection, FaceDetector, Perception, Settings
from fer_perception.backends.registry import create_backend
from fer_perception.classification.classifier import EmotionClassifier
from fer_perception.detectors.base import BoxGeometry
from fer_training import calibrate
from fer_training.adopt import main

FERPLUS = "neutral,happiness,surprise,sadness,anger,disgust,fear,contempt"
IN_OURS = [4, 5, 6, 1, 0, 3, 2]
"""Of those eight: where angry, disgust, fear, happy, neutral, sad and surprise stand."""
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
NUMBERS = ["--mean", *map(str, MEAN), "--deviation", *map(str, DEVIATION)]


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


def by_dynamo(network: nn.Module, source: Path, *, free: bool = True, opset: int = 18) -> None:
    """Export as torch's newer exporter does, with the weights in a file beside."""
    images = torch.zeros(2 if free else 1, 3, 64, 64)
    dynamic: Any = {"dynamic_shapes": {"x": {0: torch.export.Dim("b")}}} if free else {}
    with operators_listed_once():
        torch.onnx.export(network, (images,), source, dynamo=True, external_data=True, verbose=False,
                          opset_version=opset, **dynamic)  # fmt: skip
    assert source.with_name(source.name + ".data").is_file()


def by_the_legacy_exporter(network: nn.Module, source: Path, *, free: bool, opset: int) -> None:
    images = torch.zeros(2 if free else 1, 3, 64, 64)
    dynamic: Any = {"dynamic_axes": {"x": {0: "b"}}} if free else {}
    torch.onnx.export(network, (images,), source, dynamo=False, opset_version=opset, input_names=["x"], **dynamic)


@pytest.fixture
def exported(made_once: Callable[..., Path]) -> Callable[..., Path]:
    """`exported(by, opset, free)`: the file that one of these two makes of `theirs()`, once in a run."""

    def made(by: Any, opset: int, free: bool) -> Path:
        folder = made_once(
            f"theirs {by.__name__} {opset} {free}",
            lambda folder: by(theirs(), folder / "theirs.onnx", free=free, opset=opset),
        )
        return folder / "theirs.onnx"

    return made


@pytest.mark.parametrize(
    ("made", "opset", "free"),
    [(by_dynamo, 18, True), (by_dynamo, 23, False), (by_the_legacy_exporter, 11, True),
     (by_the_legacy_exporter, 11, False)],
    ids=["dynamo", "dynamo, opset 23, one face", "legacy, opset 11", "legacy, opset 11, one face"],
)  # fmt: skip
def test_a_colour_network_with_eight_labels(
    exported: Callable[..., Path], tmp_path: Path, made: Any, opset: int, free: bool
) -> None:
    network, source, to = theirs(), exported(made, opset, free), tmp_path / "ours.onnx"
    opsets = {item.domain: item.version for item in onnx.load(source, load_external_data=False).opset_import}
    assert opsets[""] == opset
    assert main([str(source), "--labels", FERPLUS, "--to", str(to), *NUMBERS]) == 0
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


def test_a_network_that_is_far_too_sure_can_be_calibrated_and_its_card_goes_with_it(
    many_faces: Path, tmp_path: Path
) -> None:
    network = theirs()
    nn.init.normal_(network.head.weight, std=2000.0)  # logits hundreds apart: all that is left of most shares is 0
    source, to = tmp_path / "theirs.onnx", tmp_path / "ours.onnx"
    torch.onnx.export(network, (torch.zeros(2, 3, 64, 64),), source, dynamo=False, input_names=["x"],
                      dynamic_axes={"x": {0: "b"}})  # fmt: skip
    assert main([str(source), "--labels", FERPLUS, "--to", str(to)]) == 0
    seven = run(to, faces := some_faces(16)).astype(np.float64)
    logits = onnxruntime.InferenceSession(str(to)).run(["logits"], {"face": faces[:, None]})[0]
    assert logits.min() < -60  # and no nearer to the others than it is
    np.testing.assert_allclose(seven, np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True), atol=1e-6)
    assert calibrate.main(["--model", str(to), "--data", str(many_faces), "--output", str(to)]) == 0
    card = to.with_suffix(".md").read_text()
    assert "protocol A, 105 faces" in card
    assert card.count("## What it is for") == card.count("left out, its share goes") == 1


class WholeImage(FaceDetector):
    """Takes every image for one face."""

    name, geometry = "whole", BoxGeometry(side=1.0)

    def detect(self, image: NDArray[np.uint8]) -> list[Detection]:
        return [Detection((0.0, 0.0, float(image.shape[1]), float(image.shape[0])), 0.9)]


@pytest.fixture
def graph() -> Iterator[Any]:
    """rclpy and an executor, for one test."""
    rclpy = pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
    pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")
    from fer_common.ros.executor import make_executor

    rclpy.init()
    executor = make_executor()
    yield executor
    nodes = executor.get_nodes()
    executor.shutdown()
    for node in nodes:
        node.destroy_node()
    rclpy.try_shutdown()


def test_an_adopted_network_runs_in_the_graph_as_in_torch(
    exported: Callable[..., Path], tmp_path: Path, graph: Any
) -> None:
    """An image in, `faces` out, by the node itself."""
    import rclpy
    from rclpy.parameter import Parameter
    from sensor_msgs.msg import Image

    from fer_msgs.msg import EmotionDistributionArray
    from fer_perception.node import PerceptionNode

    network, source, to = theirs(), exported(by_dynamo, 18, True), tmp_path / "ours.onnx"
    assert main([str(source), "--labels", FERPLUS, "--to", str(to), *NUMBERS]) == 0
    settings = Settings(model=str(to), filter_time=0.0)
    perception = Perception(WholeImage(), EmotionClassifier.load(settings.model), settings)
    overrides = [Parameter("model", value=str(to)), Parameter("filter_time", value=0.0)]
    node, camera = PerceptionNode(perception=perception, parameter_overrides=overrides), rclpy.create_node("camera")
    graph.add_node(node)
    graph.add_node(camera)
    came: list[Any] = []
    camera.create_subscription(EmotionDistributionArray, "faces", came.append, 10)
    images = camera.create_publisher(Image, "image", 10)

    def spun(condition: Callable[[], Any]) -> Any:
        graph.spin_once(timeout_sec=0.02)
        return condition()

    assert until(lambda: spun(lambda: images.get_subscription_count() and camera.count_publishers("faces")))
    (face,) = some_faces(1)
    message = Image(height=48, width=48, encoding="mono8", step=48, data=face.tobytes())
    message.header.stamp.sec = 1
    images.publish(message)
    assert until(lambda: spun(lambda: came))
    (seen,) = came[0].faces
    np.testing.assert_allclose(seen.probabilities, expected(network, face[None], 64, MEAN, DEVIATION)[0], atol=1e-4)
