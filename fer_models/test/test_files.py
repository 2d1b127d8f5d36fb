# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Finding the model file, without torch."""

import subprocess
import sys
from pathlib import Path

import pytest

import fer_models
from fer_models import files

WITHOUT_TORCH = """
import sys
sys.modules["torch"] = None  # whoever imports it now fails
import fer_models
from fer_models.files import default_model
try:
    fer_models.default_model()
except FileNotFoundError:
    pass
try:
    fer_models.create_model
except ImportError:
    print("torch only when a network is asked for")
"""


def test_importing_needs_no_torch() -> None:
    run = subprocess.run([sys.executable, "-c", WITHOUT_TORCH], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "torch only when a network is asked for"


def test_every_public_name_is_there() -> None:
    for name in fer_models.__all__:
        assert getattr(fer_models, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        fer_models.nothing  # noqa: B018


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "share" / "models"
    folder.mkdir(parents=True)
    monkeypatch.setattr(files, "_share", lambda: [folder])
    monkeypatch.setattr(files, "__file__", str(tmp_path / "source" / "fer_models" / "files.py"))
    return folder


def test_installed_file_comes_first(share: Path, tmp_path: Path) -> None:
    beside = tmp_path / "source" / "models"
    beside.mkdir(parents=True)
    (beside / files.DEFAULT_MODEL).write_bytes(b"source")
    assert files.default_model().read_bytes() == b"source"
    (share / files.DEFAULT_MODEL).write_bytes(b"installed")
    assert files.default_model().read_bytes() == b"installed"


def test_no_file_is_one_line(share: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        files.default_model()
    text = str(caught.value)
    assert "\n" not in text
    assert files.DEFAULT_MODEL in text
    assert "fer_training.export" in text
