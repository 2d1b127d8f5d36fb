# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the C library and Python do with memory that is freed."""

import contextlib
import ctypes
import gc

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""glibc's names for `mallopt`, see its manual page."""
LARGEST_BLOCK = 32 << 20
"""Bytes; the most that glibc lets come from its heap: an image of 3840x2160 in colour."""
KEPT = 128 << 20
"""Bytes that may lie free."""
HEAPS = 2
"""At most. glibc has eight a core, and a thread takes one by chance: each keeps the room of the largest network that
was ever loaded in it, so that a process grows by steps for as long as there is a heap that never held one."""

NEW_OBJECTS = 10_000
"""That hold others, more made than freed, after which Python looks for circles of garbage; its own default is 700."""


def collect_seldom() -> None:
    """Look for circles of garbage seldom, and never again among what there is now: a fiftieth of an image's time.

    To be called once all is set up. What an image leaves behind is freed without being looked for; a circle, as an
    error's traceback makes one, waits a little longer. For the program around the nodes, not for a node.
    """
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 10, 10)


def keep_freed_images() -> bool:
    """Let this process use an image's memory again in place of giving it back to the system each time.

    glibc maps blocks of this size afresh each time and hands them back when they are freed, and for every image of
    640x480 the system clears 640 pages anew: two thirds of what it takes to receive one. Nor may it have more than
    `HEAPS` heaps. For the program around the nodes, not for a node.

    Returns:
        Whether it could be done; elsewhere than with glibc it can't, and need not.
    """
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        done = [
            libc.mallopt(name, value)
            for name, value in ((M_MMAP_THRESHOLD, LARGEST_BLOCK), (M_TRIM_THRESHOLD, KEPT), (M_ARENA_MAX, HEAPS))
        ]
        return all(done)
    return False


def give_back_freed() -> None:
    """Give the system what lies free, once: after something large that will not come again, such as another model."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
