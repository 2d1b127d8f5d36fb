#!/usr/bin/env bash
# ONNX's own ReferenceEvaluator, by which others are judged, computes other numbers than the standard's formulas for nodes of
# ordinary networks, without a word: a BatchNormalization of opset 9 to 13 is taken for training (it norms by the batch that
# it is given and ignores the stored mean and variance), an LRN norms only as many channels as the batch has images, an
# LpNormalization with p=1 sums without absolute values, Softmax and LogSoftmax before opset 13 are computed as those since.
# ONNX Runtime and NumPy agree.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check onnx==1.23.2 onnxruntime==1.31.1 numpy 2> /dev/null
cd "$work"
cat > judge.py << 'PYTHON'
import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

x = np.random.default_rng(0).normal(size=(2, 4, 3, 3)).astype(np.float32)
scale, bias, mean, variance = np.array([[1, 2, 3, 4], [0, 1, 0, 1], [5, 0, -5, 1], [4, 1, 9, 2]], np.float32)
across = (slice(None), None, None)


def judge(what, op, opset, by_hand, stored=(), **attributes):
    names = [f"c{i}" for i in range(len(stored))]
    graph = helper.make_graph([helper.make_node(op, ["x", *names], ["y"], **attributes)], "g",
                              [helper.make_tensor_value_info("x", TensorProto.FLOAT, x.shape)],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
                              [numpy_helper.from_array(array, name) for name, array in zip(names, stored)])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    runtime = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": x})[0]
    reference = ReferenceEvaluator(model).run(None, {"x": x})[0]
    far = [np.abs(y - by_hand).max() for y in (runtime, reference)]
    words = ["as by hand" if distance < 1e-4 else f"off by {distance:.2f}" for distance in far]
    print(f"{what}, opset {opset}: ONNX Runtime {words[0]}, ReferenceEvaluator {words[1]}")


def exponentials(axes):
    powers = np.exp(x)
    return powers / powers.sum(axis=axes, keepdims=True)


normed = (x - mean[across]) / np.sqrt(variance[across] + 1e-5) * scale[across] + bias[across]
squares = np.pad(x**2, ((0, 0), (1, 1), (0, 0), (0, 0)))
near = squares[:, :-2] + squares[:, 1:-1] + squares[:, 2:]
for opset in (9, 13, 15):
    judge("BatchNormalization", "BatchNormalization", opset, normed, (scale, bias, mean, variance))
judge("LRN of 3", "LRN", 13, x / (1 + 0.5 / 3 * near) ** 0.75, size=3, alpha=0.5)
judge("LpNormalization, p=2", "LpNormalization", 13, x / np.sqrt((x**2).sum(1, keepdims=True)), axis=1, p=2)
judge("LpNormalization, p=1", "LpNormalization", 13, x / np.abs(x).sum(1, keepdims=True), axis=1, p=1)
judge("Softmax", "Softmax", 11, exponentials((1, 2, 3)), axis=1)
judge("Softmax", "Softmax", 13, exponentials(1), axis=1)
judge("LogSoftmax", "LogSoftmax", 11, np.log(exponentials((1, 2, 3))), axis=1)
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^(onnx|onnxruntime|numpy) '
"$work/venv/bin/python" judge.py | tee said
[ "$(grep -c 'ONNX Runtime as by hand' said)" = 9 ]
for line in 'BatchNormalization, opset 9: .* off by .*' 'BatchNormalization, opset 13: .* off by .*' \
    'BatchNormalization, opset 15: .*ReferenceEvaluator as by hand' 'LRN of 3, opset 13: .* off by .*' \
    'LpNormalization, p=2, .*ReferenceEvaluator as by hand' 'LpNormalization, p=1, .* off by .*' \
    'Softmax, opset 11: .* off by .*' 'Softmax, opset 13: .*ReferenceEvaluator as by hand' 'LogSoftmax, opset 11: .* off by .*'; do
    grep -qxE "$line" said || { echo "no longer so: $line"; exit 1; }
done
