#!/usr/bin/env bash
# OpenCV's DNN module asks who wrote an ONNX file before it averages: whether padding counts in an AveragePool is decided by
# producer_name being "pytorch", never by the node's count_include_pad. So the same graph gives other numbers once a tool
# (ONNX Runtime's quantiser, say) has put its own name in. Without a word it also leaves out what it does not know: the
# dilations of a MaxPool (the shape is another, too), auto_pad SAME_LOWER (taken for SAME_UPPER), a Resize's antialias, and
# every Cast to an integer. ONNX Runtime computes what the standard says.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check opencv-python-headless==4.14.0.94 onnx==1.23.2 \
    onnxruntime==1.31.1 numpy 2> /dev/null
cd "$work"
cat > compare.py << 'PYTHON'
import cv2
import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper


def both(name, op, producer="tool", size=4, constants=(), **attributes):
    """Print the first row that ONNX Runtime and OpenCV give for one node over the numbers 0, 1, 2, ..."""
    x = np.arange(size * size, dtype=np.float32).reshape(1, 1, size, size) * 0.75
    kept = [numpy_helper.from_array(array, key) for key, array in constants]
    inputs = ["x", *(["", "scales"] if op == "Resize" else [])]
    nodes = [helper.make_node(op, inputs, ["q" if op == "Cast" else "y"], **attributes)]
    if op == "Cast":
        nodes.append(helper.make_node("Cast", ["q"], ["y"], to=TensorProto.FLOAT))
    graph = helper.make_graph(nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, x.shape)],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)], kept)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8, producer_name=producer)
    told = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": x})[0]
    model.graph.output[0].CopyFrom(helper.make_tensor_value_info("y", TensorProto.FLOAT, told.shape))
    network = cv2.dnn.readNetFromONNX(np.frombuffer(model.SerializeToString(), np.uint8))
    network.setInput(x)
    seen = network.forward()
    rows = [f"{list(y.shape[2:])} {np.round(y[0, 0, 0], 3).tolist()}" for y in (told, seen)]
    print(f"{name}: ONNX Runtime {rows[0]}, OpenCV {rows[1]}{'' if rows[0] == rows[1] else '  <- other'}")


pool = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "strides": [2, 2]}
for producer in ("pytorch", "onnx.quantize"):
    for counted in (0, 1):
        both(f"AveragePool, padding counted {counted}, by {producer}", "AveragePool", producer, count_include_pad=counted, **pool)
both("MaxPool", "MaxPool", kernel_shape=[2, 2])
both("MaxPool, dilations 2", "MaxPool", kernel_shape=[2, 2], dilations=[2, 2])
both("MaxPool, SAME_UPPER", "MaxPool", size=3, kernel_shape=[2, 2], strides=[2, 2], auto_pad="SAME_UPPER")
both("MaxPool, SAME_LOWER", "MaxPool", size=3, kernel_shape=[2, 2], strides=[2, 2], auto_pad="SAME_LOWER")
half = [("scales", np.array([1, 1, 0.5, 0.5], np.float32))]
linear = {"mode": "linear", "coordinate_transformation_mode": "half_pixel", "constants": half}
both("Resize by a half", "Resize", **linear)
both("Resize by a half, antialias", "Resize", antialias=1, **linear)
both("Cast to int32 and back", "Cast", to=TensorProto.INT32)
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^(opencv-python-headless|onnx|onnxruntime) '
"$work/venv/bin/python" compare.py 2> /dev/null | tee said
[ "$(grep -c . said)" = 11 ]
for line in 'AveragePool, padding counted 0, by pytorch: .* <- other' 'AveragePool, padding counted 1, by pytorch: .*\]' \
    'AveragePool, padding counted 0, by onnx.quantize: .*\]' 'AveragePool, padding counted 1, by onnx.quantize: .* <- other' \
    'MaxPool: .*\]' 'MaxPool, dilations 2: ONNX Runtime \[2, 2\].*, OpenCV \[3, 3\] .* <- other' 'MaxPool, SAME_UPPER: .*\]' \
    'MaxPool, SAME_LOWER: .* <- other' 'Resize by a half: .*\]' 'Resize by a half, antialias: .* <- other' \
    'Cast to int32 and back: .* OpenCV \[4, 4\] \[0.0, 0.75, 1.5, 2.25\]  <- other'; do
    grep -qxE "$line" said || { echo "no longer so: $line"; exit 1; }
done
