"""An emotion's colour, calmly: palettes, blending, smoothing, the flash limiter and the lights."""
