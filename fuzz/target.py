# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is fuzzed: a reader, whole examples, and the errors that it may raise."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fer_common.errors import FerError


@dataclass(frozen=True)
class Target:
    """A reader of bytes from outside."""

    read: Callable[[bytes], object]
    examples: tuple[bytes, ...] | Callable[[], tuple[bytes, ...]]
    """Whole and harmless ones; made when they are needed, where that takes a while."""
    allowed: tuple[type[Exception], ...] = (FerError,)
    """What may come out beside an answer."""

    @property
    def seeds(self) -> tuple[bytes, ...]:
        """The examples."""
        return self.examples() if callable(self.examples) else self.examples


def of_file(name: str, read: Callable[[Path], object]) -> Callable[[bytes], object]:
    """Make a reader of a file of that name a reader of bytes."""

    def run(content: bytes) -> object:
        with tempfile.TemporaryDirectory(prefix="fer-fuzz-") as folder:
            (Path(folder) / name).write_bytes(content)
            return read(Path(folder) / name)

    return run


def of_text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    """Make a reader of text a reader of bytes, as a terminal would hand them over."""
    return lambda content: read(content.decode("utf-8", "replace"))
