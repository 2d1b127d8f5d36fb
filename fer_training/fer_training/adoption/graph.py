# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A classifier's graph with what the contract wants around it: bytes of a grey face in, the seven's probabilities out.

Only operators that have meant the same since opset 11 are added, so that the network's own opset stays. A resize is two
products with constant matrices for the same reason; what it computes is what OpenCV's and torch's bilinear resize do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from fer_common.emotions import LABELS
from fer_training.adoption.source import Port
from fer_training.data.faces import SIDE

PREFIX = "fer_adopted/"
"""Before every name that is added, but the contract's."""
THEIRS = "theirs/"
"""Before every name of the network's."""
LEAST = 1e-30
"""Added to each probability, so that a face that is all contempt still has a distribution."""


@dataclass(frozen=True)
class Adoption:
    """How a network is fed and read."""

    face: Port
    answer: Port
    height: int
    width: int
    channels: int
    channels_last: bool
    full_scale: float
    """What a white pixel, 255, becomes before mean and deviation: 1 or 255."""
    mean: Sequence[float]
    """One a channel, in units of `full_scale`."""
    deviation: Sequence[float]
    logits: bool
    """Whether the answer still wants a softmax."""
    labels: NDArray[np.float32]
    """Which of the seven each of its labels means, [labels, 7]."""
    temperature: float = 1.0
    """Divides the logits, or the logarithms of the probabilities."""


def adopt(model: Any, plan: Adoption) -> Any:
    """Wrap a network, an `onnx.ModelProto` that holds its weights, into a model file of the contract.

    The network's nodes and weights stay as they are; one that takes a single face at a time is run face by face.

    Returns:
        Another `onnx.ModelProto`: input `face`, uint8 [N, 1, 48, 48]; outputs `probabilities` and `logits`, float32
        [N, 7]. The logits are the probabilities' logarithms before the temperature.
    """
    parts = _Parts()
    batch = plan.face.shape[0]
    # Under names of their own: a network may have a 'face' or 'probabilities', too.
    model = onnx.compose.add_prefix(model, prefix=THEIRS)
    plan = replace(plan, face=_renamed(plan.face), answer=_renamed(plan.answer))
    network = model.graph
    image = _before(parts, plan)
    weights = list(network.initializer)
    if batch == 1:
        answer = _face_by_face(parts, network, plan, image)
    else:
        parts.add("Identity", [image], plan.face.name)
        parts.nodes += network.node
        answer = plan.answer.name
    _after(parts, plan, answer)
    graph = helper.make_graph(
        parts.nodes,
        "adopted",
        [helper.make_tensor_value_info("face", TensorProto.UINT8, ["N", 1, SIDE, SIDE])],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", len(LABELS)])
            for name in ("probabilities", "logits")
        ],
        [*weights, *parts.weights],
    )
    wrapped = helper.make_model(graph, opset_imports=model.opset_import, functions=model.functions)
    wrapped.ir_version = model.ir_version
    wrapped.producer_name = "fer_training"
    return wrapped


def _renamed(port: Port) -> Port:
    return replace(port, name=THEIRS + port.name)


class _Parts:
    """Nodes and constants as they are added."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.weights.append(numpy_helper.from_array(value, PREFIX + name))
        return PREFIX + name

    def add(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], name=f"{PREFIX}{len(self.nodes)}", **attributes))
        return output


def _before(parts: _Parts, plan: Adoption) -> str:
    """From `face` to what the network takes."""
    pixels = parts.add("Cast", ["face"], PREFIX + "pixels", to=TensorProto.FLOAT)
    rows = parts.constant("rows", resize_matrix(plan.height))
    columns = parts.constant("columns", np.ascontiguousarray(resize_matrix(plan.width).T))
    half = parts.add("MatMul", [rows, pixels], PREFIX + "half")
    grey = parts.add("MatMul", [half, columns], PREFIX + "grey")
    shape = (1, plan.channels, 1, 1)
    deviation = np.asarray(plan.deviation, np.float32).reshape(shape)
    scale = np.float32(plan.full_scale / 255) / deviation
    shift = -np.asarray(plan.mean, np.float32).reshape(shape) / deviation
    scaled = parts.add("Mul", [grey, parts.constant("scale", scale)], PREFIX + "scaled")
    image = parts.add("Add", [scaled, parts.constant("shift", shift)], PREFIX + "image")
    if plan.channels_last:
        image = parts.add("Transpose", [image], PREFIX + "last", perm=[0, 2, 3, 1])
    if plan.face.type != TensorProto.FLOAT:
        image = parts.add("Cast", [image], PREFIX + "cast", to=plan.face.type)
    return image


def _face_by_face(parts: _Parts, network: Any, plan: Adoption, images: str) -> str:
    """Wrap the network as a Scan's body: it can take one face only, so it is run for each."""
    body = _Parts()
    sides = [plan.height, plan.width, plan.channels] if plan.channels_last else [plan.channels, plan.height, plan.width]
    one = PREFIX + "one"
    shaped = parts.constant("one_shape", np.array([1, *sides], np.int64))
    flat = parts.constant("flat_shape", np.array([plan.labels.shape[0]], np.int64))
    body.add("Reshape", [one, shaped], plan.face.name)
    body.nodes += network.node
    body.add("Reshape", [plan.answer.name, flat], PREFIX + "one_answer")
    graph = helper.make_graph(
        body.nodes,
        "one_face",
        [helper.make_tensor_value_info(one, plan.face.type, sides)],
        [helper.make_tensor_value_info(PREFIX + "one_answer", plan.answer.type, [plan.labels.shape[0]])],
    )
    return parts.add("Scan", [images], PREFIX + "answers", body=graph, num_scan_inputs=1)


def _after(parts: _Parts, plan: Adoption, answer: str) -> None:
    """From what the network answers to `probabilities` and `logits`."""
    shape = parts.constant("answer_shape", np.array([-1, plan.labels.shape[0]], np.int64))
    answer = parts.add("Reshape", [answer, shape], PREFIX + "answer")
    if plan.answer.type != TensorProto.FLOAT:
        answer = parts.add("Cast", [answer], PREFIX + "float", to=TensorProto.FLOAT)
    if plan.logits:
        answer = parts.add("Softmax", [answer], PREFIX + "softmax", axis=1)
    seven = parts.add("MatMul", [answer, parts.constant("labels", plan.labels)], PREFIX + "seven")
    seven = parts.add("Max", [seven, parts.constant("least", np.array(LEAST, np.float32))], PREFIX + "some")
    logits = parts.add("Log", [seven], "logits")
    cooled = parts.add(
        "Div", [logits, parts.constant("temperature", np.array(plan.temperature, np.float32))], PREFIX + "cooled"
    )
    parts.add("Softmax", [cooled], "probabilities", axis=1)


def resize_matrix(side: int) -> NDArray[np.float32]:
    """Weights of a bilinear resize along one axis of a face: float32 [side, 48], each row summing to 1.

    Pixel centres at half steps, edges repeated, no smoothing: as OpenCV's INTER_LINEAR and torch's `interpolate`.
    """
    place = np.clip((np.arange(side) + 0.5) * SIDE / side - 0.5, 0, SIDE - 1)
    low = np.minimum(np.floor(place).astype(int), SIDE - 2)
    share = (place - low).astype(np.float32)
    matrix = np.zeros((side, SIDE), np.float32)
    matrix[np.arange(side), low] = 1 - share
    matrix[np.arange(side), low + 1] += share
    return matrix
