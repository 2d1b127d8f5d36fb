# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""python3 -m bench.runtimes [MODEL ...]: what other runtimes make of a model file, and how long a face takes there.

OpenVINO, MNN and tract come into an environment of their own (runs/runtimes), which sees this one's packages. These and
OpenCV answer FER2013Valid's faces (`--data FERPLUS`), or 64 drawn pictures, and are compared with ONNX Runtime. Then a
face at a time, on one thread, the runtimes in turns. Leave the machine alone meanwhile. docs/runtimes.md has what was
found.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from fer_models import default_model
from fer_training.data import load
from fer_training.errors import TrainingError
from scripts.tool_environment import tool

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / "runs" / "runtimes"
REQUIREMENTS = ("openvino==2026.4.1", "MNN==3.6.1", "tract==0.23.9")
SHIPPED = ("fast", "fast_int8", "accurate", "paper")


def main() -> int:
    """Run the command: 0, or 2 where the runtimes can't be had or a file is missing."""
    parser = argparse.ArgumentParser(prog="python -m bench.runtimes", description=__doc__)
    shipped = [default_model().with_name(f"{name}.onnx") for name in SHIPPED]
    parser.add_argument("models", nargs="*", type=Path, default=shipped, metavar="MODEL", help="default: all shipped")
    parser.add_argument("--data", type=Path, help="FER+, as fer_training reads it (default: drawn pictures)")
    parser.add_argument("--rounds", type=int, default=20, help="of times (default: %(default)s); 0 takes none")
    options = parser.parse_args()
    if missing := [path for path in options.models if not path.is_file()]:
        print(f"bench.runtimes: no model file '{missing[0]}'; name one that ends in .onnx", file=sys.stderr)
        return 2
    try:
        faces = None if options.data is None else load(options.data, "valid").protocol_a().images[:, None]
        python = tool(FOLDER, *REQUIREMENTS)
    except TrainingError as error:
        print(f"bench.runtimes: {error}", file=sys.stderr)
        return 2
    except (OSError, subprocess.SubprocessError) as error:
        print(f"bench.runtimes: not done, the runtimes can't be had here ({type(error).__name__})", file=sys.stderr)
        return 2
    work = {"models": [str(path.resolve()) for path in options.models], "rounds": options.rounds, "faces": ""}
    with tempfile.TemporaryDirectory() as folder:
        if faces is not None:
            work["faces"] = str(Path(folder) / "faces.npy")
            np.save(work["faces"], faces)
        command = [str(python), "-m", "bench.runtimes.worker", json.dumps(work)]
        return subprocess.run(command, cwd=HERE.parents[1], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
