# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A strip on a serial line, read as Adalight's firmware reads it."""

import pytest
from adalight_reader import Strip


@pytest.fixture
def strip():
    strip = Strip()
    yield strip
    strip.close()
