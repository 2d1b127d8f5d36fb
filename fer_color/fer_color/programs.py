"""What the installed executable calls."""

from fer_common.program import starter

color_node = starter("fer_color.main")
