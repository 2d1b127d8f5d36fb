# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Both ways in which colours are converted."""

import pytest

from fer_perception.images import messages as images


@pytest.fixture(params=["own", "as installed"])
def converter(request, monkeypatch):
    """Every test with our own conversion, and with cv_bridge where there is one."""
    if request.param == "own":
        monkeypatch.setattr(images, "cv_bridge_converter", lambda: None)
