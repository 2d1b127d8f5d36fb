# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Files that are written whole or not at all, and read only where they have an end."""

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_OPEN_FILES = (Path("/dev"), Path("/dev/fd"))
"""Folders with names of devices and open files."""
_PIECE = 1 << 20
_OF_NAME = 40
"""Characters of a file's name in that of the one beside it, which must not be too long where the file's is not."""


def write_whole(path: str | Path, content: str | bytes, *, private: bool) -> None:
    """Write a file by way of one beside it: after any failure what was there stays, and nothing is left beside it.

    Where the path is no regular file (`/dev/stdout`, a pipe), it is written to directly.

    Args:
        path: of the file; its folder exists.
        content: text (as UTF-8) or bytes.
        private: readable by this user alone, as what tells of people's faces has to be; else as the umask says.

    Raises:
        OSError: it cannot be written; a full disk, say, or a pipe that nobody reads.
    """
    path = Path(path)
    data = content.encode("utf-8") if isinstance(content, str) else content
    if _is_no_place(path):
        _pass_on(path, data)
        return
    with made_whole(path, private=private) as beside:
        beside.write_bytes(data)


@contextlib.contextmanager
def made_whole(path: str | Path, *, private: bool = False) -> Iterator[Path]:
    """Give an empty file to write to, which takes the path's place where the block ends, and goes where it fails.

    It lies beside the path, under a name that nobody can foresee, so no link that somebody has put there is followed.

    Args:
        path: of the file that is to be; its folder exists.
        private: as of `write_whole`.

    Raises:
        OSError: it cannot be written.
    """
    path = Path(path)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:_OF_NAME]}.", dir=path.absolute().parent)
    os.close(descriptor)
    try:
        yield Path(name)
        with open(name, "rb") as file:
            os.fsync(file.fileno())
        os.chmod(name, 0o600 if private else 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


@contextlib.contextmanager
def private_files(*paths: Path) -> Iterator[None]:
    """Have what is made in the block be readable by this user alone, whichever library makes it.

    The umask is the whole process's, so this is for commands, not for nodes.

    Args:
        paths: files that are written in the block and may be there already, from an earlier run.
    """
    before = os.umask(0o077)
    try:
        close_to_others(*paths)
        yield
    finally:
        os.umask(before)


def close_to_others(*paths: Path) -> None:
    """Have files be readable by this user alone, as far as they are this user's.

    What is not there stays so. Folders, pipes, devices and names of open files (`/dev/stdout`) keep their rights.
    """
    for path in paths:
        if path.is_file() and not _is_no_place(path):
            with contextlib.suppress(OSError):
                path.chmod(0o600)


def _is_no_place(path: Path) -> bool:
    """Whether nothing can be put in a path's place: a pipe, a device, or what stands for an open file, though that
    be a regular one."""
    where = path.absolute()
    return (path.exists() and not path.is_file()) or where.parent in _OPEN_FILES or where.is_relative_to("/proc")


def _pass_on(path: Path, data: bytes) -> None:
    # Not waited for: a pipe that nobody reads.
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_CLOEXEC)
    os.set_blocking(descriptor, True)
    with open(descriptor, "wb") as file:
        file.write(data)


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
    pieces, left = [], most
    with open(path, "rb") if waits else open_regular(path) as file:
        while piece := file.read(min(left + 1, _PIECE)):  # Python takes the memory for all that is asked for
            pieces.append(piece)
            left -= len(piece)
            if left < 0:
                raise ValueError(f"it has more than {most} bytes")
    return b"".join(pieces)
