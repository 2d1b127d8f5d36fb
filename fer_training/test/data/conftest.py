# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A small set in each layout that is known."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from data_layouts import LAYOUTS


@pytest.fixture(scope="session")
def layouts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder of each format. Not to be changed."""
    roots = {}
    for name, write in LAYOUTS.items():
        roots[name] = tmp_path_factory.mktemp(name)
        write(roots[name])
    return roots


@pytest.fixture
def copy(layouts: dict[str, Path], tmp_path: Path) -> Callable[[str], Path]:
    """A copy of a format's folder, to be damaged."""
    return lambda name: Path(shutil.copytree(layouts[name], tmp_path / name))
