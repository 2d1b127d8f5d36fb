# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a source of images offers."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Frame:
    """An image and when it is due."""

    image: NDArray[np.uint8] | None
    """BGR, [H, W, 3]; None: `jpeg` holds it."""
    due: float
    """Seconds after the source's first image, by the medium's own clock; 0 from a live source: at once."""
    jpeg: bytes | None = None
    """A JPEG as it came, from a source that was told to keep it."""


class Source(ABC):
    """Images one after another."""

    live: bool = False
    """Whether images come by themselves, at their own time (a camera)."""
    gives_jpeg: bool = False
    """Whether its images come as JPEGs that can be passed on as they are."""
    keep_jpeg: bool = False
    """Set where `gives_jpeg`: frames then hold the JPEG, not decoded."""
    description: str = ""
    """What the source is, for a person to read."""
    notice: str = ""
    """What should be mended all the same; empty: nothing."""

    @property
    def length(self) -> float:
        """Seconds that a pass takes from its first image, known at its end; 0 from a live source."""
        return 0.0

    @abstractmethod
    def read(self) -> Frame | None:
        """Return the next image, or None at the end.

        Raises:
            BringupError: a live source stopped giving images.
        """

    @abstractmethod
    def rewind(self) -> None:
        """Start again at the first image."""

    def reopen(self) -> bool:
        """Open a live source again that stopped giving images; whether it is there. To be tried now and then."""
        return False

    @abstractmethod
    def close(self) -> None:
        """Frees the device or the file."""
