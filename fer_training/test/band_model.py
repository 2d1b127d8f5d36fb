# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A model file of the contract that needs no training: it answers where the bright band of rows lies."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from fer_common.emotions import LABELS


def write_band_model(path: Path, *, lopsided: bool = False) -> Path:
    """Seven bands of rows, one for each label; a lopsided one sees the image's left half only."""
    weights = np.zeros((48, 48, len(LABELS)), np.float32)
    for place, rows in enumerate(np.array_split(np.arange(48), len(LABELS))):
        weights[rows, : 24 if lopsided else 48, place] = 1 / (len(rows) * (24 if lopsided else 48))
    tensors = [
        numpy_helper.from_array(weights.reshape(-1, len(LABELS)) / 20, "weights"),
        numpy_helper.from_array(np.array([-1, 48 * 48], np.int64), "shape"),
    ]
    nodes = [
        helper.make_node("Cast", ["face"], ["pixels"], to=TensorProto.FLOAT),
        helper.make_node("Reshape", ["pixels", "shape"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    face = helper.make_tensor_value_info("face", TensorProto.UINT8, ["N", 1, 48, 48])
    answer = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 7])
    graph = helper.make_graph(nodes, "bands", [face], [answer], tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {"labels": ",".join(LABELS), "architecture": "bands"})
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return path
