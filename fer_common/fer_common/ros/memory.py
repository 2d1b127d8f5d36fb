# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the C library does with memory that is freed."""

import contextlib
import ctypes

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""glibc's names for `mallopt`, see its manual page."""
LARGEST_BLOCK = 32 << 20
"""Bytes; the most that glibc lets come from its heap: an image of 3840x2160 in colour."""
KEPT = 128 << 20
"""Bytes that may lie free."""


def keep_freed_images() -> bool:
    """Let this process use an image's memory again in place of giving it back to the system each time.

    glibc maps blocks of this size afresh each time and hands them back when they are freed, and for every image of
    640x480 the system clears 640 pages anew: two thirds of what it takes to receive one. For the program around the
    nodes, not for a node.

    Returns:
        Whether it could be done; elsewhere than with glibc it can't, and need not.
    """
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        done = [libc.mallopt(M_MMAP_THRESHOLD, LARGEST_BLOCK), libc.mallopt(M_TRIM_THRESHOLD, KEPT)]
        return all(done)
    return False
