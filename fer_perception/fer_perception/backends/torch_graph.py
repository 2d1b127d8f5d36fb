# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A small interpreter of ONNX graphs in PyTorch, for the operators that our networks are exported to.

A well-kept library would be better; the one that there was (onnx2torch) is no longer kept.
"""

from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from fer_perception.backends.torch_ops import OPERATORS
from fer_perception.errors import PerceptionError

OLDEST_OPSET = 13
"""Before it, axes were attributes and softmax flattened."""


class TorchGraph:
    """A loaded graph.

    Args:
        model: checked by onnx.checker.

    Raises:
        PerceptionError: an operator or the opset is unknown here.
    """

    def __init__(self, model: onnx.ModelProto) -> None:
        """Take over the weights, and check that every operator is known."""
        opset = max((entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")), default=0)
        if opset < OLDEST_OPSET:
            raise PerceptionError(
                f"the torch backend reads opset {OLDEST_OPSET} and later, the model has {opset}; export it again"
            )
        unknown = sorted({node.op_type for node in model.graph.node} - {*OPERATORS, "Constant"})
        if unknown:
            raise PerceptionError(
                f"the torch backend does not know the operator {', '.join(unknown)}; "
                "set the parameter backend to onnxruntime"
            )
        self._constants = {tensor.name: _tensor(tensor) for tensor in model.graph.initializer}
        self._steps: list[tuple[str, dict[str, Any], list[str], str]] = []
        for node in model.graph.node:
            attributes = {entry.name: onnx.helper.get_attribute_value(entry) for entry in node.attribute}
            if node.op_type == "Constant":
                self._constants[node.output[0]] = _constant(attributes)
            else:
                self._steps.append((node.op_type, attributes, list(node.input), node.output[0]))

    def run(self, inputs: dict[str, Tensor], *outputs: str) -> list[Tensor]:
        """Compute the values of `outputs` for the graph's inputs, by name."""
        values = {**self._constants, **inputs}
        with torch.inference_mode():
            for operator, attributes, names, result in self._steps:
                arguments = [values[name] if name else None for name in names]
                values[result] = OPERATORS[operator](attributes, *arguments)
        return [values[output] for output in outputs]


def _tensor(proto: onnx.TensorProto) -> Tensor:
    return torch.from_numpy(np.array(numpy_helper.to_array(proto)))  # a copy: the file's bytes are read-only


def _constant(attributes: dict[str, Any]) -> Tensor:
    (name, value), *_ = attributes.items()
    if name == "value":
        return _tensor(value)
    return torch.tensor(value, dtype=torch.float32 if name.startswith("value_float") else torch.int64)
