#!/usr/bin/env bash
# tract, told by set_input_fact how many rows a file's input has, for which the file has a name, refuses the file where its
# value_info also names them, as ONNX Runtime's quantiser leaves them behind: a name and a number can't be unified. Without
# these notes, which say nothing that is not known, the same file runs, and so does it when told the name in place of the
# number.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check tract==0.23.9 onnx==1.23.2 numpy 2> /dev/null
cd "$work"
cat > rows.py << 'PYTHON'
import numpy as np
import onnx
import tract
from onnx import TensorProto, helper, shape_inference

rows = np.array([[-1, 0, 1], [2, -3, 4]], np.float32)
graph = helper.make_graph(
    [helper.make_node("Relu", ["x"], ["z"]), helper.make_node("Neg", ["z"], ["y"])],
    "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 3])])
plain = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
noted = shape_inference.infer_shapes(plain)
assert len(noted.graph.value_info) == 1
for name, model in (("plain", plain), ("noted", noted)):
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, f"{name}.onnx")
    for given in ("2,3,f32", "N,3,f32"):
        read = tract.onnx().load(f"{name}.onnx")
        read.set_input_fact(0, given)
        try:
            found = read.into_model().into_runnable().run([rows])[0].to_numpy()
            said = f"runs: {np.array_equal(found, -np.maximum(rows, 0))}"
        except tract.TractError as error:
            said = "refused: " + str(error).split("\n\nStack")[0].splitlines()[-1].strip()
        print(f"{name}, told {given}: {said}", flush=True)
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^(tract|onnx|numpy) '
"$work/venv/bin/python" rows.py 2> errors | tee said
grep -qx 'plain, told 2,3,f32: runs: True' said
grep -qx 'plain, told N,3,f32: runs: True' said
grep -q '^noted, told 2,3,f32: refused: .*Impossible to unify Val(2) with Sym(N)' said
grep -qx 'noted, told N,3,f32: runs: True' said
