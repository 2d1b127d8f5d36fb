# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How a model wants its faces cut, as its file says it."""

import json
from dataclasses import dataclass

from fer_perception.errors import PerceptionError
from fer_perception.wording import shown

SIDE = 48
"""Pixels of a crop's side; the contract's."""
ALIGNMENTS = ("none", "eyes")


@dataclass(frozen=True)
class CropSpec:
    """How a model wants its faces cut; travels in the model file's metadata as `crop`."""

    margin: float = 1.0
    """The crop's side as a multiple of the FER+-like face square's (see `BoxGeometry`); 1.0 frames a face as FER+."""
    align: str = "none"
    """'none', or 'eyes': turned so that the eyes are level, where the detector finds them."""

    @classmethod
    def from_json(cls, text: str) -> "CropSpec":
        """Read the metadata, e.g. `{"margin": 1.0, "align": "none"}`; other keys are left to others.

        Raises:
            PerceptionError: it is no such JSON, the margin is not within 0.5 to 3, or the alignment is unknown.
        """
        try:
            value = json.loads(text)
            spec = cls(float(value.get("margin", 1.0)), str(value.get("align", "none")))
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise PerceptionError(
                f"the model's 'crop' is no JSON object with margin and align: {shown(text)}"
            ) from error
        if not 0.5 <= spec.margin <= 3.0:
            raise PerceptionError(f"the model's crop margin is {spec.margin}; it must be from 0.5 to 3")
        if spec.align not in ALIGNMENTS:
            raise PerceptionError(
                f"the model's crop alignment is '{shown(spec.align)}'; known are {', '.join(ALIGNMENTS)}"
            )
        return spec
