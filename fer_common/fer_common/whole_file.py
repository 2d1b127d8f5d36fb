# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Files that are written whole or not at all."""

import contextlib
import os
import tempfile
from pathlib import Path


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
