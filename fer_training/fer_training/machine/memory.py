# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Memory that the training loop frees and asks for again at every step."""

import contextlib
import ctypes

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4
"""glibc's names for `mallopt`, see its manual page."""
KEPT = (1 << 31) - 1
"""Bytes that may lie free: all that a step needs."""


def keep_pages() -> bool:
    """Let this process use a step's memory again in the next one, in place of giving it back to the system.

    glibc maps large blocks afresh each time and hands them back when they are freed: tens of thousands of pages a
    step, each of which the system clears.

    Returns:
        Whether it could be done; elsewhere than with glibc it can't.
    """
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        return all([libc.mallopt(M_MMAP_MAX, 0), libc.mallopt(M_TRIM_THRESHOLD, KEPT)])
    return False
