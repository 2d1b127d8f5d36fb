# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""ONNX Runtime's wheels since 1.29 report to Microsoft from their import on (its Privacy.md): ours leave no trace."""

import os
import subprocess
import sys

import pytest

from fer_common.onnx_runtime import SWITCH

READ_A_FACE = """
import numpy as np
from fer_models import default_model
from fer_perception.backends import create_backend
create_backend("onnxruntime", default_model()).run(np.zeros((1, 1, 48, 48), np.uint8))
"""


def traces(folder, code, **more):
    """The files that a program leaves in its home, its cache and where temporary files go, without our shell's help."""
    surroundings = {key: value for key, value in os.environ.items() if key != SWITCH}
    for variable in ("HOME", "XDG_CACHE_HOME", "TMPDIR"):
        surroundings[variable] = str(folder)
    subprocess.run([sys.executable, "-c", code], check=True, env={**surroundings, **more})
    return [path for path in folder.rglob("*") if path.is_file() and "fontlist" not in path.name]  # matplotlib's


@pytest.mark.parametrize("code", [READ_A_FACE, "import fer_perception.detectors.yunet_onnx"])
def test_a_program_that_reads_faces_leaves_no_trace(tmp_path, code):
    assert traces(tmp_path, code) == []


def test_nor_does_one_that_makes_models(tmp_path):
    pytest.importorskip("torch", reason="fer_training's requirements are not installed")
    assert traces(tmp_path, "import fer_training.quantize, fer_training.export, fer_training.evaluate") == []


def test_who_wants_to_report_may(tmp_path):
    code = f"import os; from fer_common.onnx_runtime import onnxruntime; assert os.environ['{SWITCH}'] == '0'"
    traces(tmp_path, code, **{SWITCH: "0"})
