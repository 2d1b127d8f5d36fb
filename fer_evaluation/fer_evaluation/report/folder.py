# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A folder that is written whole or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    parent = next(path for path in [*folder.absolute().parents] if path.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise EvaluationError(f"output folder '{folder}' can't be made: '{parent}' can't be written to")


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Make a folder beside `folder` to write into, which takes its name when all went well and is gone otherwise.

    It tells how somebody felt: where it is new, nobody else can read it.

    Raises:
        EvaluationError: it cannot be written, or `folder` has been filled meanwhile.
    """
    check_output(folder)
    target = folder.absolute()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.{os.getpid()}")
        partial.mkdir(target.stat().st_mode & 0o777 if target.is_dir() else 0o700)
    except OSError as error:
        raise EvaluationError(f"output folder '{folder}' can't be made: {error.strerror}") from error
    try:
        yield partial
        try:
            os.replace(partial, target)  # an empty folder of that name gives way, a filled one does not
        except OSError as error:
            raise EvaluationError(f"output folder '{folder}' can't take the results: {error.strerror}") from error
    except OSError as error:
        raise EvaluationError(f"output folder '{folder}' can't be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
