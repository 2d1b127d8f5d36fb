# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A folder that is written whole or not at all."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fer_common.whole_file import close_to_others
from fer_evaluation.errors import EvaluationError


def check_output(folder: Path) -> None:
    """See before the work that the results will have a place.

    Raises:
        EvaluationError: the folder is there and not empty, or cannot be made.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise EvaluationError(f"output folder '{folder}' isn't empty; name another --output, or empty it")
    if folder.exists() and not folder.is_dir():
        raise EvaluationError(f"output '{folder}' is a file; name a folder")
    if folder.is_dir() and not os.access(folder, os.W_OK):
        raise EvaluationError(f"output folder '{folder}' can't be written to")
    if folder.is_dir():
        return
    parent = next(path for path in [*folder.absolute().parents] if path.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise EvaluationError(f"output folder '{folder}' can't be made: '{parent}' can't be written to")


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Make a folder to write into, whose files are in `folder` when all went well and gone otherwise.

    It tells how somebody felt: nobody else can read its files, nor list it where it is new.

    Raises:
        EvaluationError: it cannot be written, or `folder` has been filled meanwhile.
    """
    check_output(folder)
    target = folder.absolute()
    # One that is there stays: it may be where a disk or a container's volume is mounted, which no rename replaces.
    stays = target.is_dir()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        name = f".{target.name}.{os.getpid()}"
        partial = target / name if stays else target.with_name(name)
        partial.mkdir(0o700)
    except OSError as error:
        raise EvaluationError(f"output folder '{folder}' can't be made: {error.strerror}") from error
    try:
        yield partial
        close_to_others(*partial.iterdir())
        try:
            if stays:
                _move_out(partial)
            else:
                os.replace(partial, target)  # an empty folder of that name gives way, a filled one does not
        except OSError as error:
            raise EvaluationError(f"output folder '{folder}' can't take the results: {error.strerror}") from error
    except OSError as error:
        raise EvaluationError(f"output folder '{folder}' can't be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _move_out(partial: Path) -> None:
    """Move what lies in a folder into the one around it, all or nothing.

    Raises:
        OSError: there is something else by now, or it can't be moved.
    """
    if len(os.listdir(partial.parent)) > 1:
        raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY))
    moved: list[Path] = []
    try:
        for path in sorted(partial.iterdir()):
            moved.append(partial.parent / path.name)
            os.rename(path, moved[-1])
    except BaseException:  # Ctrl-C, too
        for path in moved:
            path.unlink(missing_ok=True)
        raise
