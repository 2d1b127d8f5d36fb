# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Fast DDS's shared memory that a killed process has left behind, with the last images in it."""

import fcntl
import os
import re
from pathlib import Path

FOLDER = Path("/dev/shm")
_SEGMENT = re.compile("fastdds_[0-9a-f]{16}|fastrtps_[0-9a-f]{16}")


def remove_leftovers(folder: Path = FOLDER) -> list[str]:
    """Remove segments of ours that no process holds any more; the names of those that are gone.

    Each segment has a lock beside it, which its process holds as long as it lives; without a lock's file, with a lock
    that is held, or where either file is somebody else's or a link, nothing is touched. Ports, which hold no image,
    are left to Fast DDS.

    Args:
        folder: where shared memory lies.
    """
    try:
        names = sorted(name for name in os.listdir(folder) if _SEGMENT.fullmatch(name))
    except OSError:
        return []
    return [name for name in names if _is_ours(folder / name) and _remove(folder / name)]


def _remove(segment: Path) -> bool:
    lock = segment.with_name(segment.name + "_el")
    try:
        descriptor = os.open(lock, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        if os.fstat(descriptor).st_uid != os.geteuid():
            return False
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        segment.unlink()
        lock.unlink()
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _is_ours(path: Path) -> bool:
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return found.st_uid == os.geteuid() and os.path.isfile(path) and not os.path.islink(path)
