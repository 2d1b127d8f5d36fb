# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The model file through PyTorch: the same graph, step by step."""

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray

from fer_perception.backends.base import Backend
from fer_perception.backends.model_file import INPUT, MEANT, OUTPUT, Port, check_model
from fer_perception.backends.torch_graph import TorchGraph


class TorchBackend(Backend):
    """Runs a model file with PyTorch; its answers are ONNX Runtime's within 1e-4.

    It runs the graph as it stands in the file, not a network built from fer_models' code: whoever exported the
    file may have folded the batch-norms or normalised otherwise, and the file is what was measured.

    Args:
        path: the model file.
        threads: PyTorch's for the whole process.

    Raises:
        PerceptionError: the file does not keep the contract, or has an operator unknown here.
        Exception: whatever onnx and torch raise of what is no model; `create_backend` makes a line of it.
    """

    name = "torch"

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        """Load `path` and hold it against the contract."""
        model = onnx.load(str(path))
        onnx.checker.check_model(model)
        constants = {tensor.name for tensor in model.graph.initializer}
        inputs = [_port(value) for value in model.graph.input if value.name not in constants]
        outputs = [_port(value) for value in model.graph.output]
        metadata = {entry.key: entry.value for entry in model.metadata_props}
        self.info = check_model(path, inputs, outputs, metadata)
        torch.set_num_threads(threads)
        self._graph = TorchGraph(model)

    def run(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities, float32 [N, 7], for crops, uint8 [N, 1, 48, 48]."""
        return self._run(faces, OUTPUT)[0]

    def run_both(self, faces: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Probabilities and `meant`, float32 [N, 7] each, for crops, uint8 [N, 1, 48, 48]."""
        seen, meant = self._run(faces, OUTPUT, MEANT)
        return seen, meant

    def _run(self, faces: NDArray[np.uint8], *outputs: str) -> list[NDArray[np.float32]]:
        answers = self._graph.run({INPUT: torch.from_numpy(np.ascontiguousarray(faces))}, *outputs)
        return [np.asarray(answer.numpy(), dtype=np.float32) for answer in answers]

    @property
    def description(self) -> str:
        """In a few words, for diagnostics."""
        return f"torch {torch.__version__}"


def _port(value: onnx.ValueInfoProto) -> Port:
    tensor = value.type.tensor_type
    kind = str(onnx.helper.tensor_dtype_to_np_dtype(tensor.elem_type))
    sizes = (d.dim_value if d.HasField("dim_value") else d.dim_param or None for d in tensor.shape.dim)
    return Port(value.name, kind, tuple(sizes))
