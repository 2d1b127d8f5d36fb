# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One photograph."""

from pathlib import Path

from fer_bringup.errors import BringupError
from fer_bringup.sources.base import Frame, Source
from fer_perception.images.picture_file import read_picture


class PhotographSource(Source):
    """A photograph that stays: the same image at a fixed rate, until somebody ends it."""

    def __init__(self, path: Path, *, rate: float = 10.0) -> None:
        """Read the file; `rate` is images a second.

        Raises:
            BringupError: it holds no image.
        """
        image = read_picture(path)
        if image is None:
            raise BringupError(f"'{path}' holds no image that OpenCV can read; save it as JPEG or PNG")
        self._image, self._rate, self._count = image, rate, 0
        self.description = f"photograph '{path}', until Ctrl-C"

    def read(self) -> Frame | None:
        """Return it again."""
        self._count += 1
        return Frame(self._image, (self._count - 1) / self._rate)

    def rewind(self) -> None:
        """Count its times from 0 again."""
        self._count = 0

    def close(self) -> None:
        """Do nothing: nothing is held open."""
