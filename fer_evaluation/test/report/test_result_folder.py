# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The folder of results: whole or not there, and nobody else's to read."""

import os
import stat

import pytest

from fer_evaluation.errors import EvaluationError
from fer_evaluation.report.folder import whole_folder


def test_a_new_one_is_this_users_alone_and_one_that_was_there_keeps_its_rights(tmp_path):
    (tmp_path / "shared").mkdir()
    os.chmod(tmp_path / "shared", 0o750)
    for name, mode in (("new", 0o700), ("shared", 0o750)):
        with whole_folder(tmp_path / name) as folder:
            (folder / "report.html").write_text("x")
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == mode
        assert os.listdir(tmp_path / name) == ["report.html"]


def test_what_fails_on_the_way_leaves_nothing(tmp_path):
    with pytest.raises(EvaluationError, match="No such file"), whole_folder(tmp_path / "new") as folder:
        (folder / "nowhere" / "report.html").write_text("x")
    assert os.listdir(tmp_path) == []
