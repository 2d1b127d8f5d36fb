#!/usr/bin/env bash
# quantize_static(calibrate_method=Entropy) of ONNX Runtime clips nothing: it compares thresholds between as many bins as the
# quantised form is said to have and the number of bins, and its defaults are 128 for both, so that one threshold is left,
# the largest value. The file that comes out is MinMax's to the byte, whatever the activations look like. quantize_static has
# no option for the bins; the calibrator behind it, given 2048, clips as one expects.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check onnxruntime==1.31.1 onnx==1.23.2 sympy numpy 2> /dev/null
cd "$work"
cat > calibrate.py << 'PYTHON'
import contextlib
import io
import logging

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, quantize_static
from onnxruntime.quantization.calibrate import create_calibrator

logging.disable(logging.CRITICAL)
shape = ["N", 1, 32, 32]
graph = helper.make_graph([helper.make_node("Conv", ["x", "w"], ["y"])], "g",
                          [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
                          [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)],
                          [numpy_helper.from_array(np.ones((1, 1, 1, 1), np.float32), "w")])
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), "float.onnx")
numbers = np.random.default_rng(0)
images = {
    "normal": numbers.normal(size=(12, 8, 1, 32, 32)),
    "long tails": numbers.standard_t(3, size=(12, 8, 1, 32, 32)),
}
images["one pixel of 1000"] = images["normal"].copy()
images["one pixel of 1000"][3, 0, 0, 5, 5] = 1000


class Reader(CalibrationDataReader):
    def __init__(self, batches):
        self.left = iter(batches.astype(np.float32))

    def get_next(self):
        return next(({"x": batch} for batch in self.left), None)


def made(batches, method):
    with contextlib.redirect_stdout(io.StringIO()):
        quantize_static("float.onnx", "int8.onnx", Reader(batches), quant_format=QuantFormat.QDQ, calibrate_method=method)
    with open("int8.onnx", "rb") as file:
        return file.read()


def largest(batches, bins):
    with contextlib.redirect_stdout(io.StringIO()):
        calibrator = create_calibrator("float.onnx", None, "more.onnx", CalibrationMethod.Entropy,
                                       extra_options={"num_bins": bins, "num_quantized_bins": 128})
        calibrator.collect_data(Reader(batches))
        return float(np.max(np.abs(calibrator.compute_data()["x"].range_value)))


for name, batches in images.items():
    same = made(batches, CalibrationMethod.MinMax) == made(batches, CalibrationMethod.Entropy)
    print(f"{name}: 99.9 % of the values are within {np.quantile(np.abs(batches), 0.999):.1f}, all within "
          f"{np.abs(batches).max():.1f}; entropy, 128 bins: {largest(batches, 128):.1f}, 2048 bins: "
          f"{largest(batches, 2048):.1f}; the files by MinMax and Entropy are {'the same' if same else 'two'}")
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^(onnxruntime|onnx|numpy) '
"$work/venv/bin/python" calibrate.py 2> /dev/null | tee said
[ "$(wc -l < said)" = 3 ]
awk '{match($0, /all within [0-9.]+/); all = substr($0, RSTART + 11, RLENGTH - 11)
      match($0, /128 bins: [0-9.]+/); few = substr($0, RSTART + 10, RLENGTH - 10)
      match($0, /2048 bins: [0-9.]+/); many = substr($0, RSTART + 11, RLENGTH - 11)
      if (few != all || many + 0 >= all + 0 || !/ are the same$/) exit 1}' said
