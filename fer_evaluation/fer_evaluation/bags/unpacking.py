# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Files that zstd packed, and where what is in them lies for as long as it is needed."""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import zstandard

from fer_evaluation.errors import EvaluationError

FULL = (errno.ENOSPC, errno.EDQUOT)
HEAD = 18
"""Bytes of a frame's header, at most."""
PREFIX = "fer_evaluation-"
"""Of folders for what is written by the way."""
_HELD = "held"
"""A file in such a folder, locked as long as the run lives."""
_below: str | None = None


@contextmanager
def unpacked_together() -> Iterator[None]:
    """Have all that is unpacked, here and in processes that share the work, lie in one folder, which goes at the end.

    A process that is ended from outside leaves what it has unpacked: pictures of faces. Where all were ended so, the
    next run removes it.

    Raises:
        EvaluationError: there is no room for temporary files anywhere.
    """
    try:
        _remove_leftovers(Path(tempfile.gettempdir()))
        together = tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True)
    except OSError as error:  # what it says names every place that was tried
        raise EvaluationError(f"no folder for temporary files: {error.strerror or error}; make room") from error
    with together as folder, _hold(Path(folder)):
        unpack_below(folder)
        try:
            yield
        finally:
            unpack_below(None)


@contextmanager
def _hold(folder: Path) -> Iterator[None]:
    with ExitStack() as stack:
        with suppress(OSError):  # no room or no locks there: then no later run judges it
            descriptor = os.open(folder / "new", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            stack.callback(os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            os.rename(folder / "new", folder / _HELD)  # it is never there unlocked while we live
        yield


def _remove_leftovers(below: Path) -> None:
    """Remove what killed runs of this user have left unpacked, and nothing that a living process holds."""
    for folder in below.glob(f"{PREFIX}*"):
        try:
            if os.lstat(folder).st_uid != os.geteuid():
                continue
            descriptor = os.open(folder / _HELD, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:  # another's, a link, or not ours to judge
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue
        finally:
            os.close(descriptor)


def unpack_below(folder: str | None) -> None:
    """Have this process unpack into that folder; None: where temporary files go."""
    global _below
    _below = folder


def below() -> str | None:
    """Return where this process unpacks."""
    return _below


def unpacked(path: Path, stack: ExitStack) -> Path:
    """Unpack a file into a folder that goes with the stack, and return it.

    Raises:
        EvaluationError: there is no room for it.
        Exception: it is damaged, of zstd's own kinds.
    """
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=PREFIX, dir=below())))
    plain = folder / path.name.removesuffix(".zstd").removesuffix(".zst")
    try:
        with path.open("rb") as packed, plain.open("wb") as file:
            zstandard.ZstdDecompressor().copy_stream(packed, file)
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise EvaluationError(
            f"TMPDIR ({tempfile.gettempdir()}) is full: unpacking '{path}' needs "
            f"{_needs(path)} bytes; make room, or set TMPDIR to a folder that has it"
        ) from error
    return plain


def _needs(path: Path) -> str:
    """Return how many bytes a file has unpacked, as far as it says so itself."""
    with path.open("rb") as file:
        size = zstandard.frame_content_size(file.read(HEAD))
    return f"{size:,}" if size > 0 else f"more than {path.stat().st_size:,}"
