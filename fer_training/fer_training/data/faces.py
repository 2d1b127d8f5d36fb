# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Faces with the votes that people gave them: what every data set becomes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fer_common.emotions import LABELS
from fer_training.data.ferplus_columns import FERPLUS_COLUMNS, FERPLUS_INDEX

SPLITS = {"train": "FER2013Train", "valid": "FER2013Valid", "test": "FER2013Test"}
"""Our name of a split to FER+'s folder."""

SIDE = 48
NO_WORD = -1
"""In place of an emotion's number: nobody wrote a word down."""


@dataclass(frozen=True)
class Faces:
    """Images with the votes that people gave them."""

    names: tuple[str, ...]
    """File names, N of them."""
    images: NDArray[np.uint8]
    """Grey faces, [N, 48, 48], 0 to 255; [0, 48, 48] where only labels were read."""
    votes: NDArray[np.int64]
    """Votes in FER+'s ten columns, [N, 10]; a row sums to about ten, all ten for one where a set has one label."""
    found_by: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    """The emotion under whose word each picture was found, [N], 0 to 6 or `NO_WORD`; [0] where a set has no words."""

    def __len__(self) -> int:
        """Return how many faces."""
        return len(self.names)

    def protocol_a(self) -> "Faces":
        """Only the images whose largest of the ten columns is one of the seven emotions (ties: FER+'s order)."""
        return self.take(np.flatnonzero(self.votes.argmax(axis=1) < len(FERPLUS_INDEX)))

    def of(self, classes: Sequence[str]) -> "Faces":
        """Only the faces of these emotions, by `labels`; their votes stay as they are. Of protocol A's."""
        if set(classes) >= set(LABELS):
            return self
        return self.take(np.flatnonzero(np.isin(self.labels(), [LABELS.index(one) for one in classes])))

    def take(self, rows: NDArray[np.int64]) -> "Faces":
        """Take the faces of these rows."""
        images = self.images[rows] if len(self.images) else self.images
        return Faces(tuple(self.names[i] for i in rows), images, self.votes[rows], self.words()[rows])

    def words(self) -> NDArray[np.int64]:
        """Return the emotion under whose word each picture was found, [N], 0 to 6, or `NO_WORD`."""
        return self.found_by if len(self.found_by) else np.full(len(self), NO_WORD)

    def without(self, others: "Faces") -> "Faces":
        """Only the images that are not, to the last pixel, among others; both with their images.

        FER2013 shows faces twice: 279 images of FER2013Valid are in FER2013Train too, under other names.
        """
        known = {image.tobytes() for image in others.images}
        return self.take(np.array([row for row, image in enumerate(self.images) if image.tobytes() not in known], int))

    def labels(self) -> NDArray[np.int64]:
        """Return the majority's emotion, [N], 0 to 6 in the messages' order; a tie goes to the first in FER+'s order.

        Only defined for images that `protocol_a` keeps.
        """
        to_ours = np.full(len(FERPLUS_COLUMNS), -1)
        to_ours[list(FERPLUS_INDEX)] = np.arange(len(FERPLUS_INDEX))
        return np.asarray(to_ours[self.votes.argmax(axis=1)])

    def shares(self) -> NDArray[np.float64]:
        """Return the votes for the seven emotions as a distribution, [N, 7], rows summing to 1."""
        seven = self.votes[:, list(FERPLUS_INDEX)].astype(np.float64)
        return np.asarray(seven / seven.sum(axis=1, keepdims=True))
