# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""An emotion's colour, calmly: palettes, blending, smoothing, the flash limiter and the lights.

    from fer_color import ColorCore, LightOptions, Settings, make_light
    light = make_light("console", LightOptions(), clock=time.monotonic)
    core = ColorCore(Settings(smoothing_time=0.0), [light])

The core reads no clock: it is told every result's time. Needs no ROS; `fer_color.node` is the node around it, and
`fer_color.blend` the paper's equation alone.
"""

from typing import TYPE_CHECKING

from fer_common.missing import name_missing_of_nodes
from fer_common.offered import offered

if TYPE_CHECKING:
    from fer_color.core import ColorCore
    from fer_color.errors import ColorError
    from fer_color.lights import Frame, Light, LightOptions, make_light
    from fer_color.palette import PAPER, Palette, load_palette
    from fer_color.settings import Settings
    from fer_common.emotions import LABELS

__all__ = [
    "LABELS",
    "PAPER",
    "ColorCore",
    "ColorError",
    "Frame",
    "Light",
    "LightOptions",
    "Palette",
    "Settings",
    "load_palette",
    "make_light",
]

_HOMES = {
    "ColorCore": "fer_color.core",
    "ColorError": "fer_color.errors",
    "Frame": "fer_color.lights",
    "LABELS": "fer_common.emotions",
    "Light": "fer_color.lights",
    "LightOptions": "fer_color.lights",
    "PAPER": "fer_color.palette",
    "Palette": "fer_color.palette",
    "Settings": "fer_color.settings",
    "load_palette": "fer_color.palette",
    "make_light": "fer_color.lights",
}

# Imported when it is asked for: who wants the palette alone does not wait for every light.
__getattr__ = offered(__name__, _HOMES)

name_missing_of_nodes("fer_color")
