# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Relative links of the Markdown files lead somewhere, to the heading too; the scripts that they name are there."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[1]
PAGES = sorted(
    TOP / name
    for name in subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
)
NAMING = [page for page in PAGES if page.name != "CHANGELOG.md"] + sorted(TOP.glob("docs/make/*.py"))
"""A changelog names what there was."""
PATTERNS = {"fer_x/fer_x/room/mod.py", "fer_x/test/room/test_mod.py"}
"""CONTRIBUTING names no file by these."""
LINK = re.compile(r"\]\(([^()\s]+)\)")


def prose(page):
    """A page without its code blocks, in which a bracket is no link."""
    return re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


@cache
def anchors(page):
    """The headings of a page as GitHub makes anchors of them."""
    headings = re.findall(r"^#+ (.*)$", prose(page), flags=re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", re.sub(r"\]\([^)]*\)", "", one)).strip().lower().replace(" ", "-") for one in headings
    }


def test_there_are_pages():
    assert {TOP / "README.md", TOP / "docs" / "lights.md"} <= set(PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TOP)))
def test_links_lead_somewhere(page):
    for target in LINK.findall(prose(page)):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{target}: nothing is there"
        if anchor:
            assert anchor in anchors(there), f"{target}: no such heading"


@pytest.mark.parametrize("page", NAMING, ids=lambda page: str(page.relative_to(TOP)))
def test_scripts_and_modules_that_a_page_names_are_there(page):
    text = page.read_text(encoding="utf-8")
    for path in re.findall(r"python3 ((?:docs|scripts|examples)/[\w/]+\.py)", text):
        assert (TOP / path).is_file(), path
    for module in re.findall(r"python3 -m ((?:fer_\w+|bench)(?:\.\w+)*)", text):
        name = module.replace(".", "/")
        places = [TOP / name.split("/")[0] / name, TOP / name]
        assert any(one.with_suffix(".py").is_file() or (one / "__main__.py").is_file() for one in places), module


@pytest.mark.parametrize("page", NAMING, ids=lambda page: str(page.relative_to(TOP)))
def test_the_python_files_that_a_page_names_are_there(page):
    """A file that was renamed leaves its old name in nobody's text."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    for name in set(re.findall(r"`([\w/]+\.py)`", page.read_text(encoding="utf-8"))) - PATTERNS:
        assert any(f"/{path}".endswith(f"/{name}") for path in listed), name
