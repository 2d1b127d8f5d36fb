# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A folder of images."""

from pathlib import Path

from fer_bringup.errors import BringupError
from fer_bringup.sources.base import Frame, Source
from fer_common.errors import printable
from fer_perception.images.picture_file import LISTED, SUFFIXES, read_picture


class FolderSource(Source):
    """The images of a folder in the order of their names, at a fixed rate."""

    def __init__(self, folder: Path, *, rate: float = 10.0) -> None:
        """List the folder; `rate` is images a second.

        Raises:
            BringupError: the folder holds no image.
        """
        self._paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in LISTED and path.is_file())
        if not self._paths:
            raise BringupError(f"folder '{folder}' holds no image ({', '.join(SUFFIXES)})")
        self._rate = rate
        self._next = 0
        self._unreadable: set[Path] = set()
        self.description = f"folder '{folder}' ({len(self._paths)} images)"

    @property
    def length(self) -> float:
        """Seconds that a pass takes: each file has its time, readable or not."""
        return len(self._paths) / self._rate

    def read(self) -> Frame | None:
        """Return the next readable image, or None at the end; unreadable files are passed over, with a line once
        each."""
        while self._next < len(self._paths):
            number, path = self._next, self._paths[self._next]
            self._next += 1
            image = read_picture(path)
            if image is not None:
                return Frame(image, number / self._rate)
            if path not in self._unreadable:
                self._unreadable.add(path)
                print(printable(f"source: '{path}' is no readable image, passed over"), flush=True)
        return None

    def rewind(self) -> None:
        """Start again at the first name."""
        self._next = 0

    def close(self) -> None:
        """Do nothing: nothing is held open."""
