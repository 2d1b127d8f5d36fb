# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The clips, the weights and a tiny model."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fer_common.emotions import LABELS

if TYPE_CHECKING:  # late in fact: the process that deals out the tests needs neither OpenCV nor onnx
    import onnx

SHARED = Path(__file__).resolve().parents[3] / "shared"
METADATA = {
    "labels": ",".join(LABELS),
    "crop": '{"margin": 1.0, "align": "none"}',
    "architecture": "brightness",
    "version": "0",
}


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    import cv2

    cv2.setNumThreads(1)


@pytest.fixture(scope="session")
def media() -> Path:
    """The folder with the sample clips."""
    folder = SHARED / "media"
    if not (folder / "sad_to_happy.mp4").is_file():
        pytest.skip("the sample clips lie in ../shared/media, which is not there")
    return folder


@pytest.fixture(scope="session")
def frames(media: Path) -> Callable[[str, int], Iterator[np.ndarray]]:
    """Every n-th frame of a clip, BGR."""

    import cv2

    def read(name: str, every: int) -> Iterator[np.ndarray]:
        capture = cv2.VideoCapture(str(media / name))
        index = 0
        while True:
            ok, frame = capture.read()
            if not ok:
                break
            if index % every == 0:
                yield frame
            index += 1
        capture.release()

    return read


@pytest.fixture(scope="session")
def weights() -> str:
    """YuNet's pinned file, where it is."""
    from fer_perception.fetch_yunet import FILE_NAME, checksum_matches, default_path

    for path in (SHARED / "models" / FILE_NAME, default_path()):
        if path.is_file() and checksum_matches(path.read_bytes()):
            return str(path)
    pytest.skip(f"YuNet's weights ({FILE_NAME}) are neither in ../shared/models nor fetched (make fetch)")


def contract_model(metadata: dict[str, str] | None = None) -> "onnx.ModelProto":
    """A model that keeps the contract and answers by brightness: dark is sad, bright is happy, half is neutral."""
    from onnx import TensorProto, helper, numpy_helper

    levels = np.asarray([0.1, 0.2, 0.3, 1.0, 0.5, 0.0, 0.7], dtype=np.float32)
    constants = {
        "shape": np.asarray([0, -1], np.int64),
        "axes": np.asarray([1], np.int64),
        "scale": np.asarray(1 / 255, np.float32),
        "levels": levels[None],
        "sharp": np.asarray(-60.0, np.float32),
    }
    nodes = [
        helper.make_node("Cast", ["face"], ["values"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["values", "scale"], ["scaled"]),
        helper.make_node("Reshape", ["scaled", "shape"], ["flat"]),
        helper.make_node("ReduceMean", ["flat", "axes"], ["mean"], keepdims=1),
        helper.make_node("Sub", ["mean", "levels"], ["off"]),
        helper.make_node("Mul", ["off", "off"], ["squared"]),
        helper.make_node("Mul", ["squared", "sharp"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "brightness",
        [helper.make_tensor_value_info("face", TensorProto.UINT8, ["N", 1, 48, 48])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 7])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    helper.set_model_props(model, METADATA if metadata is None else metadata)
    return model


@pytest.fixture(scope="session")
def make_model() -> "Callable[..., onnx.ModelProto]":
    """`contract_model`, for tests that want to break it."""
    return contract_model


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """`contract_model` as a file."""
    import onnx

    path = tmp_path_factory.mktemp("model") / "brightness.onnx"
    onnx.save(contract_model(), path)
    return str(path)


@pytest.fixture(scope="module")
def graph() -> Iterator[None]:
    """rclpy, for the tests of one file."""
    rclpy = pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
    rclpy.init()
    yield
    rclpy.try_shutdown()


@pytest.fixture
def bench(graph: None, tiny_model: str) -> Iterator[Callable[..., object]]:
    """Makes a perception node and what talks to it; see node_bench."""
    from node_bench import Bench

    made = []

    def make(**parameters: object) -> Bench:
        made.append(Bench(tiny_model, **parameters))
        return made[-1]

    yield make
    for one in made:
        one.close()
