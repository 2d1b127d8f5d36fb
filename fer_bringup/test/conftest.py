# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The sample clip."""

from pathlib import Path

import pytest

from fer_bringup.fetch_clip import FILE_NAME, default_path

SHARED = Path(__file__).resolve().parents[3] / "shared"


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """What lies beside the repository, where it does."""
    return SHARED


@pytest.fixture(scope="session")
def clip() -> Path:
    """A clip of a woman who is sad for some seconds, then wonders, then laughs."""
    for path in (SHARED / "media" / FILE_NAME, default_path()):
        if path.is_file():
            return path
    pytest.skip(f"the sample clip {FILE_NAME} is neither in ../shared/media nor fetched (make fetch)")
