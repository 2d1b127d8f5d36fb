"""What can be set, with its range and its reason, in one place: the core, the node and the tests read it here."""

from dataclasses import dataclass, field, fields
from typing import Any

from fer_color.blend import BLENDINGS, MODES
from fer_color.errors import ColorError
from fer_color.lights.options import LightOptions, in_range
from fer_color.mood.everyday import QuietHours
from fer_color.mood.smoothing import DEFAULT_TIME_CONSTANT
from fer_color.palette import PALETTES
from fer_color.shows import SHOWS

INPUTS = ("fer", "rep155")


def _setting(
    default: Any, doc: str, low: float | None = None, high: float | None = None, *, fixed: bool = False
) -> Any:
    """Declare a field whose metadata describe it; `fixed`: not to be changed while the node runs."""
    return field(default=default, metadata={"doc": doc, "low": low, "high": high, "fixed": fixed})


@dataclass(frozen=True)
class Settings:
    """The node's parameters; ColorError, which names the one and its range, when one is out of range."""

    lights: tuple[str, ...] = _setting(
        ("console",), "the lights, each in its notation: console, adalight:PORT:LEDS, record:FILE, none", fixed=True
    )
    input: str = _setting(
        "fer", "whose faces: fer (the topics faces and emotion) or rep155 (/humans/faces/*/expression)", fixed=True
    )
    palette: str = _setting("paper", f"colour of each emotion: {', '.join(PALETTES)}, or the path of a .yaml file")
    mode: str = _setting("continuous", "continuous (equation 10: the mean colour) or discrete (the top emotion's)")
    blending: str = _setting("srgb", "where continuous takes the mean: srgb (equation 10), linear (light) or oklab")
    show: str = _setting(
        "color",
        "what strips show: color (the room's), gradient (its two leading emotions), faces (a segment each) or breath",
    )
    breath_depth: float = _setting(0.35, "how far a breath dims the light, share; less where it has to be", 0.0, 1.0)
    brightness: float = _setting(1.0, "share of full brightness, for all lights", 0.0, 1.0)
    gamma: float = _setting(1.0, "exponent over the sRGB value; 1 sends the palette's numbers", 0.2, 5.0)
    smoothing_time: float = _setting(DEFAULT_TIME_CONSTANT, "time constant of the smoothing, seconds", 0.0, 10.0)
    idle_color: tuple[int, ...] = _setting(
        (48, 32, 16), "sRGB, 0 to 255 each, while nobody is seen or no image arrives"
    )
    idle_after: float = _setting(2.0, "seconds without a face until the light fades to idle_color", 0.0, 3600.0)
    fade_time: float = _setting(1.5, "seconds that the fade to idle_color takes", 0.0, 60.0)
    input_timeout: float = _setting(2.0, "seconds without any result until that is warned of", 0.1, 3600.0)
    hand_back_time: float = _setting(1.0, "seconds that the fade to dark takes at the end", 0.0, 5.0)
    quiet_hours: str = _setting("", "part of the day in which the light is dimmed, such as 22:00-07:00; empty: none")
    quiet_brightness: float = _setting(0.0, "factor on the brightness in the quiet hours; 0: dark", 0.0, 1.0)
    rate: float = _setting(40.0, "frames a second between images", 1.0, 200.0, fixed=True)
    color_order: str = _setting("RGB", "order in which a strip's chips take the channels", fixed=True)
    baud: int = _setting(115200, "bits a second on serial ports", 1200, 12_000_000, fixed=True)

    def __post_init__(self) -> None:
        """Check the values."""
        for item in fields(self):
            if item.metadata["low"] is not None:
                in_range(item.name, getattr(self, item.name), item.metadata["low"], item.metadata["high"])
        if self.input not in INPUTS:
            raise ColorError(f"input is '{self.input}': use one of {', '.join(INPUTS)}")
        if self.mode not in MODES:
            raise ColorError(f"mode is '{self.mode}': use one of {', '.join(MODES)}")
        if self.blending not in BLENDINGS:
            raise ColorError(f"blending is '{self.blending}': use one of {', '.join(BLENDINGS)}")
        if self.show not in SHOWS:
            raise ColorError(f"show is '{self.show}': use one of {', '.join(SHOWS)}")
        if len(self.idle_color) != 3 or not all(0 <= value <= 255 for value in self.idle_color):
            raise ColorError(f"idle_color is {list(self.idle_color)}: give three whole numbers from 0 to 255")
        if not self.lights:
            raise ColorError("lights is empty: name one, or 'none'")
        QuietHours.parse(self.quiet_hours)
        self.light_options()

    def light_options(self) -> LightOptions:
        """Return what a light has where its own notation says nothing."""
        return LightOptions(color_order=self.color_order, baud=self.baud)
