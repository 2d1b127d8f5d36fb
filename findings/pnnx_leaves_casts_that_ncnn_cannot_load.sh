#!/usr/bin/env bash
# pnnx ends with 0 on an ONNX file that casts its input, bytes of an image, to float, and writes the cast into ncnn's file as
# a layer "Tensor.to", which ncnn does not have: load_param of the same release refuses the whole network. The same file
# with a float input is converted and runs. So a network that takes an image's bytes has to lose its first node first.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check --no-deps ncnn==1.0.20261020 pnnx==20261020 onnx==1.23.2 \
  numpy==2.4.6 protobuf==7.36.2 ml_dtypes typing_extensions 2> /dev/null
cd "$work"
cat > convert.py << 'PYTHON'
import pathlib
import subprocess

import ncnn
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

# The module pnnx wants torch; the program beside it does not.
program = next(pathlib.Path(np.__file__).parents[1].glob("pnnx/pnnx"))
for kind, name in ((TensorProto.UINT8, "u8"), (TensorProto.FLOAT, "f32")):
    nodes = [helper.make_node("Mul", ["x" if name == "f32" else "f", "half"], ["y"])]
    if name == "u8":
        nodes.insert(0, helper.make_node("Cast", ["x"], ["f"], to=TensorProto.FLOAT))
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", kind, [1, 1, 2, 3])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, 2, 3])],
        [numpy_helper.from_array(np.float32(0.5), "half")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, f"{name}.onnx")
    done = subprocess.run([program, f"{name}.onnx", f"inputshape=[1,1,2,3]{name}"], capture_output=True)
    layers = [line.split()[0] for line in pathlib.Path(f"{name}.ncnn.param").read_text().splitlines()[2:]]
    loaded = ncnn.Net().load_param(f"{name}.ncnn.param")
    print(f"input {name}: pnnx ends with {done.returncode}, the layers are {layers}, load_param gives {loaded}", flush=True)
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^(ncnn|pnnx|onnx) '
"$work/venv/bin/python" convert.py 2> errors | tee said
grep -q "input u8: pnnx ends with 0, the layers are \['Input', 'Tensor.to', 'BinaryOp'\], load_param gives -1" said
grep -q "input f32: pnnx ends with 0, the layers are \['Input', 'BinaryOp'\], load_param gives 0" said
grep -q 'layer Tensor.to not exists or registered' errors
