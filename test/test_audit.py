# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The audit counts only what was looked up; its input is pip-audit's JSON, as version 2.10 writes it."""

import importlib.util
import json
from pathlib import Path

import pytest

FILE = Path(__file__).resolve().parents[1] / "scripts" / "audit.py"
LOOKED_UP = {"name": "a", "version": "1.0", "vulns": []}
VULNERABLE = {"name": "b", "version": "2.0", "vulns": [{"id": "PYSEC-0000-1", "fix_versions": ["2.1"], "aliases": []}]}
SKIPPED = {"name": "c", "skip_reason": "Dependency not found on PyPI and could not be audited: c (3.0)"}


@pytest.fixture
def tool():
    spec = importlib.util.spec_from_file_location("fer_audit", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("packages", "code", "says"),
    [
        ([LOOKED_UP, SKIPPED], 0, "audit: 1 packages looked up, 0 known to be vulnerable, 0 not excepted"),
        ([LOOKED_UP, VULNERABLE], 1, "audit: b 2.0: PYSEC-0000-1, mended in 2.1"),
        ([SKIPPED], 0, "audit: not done, no package could be looked up"),
    ],
)
def test_what_was_not_looked_up_is_no_clean_result(tool, monkeypatch, capsys, packages, code, says):
    answer = json.dumps({"dependencies": packages, "fixes": []})
    monkeypatch.setattr(tool, "audit", lambda: tool.looked_up(answer))
    assert tool.main() == code
    assert says in capsys.readouterr().out


def test_without_pip_audit_it_says_so(tool, monkeypatch, capsys):
    def audit():
        raise OSError("no pip")

    monkeypatch.setattr(tool, "audit", audit)
    assert tool.main() == 0
    assert "audit: not done" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("# a note\n\nPYSEC-0000-1 b never called by us\n", 0, "put up with: never called by us"),
        ("CVE-0000-1 b never called by us\n", 0, "1 known to be vulnerable, 0 not excepted"),
        ("PYSEC-0000-1 c never called by us\n", 1, "the exception PYSEC-0000-1 c meets nothing any more"),
        ("PYSEC-0000-1 b\n", 1, "give ID PACKAGE REASON"),
    ],
)
def test_what_is_put_up_with_stands_in_a_file_with_its_reason(tool, monkeypatch, capsys, tmp_path, text, code, says):
    known = {**VULNERABLE, "vulns": [{**VULNERABLE["vulns"][0], "aliases": ["CVE-0000-1"]}]}
    monkeypatch.setattr(tool, "audit", lambda: tool.looked_up(json.dumps({"dependencies": [known], "fixes": []})))
    monkeypatch.setattr(tool, "EXCEPTIONS", tmp_path / "audit_exceptions.txt")
    tool.EXCEPTIONS.write_text(text)
    assert tool.main() == code
    assert says in capsys.readouterr().out


def test_the_exceptions_on_file_can_be_read(tool):
    assert all(tool.exceptions(tool.EXCEPTIONS.read_text()).values())
