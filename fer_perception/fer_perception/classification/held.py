# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Answers that hold: of a face that looks as it did in the image before, what was read then."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS
from fer_perception.detectors.base import Detection


class HeldAnswers:
    """Keeps one camera's last answers by the numbers of their faces; see `Detection.reading`."""

    def __init__(self) -> None:
        """Hold none."""
        self._held: dict[int, NDArray[np.float32]] = {}

    def forget(self) -> None:
        """Have every face read, as where another network is to read them."""
        self._held = {}

    def unread(self, found: Sequence[Detection]) -> list[Detection]:
        """Return the faces of an image that are to be read."""
        return [face for face in found if face.reading not in self._held]

    def complete(self, found: Sequence[Detection], read: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return every face's answer.

        Args:
            found: the faces of an image.
            read: what was read of `unread`'s, float32 [M, 7], in their order.

        Returns:
            Float32 [N, 7], in the order of `found`.
        """
        fresh = iter(read)
        rows = [self._held[face.reading] if face.reading in self._held else next(fresh) for face in found]
        self._held = {face.reading: row for face, row in zip(found, rows) if face.reading}
        return np.stack(rows) if rows else np.empty((0, len(LABELS)), np.float32)
