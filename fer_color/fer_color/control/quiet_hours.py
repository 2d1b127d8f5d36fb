# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Quiet hours: a part of the day in which the light is dimmed."""

import re
from dataclasses import dataclass

from fer_color.errors import ColorError

_MINUTES = 24 * 60
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class QuietHours:
    """A part of the day, maybe over midnight, in which the light is dimmed."""

    begin: int
    """Minutes after midnight; belongs to it."""
    end: int
    """Minutes after midnight; does not."""

    @staticmethod
    def parse(text: str) -> "QuietHours | None":
        """Read `22:00-07:00`; None when `text` is empty. ColorError when it is not so."""
        if not text:
            return None
        match = _HOURS.fullmatch(text)
        if not match:
            raise ColorError(f"quiet_hours is '{text}': write HH:MM-HH:MM, such as 22:00-07:00, or nothing")
        hours = [int(part) for part in match.groups()]
        return QuietHours(60 * hours[0] + hours[1], 60 * hours[2] + hours[3])

    def hold(self, minute: float) -> bool:
        """Tell whether `minute` (after midnight) lies in them; equal ends mean the whole day."""
        return (minute - self.begin) % _MINUTES < ((self.end - self.begin) % _MINUTES or _MINUTES)
