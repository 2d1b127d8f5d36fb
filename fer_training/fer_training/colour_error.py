"""Colour error: how far the light for the model's answer is from the light for the people's answer.

CIEDE2000 (CIE 142-2001; Sharma et al., 2005) between two colours of the same palette, each blended from a
distribution by the paper's equation (10), in sRGB and not rounded.
"""

import colour
import numpy as np
from numpy.typing import NDArray

from fer_color.blend import blend
from fer_color.palette import PAPER


def colour_errors(model: NDArray[np.floating], people: NDArray[np.floating]) -> NDArray[np.float64]:
    """CIEDE2000 for each row of two arrays of distributions, [N, 7] each: [N], 0 is the same colour."""
    return np.asarray(colour.delta_E(_lab(model), _lab(people), method="CIE 2000"), dtype=np.float64)


def _lab(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    srgb = blend(np.asarray(probabilities, dtype=np.float64), PAPER)
    return np.asarray(colour.XYZ_to_Lab(colour.sRGB_to_XYZ(srgb)), dtype=np.float64)
