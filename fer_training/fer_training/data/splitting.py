# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Splits for data sets that come without: always the same, and a person is never in two of them."""

import hashlib
from collections.abc import Iterable, Mapping

HELD_OUT = {"test": 0.1, "valid": 0.1}
"""Share of the people (or of the images, where nobody says who is in them) that is kept from training."""
HELD_OUT_VALID = {"valid": 0.1}
"""The same for sets that have a test split of their own."""


def assign(groups: Iterable[str], shares: Mapping[str, float] = HELD_OUT) -> dict[str, str]:
    """Return the split of each group (a person, or an image): what is not held out is 'train'.

    Groups are ranked by the SHA-256 of their name, which is as good as drawn and the same everywhere. Every split
    of `shares` gets at least one group, unless there are too few to leave one for training.
    """
    ranked = sorted(set(groups), key=lambda group: hashlib.sha256(group.encode()).digest())
    splits = dict.fromkeys(ranked, "train")
    if len(ranked) > len(shares):
        begin = 0
        for split, share in shares.items():
            end = begin + max(1, round(share * len(ranked)))
            splits.update(dict.fromkeys(ranked[begin:end], split))
            begin = end
    return splits
