# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What can be set, with its range and its reason, in one place that core, node, README and tests read."""

from dataclasses import dataclass

from fer_color.blend import BLENDINGS, MODES
from fer_color.control.quiet_hours import QuietHours
from fer_color.errors import ColorError
from fer_color.layouts import SHOWS
from fer_color.lights.options import LightOptions
from fer_color.palette import PALETTES
from fer_common.settings import Checked, setting

INPUTS = ("fer", "rep155")
DEFAULT_TIME_CONSTANT = 0.4
"""Seconds. A change of mood is half way after 0.28 s and there (95 %) after 1.2 s, which reads as a light that turns
rather than switches; the jitter of a classifier at 24 images a second, independent from image to image, is down to
a quarter. Below 0.2 s the light looks nervous, above 1 s it no longer belongs to the face."""


@dataclass(frozen=True, kw_only=True)
class Settings(Checked, error=ColorError):
    """The node's parameters; ColorError, which names the one and its range, when one is out of range."""

    lights: tuple[str, ...] = setting(
        ("console",),
        "what to drive, an entry each: console (needs no hardware), wled:HOST, adalight:PORT:LEDS, mqtt:HOST:TOPIC and "
        "others, options of one after a '?': fer_color/README.md, Lights",
    )
    input: str = setting(
        "fer",
        "`rep155`: somebody else's `/humans/faces/*/expression` alone "
        "([docs/robots.md](../docs/robots.md#rep-155-ros4hri))",
        choices=INPUTS,
    )
    palette: str = setting(
        "paper",
        "Table 5 of the paper; [docs/palettes.md](../docs/palettes.md) shows them",
        unit=f"{', '.join(f'`{name}`' for name in PALETTES)}, or a .yaml file's path",
        live=True,
    )
    mode: str = setting(
        "continuous",
        "mixed feelings have mixed colours; discrete takes the top emotion's",
        choices=tuple(MODES),
        live=True,
    )
    blending: str = setting(
        "srgb",
        "the paper's equation (10); `linear` mixes light, `oklab` what is seen. Both need `coloraide`",
        choices=tuple(BLENDINGS),
        live=True,
    )
    show: str = setting(
        "color",
        "what strips show: the room's colour, its two leading emotions side by side, a segment a face, a breath whose "
        "pace follows arousal",
        choices=tuple(SHOWS),
        live=True,
    )
    breath_depth: float = setting(
        0.35,
        "how far a breath dims the light; less where the flash promise would have nothing left for changes of mood",
        low=0.0,
        high=1.0,
        live=True,
    )
    brightness: float = setting(1.0, "scales what is sent; times the light's own", low=0.0, high=1.0, live=True)
    gamma: float = setting(
        1.0,
        "exponent over the sRGB value. 1 sends the palette's own numbers; 2.2 makes a strip look like the screen's "
        "colour",
        low=0.2,
        high=5.0,
        live=True,
    )
    smoothing_time: float = setting(
        DEFAULT_TIME_CONSTANT,
        "time constant: half way after 0.28 s, there after 1.2 s; calm, yet the light still belongs to the face",
        unit="s",
        low=0.0,
        high=10.0,
        live=True,
    )
    idle_color: tuple[int, ...] = setting(
        (48, 32, 16), "a dim warm white: looking away does not leave the room dark", unit="sRGB, 0 to 255", live=True
    )
    idle_after: float = setting(2.0, "longer than a turn of the head", unit="s", low=0.0, high=3600.0, live=True)
    fade_time: float = setting(1.5, "seen as a fade, not as a switch", unit="s", low=0.0, high=60.0, live=True)
    input_timeout: float = setting(
        2.0, "far longer than a slow machine's pause between images", unit="s", low=0.1, high=3600.0, live=True
    )
    hand_back_time: float = setting(1.0, "the fade to dark at the end", unit="s", low=0.0, high=5.0, live=True)
    quiet_hours: str = setting(
        "",
        "a part of the day in which the light is dimmed; may go over midnight",
        unit="`HH:MM-HH:MM` by the node's clock, local time",
        live=True,
    )
    quiet_brightness: float = setting(
        0.0, "factor on the brightness in the quiet hours; 0: dark", low=0.0, high=1.0, live=True
    )
    rate: float = setting(40.0, "steps of a fade are not seen", unit="1/s", low=1.0, high=200.0)
    color_order: str = setting("RGB", "WS2812 chips often take GRB", unit="a permutation of RGB")
    baud: int = setting(115200, "what most Adalight sketches use", unit="bits/s", low=1200, high=12_000_000)

    def __post_init__(self) -> None:
        """Check the values, each alone and some by what they mean."""
        super().__post_init__()
        if len(self.idle_color) != 3 or not all(0 <= value <= 255 for value in self.idle_color):
            raise ColorError(f"idle_color is {list(self.idle_color)}: give three whole numbers from 0 to 255")
        if not self.lights:
            raise ColorError("lights is empty: name one, or 'none'")
        QuietHours.parse(self.quiet_hours)
        self.light_options()

    def light_options(self) -> LightOptions:
        """Return what a light has where its own notation says nothing."""
        return LightOptions(color_order=self.color_order, baud=self.baud)
