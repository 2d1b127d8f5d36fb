#!/usr/bin/env bash
# mnnconvert, the converter of the package MNN, wants to report each conversion (operating system, the machine's id out of
# /etc/machine-id, the options, the sizes of the files): where the package for that is missing, the import of
# MNN.tools.mnnconvert has a shell install it, with what it depends on, into the environment that it runs in; where it is
# there, the import asks a server for credentials. Neither is named by the wheel's requirements or told at the terminal
# before it happens. What is installed wants an older protobuf than onnx 1.23 does, which then can't be imported. The
# function behind it, mnnconvert of the module _tools, converts and does neither. Both are refused here by an audit hook, so
# nothing leaves the machine; the conversion then succeeds all the same.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check MNN==3.6.1 onnx==1.23.2 numpy 2> /dev/null
cd "$work"
cat > convert.py << 'PYTHON'
import os
import sys

asked = []


def refuse(event, arguments):
    if event == "os.system":
        command = os.fsdecode(arguments[0]).split()
        asked.append(" ".join(command[:2]) + " of " + command[-1])
    elif event == "socket.getaddrinfo":
        asked.append(f"a server's address, port {arguments[1]}")
    elif event != "socket.connect":
        return
    raise PermissionError(event)


if not os.path.exists("relu.onnx"):
    import onnx
    from onnx import TensorProto, helper

    value = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", 3]) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "g", value[:1], value[1:])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8), "relu.onnx")
sys.argv = ["mnnconvert", "-f", "ONNX", "--modelFile", "relu.onnx", "--MNNModel", sys.argv[1], "--bizCode", "none"]
sys.addaudithook(refuse)
if "command" in sys.argv[6]:
    from MNN.tools import mnnconvert

    mnnconvert.main()
else:
    import _tools

    _tools.mnnconvert(sys.argv)
print("\nasked for:", list(dict.fromkeys(asked)), "and wrote", os.path.getsize(sys.argv[6]) > 0, flush=True)
PYTHON
convert() { "$work/venv/bin/python" convert.py "$1" 2> errors | grep '^asked for'; }
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^(mnn|onnx|numpy) '
"$work/venv/bin/pip" show MNN 2> /dev/null | grep '^Requires:'
echo "by the command: $(convert command.mnn)" | tee said
echo "by the function: $(convert function.mnn)" | tee -a said
"$work/venv/bin/pip" install -q --disable-pip-version-check aliyun-log-python-sdk==0.9.52 2> /dev/null
echo "by the command, with that package: $(convert command2.mnn)" | tee -a said
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^protobuf '
"$work/venv/bin/python" -c 'import onnx' 2>&1 | tail -n 1 | cut -c 1-130 | tee -a said
grep -qx "by the command: asked for: \['pip install of aliyun-log-python-sdk'\] and wrote True" said
grep -qx "by the function: asked for: \[\] and wrote True" said
grep -qx "by the command, with that package: asked for: \[.a server's address, port 443.\] and wrote True" said
grep -q 'VersionError: .*onnx' said
