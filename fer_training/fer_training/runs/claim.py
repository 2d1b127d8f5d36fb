# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A run's folder belongs to one process at a time: two would train each epoch twice, and mix their records."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fer_training.errors import TrainingError


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold a folder, which is made where it is not there; it is free again when the process ends, however it does.

    A file system that knows no locks is put up with.

    Raises:
        TrainingError: another process holds it.
    """
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise TrainingError(
            f"another process trains in '{folder}' at the moment; wait for its end, or name another folder"
        ) from error
    except OSError:  # some network file systems
        pass
    try:
        yield
    finally:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)  # closing is not enough: a child that was forked has it open, too
        os.close(descriptor)
        if made:
            with suppress(OSError):
                folder.rmdir()  # nothing came into it: what was asked for was refused
