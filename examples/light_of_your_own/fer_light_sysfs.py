# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The light `sysfs:NAME`: a colour LED of Linux's LED class, such as a board's status light.

The kernel offers it as a folder /sys/class/leds/NAME with `multi_index` (the order of the colours), `multi_intensity`
(their values), `brightness` and `max_brightness`. NAME may also be the path of such a folder.
"""

from pathlib import Path

from fer_color.errors import ColorError
from fer_color.lights.base import Clock, DirectLight, Frame
from fer_color.lights.options import LightOptions

CHANNELS = ("red", "green", "blue")


class SysfsLight(DirectLight):
    """Write each frame into the LED's files; `DirectLight` reports what fails and tries again."""

    def __init__(self, spec: str, folder: Path, options: LightOptions, clock: Clock) -> None:
        """Remember the folder; its files are read by `open`."""
        super().__init__(spec, options, "linear", clock)  # the light of an LED is linear in its value
        self._folder = folder
        self._most = 255
        self._order: list[str] = []

    def open(self) -> None:
        """Read what the LED shows, which is what it gets back at the end; ColorError when it is no colour LED."""
        try:
            self._order = (self._folder / "multi_index").read_text().split()
            self._most = int((self._folder / "max_brightness").read_text())
            brightness = int((self._folder / "brightness").read_text())
            values = [int(value) for value in (self._folder / "multi_intensity").read_text().split()]
        except (OSError, ValueError) as error:
            raise ColorError(f"light '{self.spec}': {error}; name a folder of /sys/class/leds") from error
        if not set(CHANNELS) <= set(self._order) or self._most < 1 or len(values) != len(self._order):
            raise ColorError(f"light '{self.spec}' is no red, green and blue LED: {self._folder}/multi_index")
        shown = [values[self._order.index(name)] * brightness * 255 / self._most**2 for name in CHANNELS]
        red, green, blue = (min(255, max(0, round(value))) for value in shown)
        self.initial = self.returns_to = (red, green, blue)

    def write(self, frame: Frame) -> None:
        """Write the bytes of one frame, which the flash limiter has passed."""
        values = dict(zip(CHANNELS, (round(byte * self._most / 255) for byte in frame.rgb)))
        line = " ".join(str(values.get(name, 0)) for name in self._order)
        (self._folder / "multi_intensity").write_text(line + "\n")
        (self._folder / "brightness").write_text(f"{self._most}\n")


def make_sysfs(spec: str, rest: str, options: LightOptions, clock: Clock) -> SysfsLight:
    """Make the light from its notation: `spec` as a whole, `rest` what stands after the first colon."""
    if not rest:
        raise ColorError("light 'sysfs' needs an LED: write sysfs:NAME, as 'ls /sys/class/leds' names it")
    return SysfsLight(spec, Path("/sys/class/leds") / rest, options, clock)
