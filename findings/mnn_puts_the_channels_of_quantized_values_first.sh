#!/usr/bin/env bash
# MNN reads a QuantizeLinear and the DequantizeLinear behind it, as quantize_static of ONNX Runtime writes them around every
# convolution, as something else: of one scale for a whole [2, 3, 1, 2] it gives a [3, 2, 1, 2], the channels before the
# batch, and where the zero point is an unsigned one, as ONNX Runtime's activations have it, all values are lower by zero
# point times scale. The converter reports success. So a file with int8 in ONNX's own form can't be run by MNN; its own
# quantiser wants the float32 one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check MNN==3.6.1 onnx==1.23.2 onnxruntime==1.31.1 numpy 2> /dev/null
cd "$work"
cat > there_and_back.py << 'PYTHON'
import os

import _tools
import MNN
import numpy as np
import onnx
import onnxruntime
from MNN import expr
from onnx import TensorProto, helper, numpy_helper

values = np.arange(12, dtype=np.float32).reshape(2, 3, 1, 2) - 4
for zero in (np.int8(0), np.int8(-3), np.uint8(128)):
    graph = helper.make_graph(
        [helper.make_node("QuantizeLinear", ["x", "scale", "zero"], ["q"]),
         helper.make_node("DequantizeLinear", ["q", "scale", "zero"], ["y"])],
        "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3, 1, 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 3, 1, 2])],
        [numpy_helper.from_array(np.float32(0.5), "scale"), numpy_helper.from_array(np.asarray(zero), "zero")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, "there.onnx")
    _tools.mnnconvert(["", "-f", "ONNX", "--modelFile", "there.onnx", "--MNNModel", "there.mnn", "--bizCode", "none"])
    net = MNN.nn.load_module_from_file("there.mnn", ["x"], ["y"])
    found = np.array(net.forward([expr.const(values, list(values.shape), expr.NCHW)])[0].read())
    expected = onnxruntime.InferenceSession("there.onnx").run(None, {"x": values})[0]
    assert np.array_equal(expected, values)
    turned = found.swapaxes(0, 1)
    print(f"zero point {zero} ({zero.dtype}): {list(expected.shape)} becomes {list(found.shape)}; with these axes turned back, "
          f"each value is off by {sorted(set((turned - expected).ravel().tolist()))}", flush=True)
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^(mnn|onnx|onnxruntime|numpy) '
"$work/venv/bin/python" there_and_back.py 2> errors | grep '^zero point' | tee said
grep -qx 'zero point 0 (int8): \[2, 3, 1, 2\] becomes \[3, 2, 1, 2\]; .* off by \[0.0\]' said
grep -qx 'zero point -3 (int8): \[2, 3, 1, 2\] becomes \[3, 2, 1, 2\]; .* off by \[0.0\]' said
grep -qx 'zero point 128 (uint8): \[2, 3, 1, 2\] becomes \[3, 2, 1, 2\]; .* off by \[-64.0\]' said
