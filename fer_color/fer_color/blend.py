# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""From a distribution over the emotions to one colour."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fer_color.errors import ColorError
from fer_color.palette import Palette

BLENDINGS = {"srgb": "srgb", "linear": "srgb-linear", "oklab": "oklab"}
"""The values of the parameter `blending`, and the names that coloraide has for these spaces."""


@lru_cache(maxsize=32)
def prototypes(palette: Palette, blending: str) -> NDArray[np.float64]:
    """Convert the palette's seven colours to the space in which they are mixed, [7, 3], once.

    Raises:
        ColorError: coloraide is missing, which every space but sRGB needs.
    """
    if blending == "srgb":
        return palette.srgb()
    try:
        from coloraide import Color  # late: it takes a quarter of a second, and the default does without
    except ImportError as error:
        raise ColorError(f"blending '{blending}' needs coloraide: pip install coloraide, or use 'srgb'") from error
    return np.array([Color("srgb", color.tolist()).convert(BLENDINGS[blending]).coords() for color in palette.srgb()])


def blend(probabilities: NDArray[np.float64], palette: Palette, blending: str = "srgb") -> NDArray[np.float64]:
    """Blend the prototypes, weighted by the probabilities, in the space `blending`, not rounded.

    In `srgb` it is the paper's equation (10). In `linear` light it is what the lamps of the seven colours would add
    up to; in `oklab` (B. Ottosson, 2020) steps of equal size look equal.

    Args:
        probabilities: [..., 7], each row summing to 1, in the order of `palette.LABELS`.
        palette: the prototypes.
        blending: one of `BLENDINGS`.

    Returns:
        sRGB in 0 to 1, [..., 3].

    Raises:
        ColorError: as for `prototypes`.
    """
    mixed = np.asarray(probabilities @ prototypes(palette, blending))
    return mixed if blending == "srgb" else _to_srgb(mixed, BLENDINGS[blending])


def pick(probabilities: NDArray[np.float64], palette: Palette, blending: str = "srgb") -> NDArray[np.float64]:
    """Pick the prototype of the most probable emotion (the paper's section 5.1); arguments as for `blend`."""
    return np.asarray(palette.srgb()[np.argmax(probabilities, axis=-1)])


MODES: dict[str, Callable[[NDArray[np.float64], Palette, str], NDArray[np.float64]]] = {
    "continuous": blend,
    "discrete": pick,
}
"""The values of the parameter `mode`."""


def _to_srgb(mixed: NDArray[np.float64], space: str) -> NDArray[np.float64]:
    """Back to sRGB; a mix in OKLab may lie outside of it by up to a hundredth, which is cut off."""
    from coloraide import Color

    rows = [Color(space, row.tolist()).convert("srgb").clip().coords() for row in mixed.reshape(-1, 3)]
    return np.array(rows).reshape(mixed.shape)
