"""What can be set for each light on its own."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from fer_color.errors import ColorError
from fer_color.transfer import TRANSFERS, Rgb

COLOR_ORDERS = ("RGB", "RBG", "GRB", "GBR", "BRG", "BGR")


@dataclass(frozen=True)
class LightOptions:
    """Options of one light; ColorError when one is out of range."""

    brightness: float = 1.0
    """0 to 1, times the node's brightness."""
    gamma: float | None = None
    """0.2 to 5: the exponent over the sRGB value. None: the node's. 1 sends the palette's own numbers; 2.2 makes a
    strip, whose light is linear in the byte, look the colour that a screen shows."""
    transfer: str | None = None
    """What the lamp makes of a byte: linear (a strip), srgb (a screen, an sRGB lamp) or either. None: the light's."""
    color_order: str = "RGB"
    """The order in which the strip's chips take the channels."""
    baud: int = 115200
    """Bits a second on a serial port; 10 carry one byte."""
    settle: float = 1.5
    """Seconds to wait after a serial port was opened, while an Arduino's boot loader swallows what is sent, 0 to 10.
    Not waited for on a pseudo-terminal."""

    def __post_init__(self) -> None:
        """Check the values."""
        in_range("brightness", self.brightness, 0.0, 1.0)
        if self.gamma is not None:
            in_range("gamma", self.gamma, 0.2, 5.0)
        if self.transfer is not None and self.transfer not in TRANSFERS:
            raise ColorError(f"transfer is '{self.transfer}': use one of {', '.join(TRANSFERS)}")
        if self.color_order not in COLOR_ORDERS:
            raise ColorError(f"color_order is '{self.color_order}': use one of {', '.join(COLOR_ORDERS)}")
        in_range("baud", self.baud, 1200, 12_000_000)
        in_range("settle", self.settle, 0.0, 10.0)

    def shape(self, color: Rgb, brightness: float, gamma: float) -> Rgb:
        """The values to send (byte / 255, 0 to 1, not rounded) for an sRGB colour: color ** gamma * brightness.

        `brightness` and `gamma` are the node's. Brightness scales what is sent: on a strip, where the byte is the
        duty cycle, that is the light itself.
        """
        exponent = gamma if self.gamma is None else self.gamma
        scale = brightness * self.brightness
        red, green, blue = (min(1.0, max(0.0, value)) ** exponent * scale for value in color)
        return red, green, blue


def in_range(name: str, value: float, low: float, high: float) -> None:
    """ColorError when `value` is not a number from `low` to `high`."""
    if not math.isfinite(value) or not low <= value <= high:
        raise ColorError(f"{name} is {value:g}: give a number from {low:g} to {high:g}")


_PARSERS: dict[str, Callable[[str], object]] = {
    "brightness": float,
    "gamma": float,
    "transfer": str,
    "color_order": str.upper,
    "baud": int,
    "settle": float,
}


def split_options(spec: str, defaults: LightOptions) -> tuple[str, LightOptions]:
    """Split `adalight:PORT:LEDS?brightness=0.5&gamma=2.2` into the notation proper and its options.

    Raises:
        ColorError: an option is unknown, no number, or out of range.
    """
    match = re.search(r"\?(?=[a-z_]+=)", spec)
    if not match:
        return spec, defaults
    notation, changes = spec[: match.start()], {}
    for part in spec[match.end() :].split("&"):
        name, _, value = part.partition("=")
        if name not in _PARSERS:
            raise ColorError(f"light '{notation}' has no option '{name}': use one of {', '.join(_PARSERS)}")
        try:
            changes[name] = _PARSERS[name](value)
        except ValueError:
            raise ColorError(f"light '{notation}': {name} is '{value}': give a number") from None
    try:
        return notation, replace(defaults, **changes)  # type: ignore[arg-type]
    except ColorError as error:
        raise ColorError(f"light '{notation}': {error}") from None
