# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How a light is doing, for who looks after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from fer_color.transfer import Rgb8


class Condition(Enum):
    """What there is between us and a lamp; the values are what people read."""

    UNTOUCHED = "untouched until the first result"
    SHOWS = "shows"
    LOST = "lost"
    HANDED_BACK = "handed back"


@dataclass(frozen=True)
class LightReport:
    """One light."""

    spec: str
    """Its notation."""
    condition: Condition
    rgb: Rgb8 | None
    """The bytes that it was sent last; None before the first, and once it is handed back."""
    trouble: str = ""
    """With LOST: the line that told of it; may be empty."""
    pixels: Sequence[Rgb8] = ()
    """The bytes of each LED, where they differ."""

    @property
    def text(self) -> str:
        """Say it in one line."""
        if self.condition is Condition.SHOWS and self.rgb is not None:
            return f"shows #{bytes(self.rgb).hex()}"
        return self.trouble or self.condition.value
