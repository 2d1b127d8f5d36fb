# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What comes from outside, as it may stand in a line of ours: printable, and not without end. Needs no ROS."""

from fer_common.errors import printable

PATH = 400
"""Characters of a path."""
REASON = 1000
"""Characters of another library's reason: the longest of ONNX Runtime's have some hundred."""


def shown(text: object, most: int = 60) -> str:
    """Return a text in one line of at most `most` characters, its middle left out where it is longer.

    What can't be printed (a terminal's own commands, say) becomes U+FFFD.
    """
    line = printable(" ".join(str(text).split()))
    if len(line) <= most:
        return line
    half = (most - 1) // 2
    return f"{line[:half]}…{line[len(line) - (most - 1 - half) :]}"


def reason(error: BaseException) -> str:
    """Why something failed, whole: what another library says, or where it says nothing its exception's name."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, MemoryError) or "std::bad_alloc" in str(error):  # ONNX Runtime names C++'s own
        return "there is too little memory (end something else, or raise the limit)"
    return shown(error, REASON) or type(error).__name__
