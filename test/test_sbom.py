# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The bill of materials names all that is installed; its input is CycloneDX 1.6, as cyclonedx-bom 7.5 writes it."""

import importlib.util
import json
from pathlib import Path

import pytest

FILE = Path(__file__).resolve().parents[1] / "scripts" / "sbom.py"
BILL = json.dumps(
    {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "components": [
            {"name": "ros-std-msgs", "version": "5.5.1", "type": "library"},
            {"name": "PyYAML", "version": "6.0.2", "type": "library"},
            {"name": "fer_common", "type": "library"},
        ],
    }
)


@pytest.fixture
def tool():
    spec = importlib.util.spec_from_file_location("fer_sbom", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("installed", "missing"),
    [
        ("ros_std_msgs==5.5.1 pyyaml==6.0.2", []),
        ("ros.std.msgs==5.5.1 numpy==2.0.0", ["numpy 2.0.0"]),
        ("pyyaml==6.0.3", ["pyyaml 6.0.3"]),
        ("", []),
    ],
)
def test_what_is_installed_and_not_listed_is_found(tool, installed, missing):
    assert tool.left_out(BILL, installed) == missing


def test_without_cyclonedx_it_says_so(tool, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(tool, "CYCLONEDX", str(tmp_path / "none.whl"))
    monkeypatch.setattr(tool, "TOP", tmp_path)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").touch()
    monkeypatch.setattr("sys.argv", ["sbom"])
    assert tool.main() == 0
    assert capsys.readouterr().out.startswith("sbom: not done, cyclonedx-bom can't be had or run here")
