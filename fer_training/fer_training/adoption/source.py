# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The file to adopt: read whole, and which of its inputs and outputs are meant."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx

from fer_training.errors import TrainingError

LARGEST = 2**31 - 2**20
"""Bytes that an ONNX file can hold in one piece (protobuf's limit), with room for what is added."""
OLDEST = 11
"""The oldest opset that is adopted; older files are brought there by onnx's own converter where it can."""
TYPES: dict[int, str] = {
    onnx.TensorProto.FLOAT: "float32",
    onnx.TensorProto.FLOAT16: "float16",
    onnx.TensorProto.DOUBLE: "float64",
}


@dataclass(frozen=True)
class Port:
    """An input or output of a network."""

    name: str
    type: int
    """onnx's number of its element type, one of `TYPES`."""
    shape: tuple[int | None, ...]
    """None where a side is free."""


def read(path: Path) -> Any:
    """Read a network with its weights, also those in files beside it.

    Returns:
        An `onnx.ModelProto` that holds its weights.

    Raises:
        TrainingError: there is no such file, it or its weights can't be read, or it is too large for one file.
    """
    if not path.is_file():
        raise TrainingError(f"no file '{path}'; name the ONNX file of the classifier")
    try:
        model = onnx.load(path)  # onnx refuses weights outside the file's own folder
        if model.ByteSize() > LARGEST:
            raise TrainingError(f"'{path}' holds more than 2 GB of weights; a model file is one ONNX file")
        version = max((entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")), default=0)
        if version < OLDEST:
            model = onnx.version_converter.convert_version(model, OLDEST)
    except TrainingError:
        raise
    except (
        Exception
    ) as error:  # protobuf's, onnx's checker's, the converter's and the file system's have no common root
        raise TrainingError(f"'{path}' is no network that onnx can read ({' '.join(str(error).split())})") from error
    return model


def image_input(model: Any, channels: int) -> tuple[Port, bool]:
    """Find the input that takes the face.

    Args:
        model: an `onnx.ModelProto`.
        channels: 1 or 3, what it is expected to have.

    Returns:
        The input, and whether its channels come last (NHWC).

    Raises:
        TrainingError: the network has not one image as its input.
    """
    weights = {tensor.name for tensor in model.graph.initializer}
    ports = [_port(item) for item in model.graph.input if item.name not in weights]
    if len(ports) != 1 or len(ports[0].shape) != 4 or ports[0].type not in TYPES:
        raise TrainingError(f"the network's inputs are {_said(ports)}; one image in float32 or float16 is expected")
    shape = ports[0].shape
    last = shape[3] == channels and shape[1] != channels
    if not last and shape[1] not in (channels, None):
        raise TrainingError(f"the network's input is {_said(ports)}; it does not have {channels} channels (--channels)")
    return ports[0], last


def answer_output(model: Any, labels: int, name: str) -> Port:
    """Find the output that answers.

    Args:
        model: an `onnx.ModelProto`.
        labels: how many numbers it has for a face.
        name: its name; empty takes the only one that fits.

    Raises:
        TrainingError: there is none, or more than one fits.
    """
    ports = [_port(item) for item in model.graph.output]
    fitting = [port for port in ports if port.type in TYPES and port.shape[-1:] in ((labels,), (None,))]
    chosen = [port for port in ports if port.name == name] if name else fitting
    if len(chosen) != 1:
        wanted = f"named '{name}'" if name else f"with {labels} numbers, as many as there are labels"
        raise TrainingError(f"the network's outputs are {_said(ports)}; one {wanted} is expected (--labels, --name)")
    if chosen[0] not in fitting:
        raise TrainingError(f"the output {_said(chosen)} has not {labels} numbers, as many as there are --labels")
    return chosen[0]


def _port(item: Any) -> Port:
    tensor = item.type.tensor_type
    sides = tuple(side.dim_value if side.HasField("dim_value") else None for side in tensor.shape.dim)
    return Port(item.name, tensor.elem_type, sides)


def _said(ports: list[Port]) -> str:
    def one(port: Port) -> str:
        sides = ", ".join("?" if side is None else str(side) for side in port.shape)
        return f"'{port.name}' ({TYPES.get(port.type, 'another type')} [{sides}])"

    return ", ".join(map(one, ports)) or "none"
