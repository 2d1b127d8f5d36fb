#!/usr/bin/env bash
# MNN takes the axes of a ReduceLogSumExp for all of them where they are an input, as ONNX has them since opset 18: rows of a
# [2, 3] become one number, the logarithm of the sum over everything, and the converter reports success. ReduceMean and
# ReduceSum with the same axes are read rightly, and so is ReduceLogSumExp of opset 17, whose axes are an attribute.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check MNN==3.6.1 onnx==1.23.2 onnxruntime==1.31.1 numpy 2> /dev/null
cd "$work"
cat > reduce.py << 'PYTHON'
import os
import sys

import _tools
import MNN
import numpy as np
import onnx
import onnxruntime
from MNN import expr
from onnx import TensorProto, helper, numpy_helper

rows = np.array([[0, 1, 2], [3, 4, 5]], np.float32)


def both(kind, opset):
    late = opset > (12 if kind == "ReduceSum" else 17)
    node = helper.make_node(kind, ["x", "axes"] if late else ["x"], ["y"], keepdims=0, **({} if late else {"axes": [1]}))
    graph = helper.make_graph(
        [node], "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N"])],
        [numpy_helper.from_array(np.array([1], np.int64), "axes")] if late else [])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, "reduce.onnx")
    quiet, kept = os.open(os.devnull, os.O_WRONLY), os.dup(1)
    os.dup2(quiet, 1)
    _tools.mnnconvert(["", "-f", "ONNX", "--modelFile", "reduce.onnx", "--MNNModel", "reduce.mnn", "--bizCode", "none"])
    net = MNN.nn.load_module_from_file("reduce.mnn", ["x"], ["y"])
    found = np.array(net.forward([expr.const(rows, list(rows.shape), expr.NCHW)])[0].read())
    os.dup2(kept, 1)
    return onnxruntime.InferenceSession("reduce.onnx").run(None, {"x": rows})[0], found


for kind, opset in (("ReduceSum", 18), ("ReduceMean", 18), ("ReduceLogSumExp", 17), ("ReduceLogSumExp", 18)):
    expected, found = both(kind, opset)
    print(f"{kind}, opset {opset}: ONNX Runtime {expected.astype(float).round(3).tolist()}, MNN {found.astype(float).round(3).tolist()}")
print("the logarithm of the sum over all:", round(float(np.log(np.exp(rows).sum())), 3))
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^(mnn|onnx|onnxruntime|numpy) '
"$work/venv/bin/python" reduce.py 2> errors | grep -v "^The device" | tee said
for kind in 'ReduceSum, opset 18: ONNX Runtime \(.*\), MNN \1$' 'ReduceMean, opset 18: ONNX Runtime \(.*\), MNN \1$' \
  'ReduceLogSumExp, opset 17: ONNX Runtime \(.*\), MNN \1$' \
  'ReduceLogSumExp, opset 18: ONNX Runtime \[2.408, 5.408\], MNN 5.456$' 'over all: 5.456$'; do
  grep -q "$kind" said
done
