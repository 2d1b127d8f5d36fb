#!/usr/bin/env bash
# OpenCV's dnn reads two kinds of padding of ONNX files otherwise than they say, without a word. SAME_LOWER (an odd pixel is
# added before the first, as Keras' files of old and hand-written ones have it) is taken for SAME_UPPER, in convolutions and
# in both kinds of pooling: each answer is about the pixels one to the right and below. And averages with
# count_include_pad=1, which is what PyTorch's AvgPool2d writes unless told otherwise, leave the padding out: of a picture of
# ones the corners are 1 where the file, ONNX Runtime and PyTorch say 4 of 9. A network with either answers a little
# differently on OpenCV; compare its answers before you trust them, or write the padding as a `Pad` of its own.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check opencv-python-headless==4.14.0.94 onnx==1.23.2 \
    onnxruntime==1.31.1 numpy 2> /dev/null
cd "$work"
cat > padding.py << 'PYTHON'
import cv2
import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

PICTURE = np.arange(25, dtype=np.float32).reshape(1, 1, 5, 5)
ONES = np.ones_like(PICTURE)
LOWER = {"auto_pad": "SAME_LOWER", "strides": [2, 2]}
CASES = {
    "MaxPool SAME_LOWER": ("MaxPool", {"kernel_shape": [2, 2], **LOWER}, PICTURE),
    "Conv SAME_LOWER": ("Conv", {"kernel_shape": [2, 2], **LOWER}, PICTURE),
    "AveragePool count_include_pad": (
        "AveragePool",
        {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1], "count_include_pad": 1},
        ONES,
    ),
}


def file_of(operator, attributes):
    inputs = ["x", "weights"] if operator == "Conv" else ["x"]
    weights = [numpy_helper.from_array(np.ones((1, 1, 2, 2), np.float32), "weights")] if operator == "Conv" else []
    graph = helper.make_graph(
        [helper.make_node(operator, inputs, ["y"], **attributes)],
        operator,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 5, 5])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, 3, 3])],
        weights,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 19)], ir_version=9).SerializeToString()


def first_rows(operator, attributes, picture):
    """The first row of the answer, by ONNX Runtime and by OpenCV."""
    content = file_of(operator, attributes)
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    network = cv2.dnn.readNetFromONNX(np.frombuffer(content, np.uint8))
    network.setInput(picture)
    answers = session.run(None, {"x": picture})[0], network.forward()
    return [[round(float(value), 3) for value in answer[0, 0, 0]] for answer in answers]


found = {}
for name, case in CASES.items():
    found[name] = runtime, opencv = first_rows(*case)
    print(f"{name:30} ONNX Runtime {runtime} OpenCV {opencv}")
raise SystemExit(
    found
    != {
        "MaxPool SAME_LOWER": [[0, 2, 4], [6, 8, 9]],
        "Conv SAME_LOWER": [[0, 3, 7], [12, 20, 13]],
        "AveragePool count_include_pad": [[0.444, 0.667, 0.444], [1, 1, 1]],
    }
)
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -i '^o'
"$work/venv/bin/python" padding.py
