# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What other packages register by entry points: real ones, of a package in a folder on Python's path."""

import pytest

from fer_common.errors import FerError
from fer_common.plugins import load_plugin, plugin_names, plugin_package

GROUP = "fer_common.tests"


def installed(folder, name, entries, source):
    """A package as pip leaves one: a module and its dist-info."""
    about = folder / f"{name}-1.2.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    (about / "entry_points.txt").write_text(f"[{GROUP}]\n" + "".join(f"{one}\n" for one in entries))
    (folder / f"{name}.py").write_text(source)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_a_name_is_known_without_importing_and_loaded_when_asked_for(folder):
    installed(folder, "fer_one", ["lava = fer_one:made", "ash = fer_one:made"], "made = 'hot'\n")
    assert plugin_names(GROUP) == ("ash", "lava")
    assert plugin_package(GROUP, "lava") == "fer_one 1.2"
    assert load_plugin(GROUP, "lava") == "hot"
    assert (load_plugin(GROUP, "snow"), plugin_package(GROUP, "snow")) == (None, None)


def test_what_cannot_be_loaded_names_its_package(folder):
    installed(folder, "fer_two", ["lava = fer_two:made"], "raise RuntimeError('no\\nlicence')\n")
    with pytest.raises(FerError, match=r"'lava' of fer_two 1\.2 cannot be loaded \(RuntimeError: .*licence") as caught:
        load_plugin(GROUP, "lava")
    assert "\n" not in str(caught.value)


def test_a_name_that_two_packages_claim_is_nobodys(folder):
    installed(folder, "fer_three", ["lava = fer_three:made"], "made = 3\n")
    installed(folder, "fer_four", ["lava = fer_four:made"], "made = 4\n")
    with pytest.raises(FerError, match=r"claimed by several packages \(fer_four 1\.2, fer_three 1\.2\)"):
        load_plugin(GROUP, "lava")
