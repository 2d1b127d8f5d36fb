# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What another library says of what went wrong, in a line of ours."""

import errno
import os

import pytest

from fer_perception.wording import reason

MEMORY = "there is too little memory (end something else, or raise the limit)"


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "model.onnx"), "No space left on device"),
        (OSError("no number"), "no number"),
        (ValueError("two\nlines"), "two lines"),
        (ValueError(), "ValueError"),
        (MemoryError(), MEMORY),
        (RuntimeError("Exception during initialization: std::bad_alloc"), MEMORY),
    ],
)
def test_a_reason_is_one_line(error, line):
    assert reason(error) == line
