# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What a person sets in everyday use: on or off, how bright, paused or not."""

from dataclasses import dataclass, replace

from fer_color.errors import ColorError


@dataclass(frozen=True)
class Command:
    """What somebody asks for; None: nothing said about it. ColorError when the brightness is out of range."""

    on: bool | None = None
    """False fades to dark, True back to what there is to show."""
    brightness: float | None = None
    """0 to 1, times the node's brightness."""
    paused: bool | None = None
    """True holds the colour whatever is seen."""

    def __post_init__(self) -> None:
        """Check the values."""
        if self.brightness is not None and not 0 <= self.brightness <= 1:
            raise ColorError(f"brightness is {self.brightness:g}: give a number from 0 to 1")


@dataclass(frozen=True)
class Control:
    """What holds at present; fields as in `Command`."""

    on: bool = True
    brightness: float = 1.0
    paused: bool = False

    def after(self, command: Command) -> "Control":
        """Return what holds once `command` was obeyed."""
        asked = {name: value for name, value in vars(command).items() if value is not None}
        return replace(self, **asked)
