# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How long the lights have been on their way back to what they showed before."""

GIVE_UP = 8.0
"""Seconds of trying after which a light is left as it is."""
GIVE_UP_LOST = 2.5
"""The same for a light that is out of reach."""
_STOOD_STILL = 1.0
"""Seconds between two looks that count at most: a machine that stood still has not tried for longer."""


class Leaving:
    """Counts the seconds of a hand-back in which something was tried. `now` is seconds of one steady clock."""

    def __init__(self) -> None:
        """Begin with lights that stay."""
        self._looked_at: float | None = None
        self._waited = 0.0

    @property
    def begun(self) -> bool:
        """Whether the lights are being handed back, or were."""
        return self._looked_at is not None

    def begin(self, now: float) -> None:
        """Note that it begins."""
        self._looked_at = now

    def waited(self, now: float) -> float:
        """Return the seconds of trying until now: 0 before it begins. To be asked often."""
        if self._looked_at is None:
            return 0.0
        self._waited += min(max(now - self._looked_at, 0.0), _STOOD_STILL)
        self._looked_at = now
        return self._waited
