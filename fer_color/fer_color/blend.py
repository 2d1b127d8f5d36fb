"""From a distribution over the emotions to one colour."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from fer_color.palette import Palette


def blend(probabilities: NDArray[np.float64], palette: Palette) -> NDArray[np.float64]:
    """The prototypes' mean, weighted by the probabilities: the paper's equation (10), in sRGB, not rounded.

    Args:
        probabilities: [..., 7], each row summing to 1, in the order of `palette.LABELS`.
        palette: the prototypes.

    Returns:
        sRGB in 0 to 1, [..., 3].
    """
    return np.asarray(probabilities @ palette.srgb())


def pick(probabilities: NDArray[np.float64], palette: Palette) -> NDArray[np.float64]:
    """The prototype of the most probable emotion (the paper's section 5.1); arguments as for `blend`."""
    return np.asarray(palette.srgb()[np.argmax(probabilities, axis=-1)])


MODES: dict[str, Callable[[NDArray[np.float64], Palette], NDArray[np.float64]]] = {
    "continuous": blend,
    "discrete": pick,
}
"""The values of the parameter `mode`."""
