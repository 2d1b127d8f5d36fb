# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The folder of results: whole or not there, and nobody else's to read."""

import os
import stat

import pytest

from fer_evaluation.errors import EvaluationError
from fer_evaluation.report.folder import check_output, whole_folder


def test_a_new_one_is_this_users_alone_and_one_that_was_there_keeps_its_rights(tmp_path):
    (tmp_path / "shared").mkdir()
    os.chmod(tmp_path / "shared", 0o750)
    for name, mode in (("new", 0o700), ("shared", 0o750)):
        with whole_folder(tmp_path / name) as folder:
            (folder / "report.html").write_text("x")
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == mode
        assert os.listdir(tmp_path / name) == ["report.html"]
        assert stat.S_IMODE((tmp_path / name / "report.html").stat().st_mode) == 0o600


def test_what_fails_on_the_way_leaves_nothing(tmp_path):
    with pytest.raises(EvaluationError, match="No such file"), whole_folder(tmp_path / "new") as folder:
        (folder / "nowhere" / "report.html").write_text("x")
    assert os.listdir(tmp_path) == []


def test_one_that_is_there_is_filled_and_not_replaced(tmp_path):
    """No rename replaces one where something is mounted, as a container's volume is."""
    (tmp_path / "volume").mkdir()
    before = (tmp_path / "volume").stat().st_ino
    with whole_folder(tmp_path / "volume") as folder:
        (folder / "report.html").write_text("x")
        (folder / "metrics.json").write_text("{}")
        assert os.listdir(tmp_path) == ["volume"], "its parent may be another's"
    assert (tmp_path / "volume").stat().st_ino == before
    assert sorted(os.listdir(tmp_path / "volume")) == ["metrics.json", "report.html"]


def test_one_that_was_filled_meanwhile_stays_as_it_is(tmp_path):
    (tmp_path / "shared").mkdir()
    writing = whole_folder(tmp_path / "shared")
    (writing.__enter__() / "report.html").write_text("mine")
    (tmp_path / "shared" / "report.html").write_text("another's")
    with pytest.raises(EvaluationError, match="can't take the results"):
        writing.__exit__(None, None, None)
    assert os.listdir(tmp_path / "shared") == ["report.html"]
    assert (tmp_path / "shared" / "report.html").read_text() == "another's"


def test_one_that_is_there_needs_no_right_to_its_parent(tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    # Root, as which tests may run, may write anywhere.
    monkeypatch.setattr(os, "access", lambda path, _mode: path == tmp_path / "mine")
    check_output(tmp_path / "mine")
    with pytest.raises(EvaluationError, match=r"can't be made: '.*' can't be written to"):
        check_output(tmp_path / "new")
