#!/usr/bin/env bash
# ONNX Runtime's `quant_pre_process`, with which a network is prepared to become int8, writes into the file every set of
# operators that this ONNX Runtime knows, each in its newest version, though the network uses none of them. An older ONNX
# Runtime refuses a file that names a newer set than it has: of a network that is one Relu, 1.17 reads the file as it was
# and refuses what 1.31 made of it, by a set of trees and tables (ai.onnx.ml) that no node asks for. Whoever quantizes here
# and runs on a robot with an older package takes the sets out that no node, in branches and functions too, is of.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for version in 1.31.1 1.17.3; do
  python3 -m venv "$work/$version"
  "$work/$version/bin/pip" install -q --disable-pip-version-check onnxruntime==$version onnx==1.23.2 sympy \
    "numpy$([ $version = 1.17.3 ] && echo '<2' || echo '>=1')" 2> /dev/null
done
cd "$work"
cat > prepare.py << 'PYTHON'
import onnx
from onnx import TensorProto, helper
from onnxruntime.quantization.shape_inference import quant_pre_process

values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 4]) for name in ("x", "y")]
graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "one_relu", values[:1], values[1:])
onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8), "relu.onnx")
quant_pre_process("relu.onnx", "prepared.onnx", skip_symbolic_shape=True)
for name in ("relu.onnx", "prepared.onnx"):
    model = onnx.load(name)
    used = {node.domain for node in model.graph.node}
    print(f"{name:14} uses {len(used)} set of operators and names {len(model.opset_import)}")
raise SystemExit([len(onnx.load(name).opset_import) > 1 for name in ("relu.onnx", "prepared.onnx")] != [False, True])
PYTHON
cat > load.py << 'PYTHON'
import onnxruntime

found = []
for name in ("relu.onnx", "prepared.onnx"):
    try:
        onnxruntime.InferenceSession(name, providers=["CPUExecutionProvider"])
        found.append("loads")
    except Exception as error:
        found.append("ai.onnx.ml" if "ai.onnx.ml" in str(error) else str(error))
    print(f"ONNX Runtime {onnxruntime.__version__}: {name:14} {found[-1]}")
raise SystemExit(found != ["loads", "ai.onnx.ml"])
PYTHON
1.31.1/bin/python prepare.py 2> /dev/null
1.17.3/bin/python load.py 2> /dev/null
