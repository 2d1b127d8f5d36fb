# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Files that are written whole or not at all, and read only where they have an end."""

import contextlib
import os
import stat
import tempfile
from pathlib import Path
from typing import BinaryIO


def write_whole(path: str | Path, content: str | bytes, *, private: bool) -> None:
    """Write a file by way of one beside it: after any failure what was there stays, and nothing is left beside it.

    The one beside it has a name that nobody can foresee, so no link that somebody has put there is followed. Where the
    path is no regular file (`/dev/stdout`, a pipe), it is written to directly.

    Args:
        path: of the file; its folder exists.
        content: text (as UTF-8) or bytes.
        private: readable by this user alone, as what tells of people's faces has to be; else as the umask says.

    Raises:
        OSError: it cannot be written; a full disk, say.
    """
    path = Path(path)
    data = content.encode("utf-8") if isinstance(content, str) else content
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    descriptor, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.absolute().parent)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        if not private:
            os.chmod(beside, 0o666 & ~_umask())
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise


def _umask() -> int:
    mask = os.umask(0o077)  # there is no way to read it but to set it
    os.umask(mask)
    return mask


def open_regular(path: str | Path) -> BinaryIO:
    """Open a regular file to read bytes, without waiting: a pipe that nobody writes to would be waited for for ever.

    Raises:
        OSError: it can't be opened.
        ValueError: it is something else, such as a pipe or a device; the text says so.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ValueError("it is no regular file")
    return open(descriptor, "rb")


def read_whole(path: str | Path, most: int, *, waits: bool = False) -> bytes:
    """Read all of a file of at most so many bytes.

    Args:
        path: of a regular file.
        most: bytes.
        waits: or of a pipe, whose end is waited for: for commands, which Ctrl-C ends, never for a node.

    Raises:
        OSError: it can't be read.
        ValueError: it is no regular file, or longer; the text says which.
    """
    with open(path, "rb") if waits else open_regular(path) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise ValueError(f"it has more than {most} bytes")
    return content
