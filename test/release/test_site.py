# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The site's pages are put together from what stands in the repository; `make site` and CI build them strictly."""

import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "scripts"))

import site_pages as site  # noqa: E402


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "pages"
    site.gather(TOP, folder)
    return folder


def navigation():
    """The pages that mkdocs.yml names, without reading its tags of Python's."""
    text = (TOP / "mkdocs.yml").read_text(encoding="utf-8")
    return [line.split("- ")[-1].strip() for line in text.splitlines() if line.endswith(".md")]


def test_every_page_of_the_navigation_is_made_and_every_page_of_docs_is_in_it(pages):
    named = navigation()
    assert [name for name in named if not (pages / name).is_file()] == []
    listed = subprocess.run(["git", "ls-files", "docs/*.md"], cwd=TOP, capture_output=True, text=True, check=True)
    assert set(listed.stdout.split()) <= set(named)


def test_links_that_leave_the_pages_lead_to_what_came_along(pages):
    text = (pages / "README.md").read_text(encoding="utf-8")
    assert "(reference/messages.md)" in text
    assert (pages / "LICENSE").is_file()
    assert (pages / "docs" / "images" / "ambient.png").is_file()


def test_the_reference_has_parameters_messages_and_what_packages_offer(pages):
    parameters = (pages / "reference" / "parameters.md").read_text(encoding="utf-8")
    for package, name in (("fer_perception", "`still`"), ("fer_color", "`smoothing_time`"), ("fer_bringup", "`loop`")):
        assert name in parameters.partition(f"## {package}")[2].partition("\n## ")[0], package
    assert "float32[7] probabilities" in (pages / "reference" / "messages.md").read_text(encoding="utf-8")
    color = (pages / "reference" / "fer_color.md").read_text(encoding="utf-8")
    assert "::: fer_color.core.ColorCore" in color
    assert "| `fer_color.blend` |" in color
