"""An emotion's colour, calmly: palettes, blending, smoothing, the flash limiter and the lights.

    from fer_color import ColorCore, LightOptions, Settings, make_light
    light = make_light("console", LightOptions(), clock=time.monotonic)
    core = ColorCore(Settings(smoothing_time=0.0), [light])

The core reads no clock: it is told every result's time. Needs no ROS; `fer_color.node` is the node around it, and
`fer_color.blend` the paper's equation alone.
"""

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
