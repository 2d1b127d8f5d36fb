"""The lights by name."""

from collections.abc import Callable
from importlib.metadata import entry_points

from fer_color.errors import ColorError
from fer_color.lights.adalight import make_adalight
from fer_color.lights.base import Clock, Light
from fer_color.lights.console import make_console
from fer_color.lights.nothing import make_none
from fer_color.lights.options import LightOptions, split_options
from fer_color.lights.record import make_record
from fer_color.lights.robot import make_robot

Maker = Callable[[str, str, LightOptions, Clock], Light]
"""Makes a light from the whole notation, what stands after its name's colon, options and clock; ColorError."""

ENTRY_POINTS = "fer_color.lights"
"""The entry point group through which other packages add a light: name = its notation's name, object = a `Maker`."""

BUILT_IN: dict[str, tuple[str, Maker]] = {
    "adalight": ("adalight:PORT:LEDS", make_adalight),
    "console": ("console", make_console),
    "none": ("none", make_none),
    "record": ("record:FILE", make_record),
    "robot": ("robot:PROFILE", make_robot),
}
"""The notation and the maker of each light that comes with this package."""


def known_lights() -> list[str]:
    """The notations that can be used here, other packages' included (of these, the names)."""
    others = sorted(point.name for point in entry_points(group=ENTRY_POINTS) if point.name not in BUILT_IN)
    return [notation for notation, _ in BUILT_IN.values()] + others


def make_light(spec: str, options: LightOptions, *, clock: Clock) -> Light:
    """The light of that notation, not yet opened.

    Args:
        spec: `console`, `adalight:PORT:LEDS`, `record:FILE`, `robot:PROFILE` or `none`, each with options of its own
            if needed, as in `adalight:PORT:LEDS?brightness=0.5&gamma=2.2`.
        options: what stands where `spec` says nothing.
        clock: a steady clock, seconds.

    Raises:
        ColorError: there is no such light, or its notation or an option is wrong.
    """
    notation, own = split_options(spec, options)
    name, _, rest = notation.partition(":")
    if name in BUILT_IN:
        return BUILT_IN[name][1](notation, rest, own, clock)
    for point in entry_points(group=ENTRY_POINTS):
        if point.name == name:
            maker: Maker = point.load()
            return maker(notation, rest, own, clock)
    raise ColorError(f"unknown light '{spec}': use one of {', '.join(known_lights())}")
