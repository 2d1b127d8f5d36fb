# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What may be seen of a lamp that is told brightness and colour, and may have its curve for either."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fer_color.flash.common_frame import QUANTITIES, Eye, Seen
from fer_color.transfer import FULL, LINEAR, Array, Curve

_SURE_LIGHT, _SURE_HUE = 0.827, 0.548
"""Red of a sure frame in the brighter of a curve's two lights, and its green's share of that: see `common_frame`."""
_SURE_OF_SEVERAL = (190, 145, 0)
"""For several curves, each of which may stand at either place: of all frames that leave a white of 237 and the red of
`paper` most, by trying them."""


class SplitEye(Eye):
    """What may be seen of frames that go out as brightness x colour, the colour as bright as it can be (`split`).

    The accounts: each curve on the product, as ESPHome has it; then each that is not straight on the colour alone, with
    the brightness beside it, as WLED has it and lamps that take a hue.
    """

    def __init__(self, curves: Sequence[Curve]) -> None:
        """See `Eye`."""
        super().__init__(curves)
        self.bent = tuple(curve for curve in curves if curve is not LINEAR)

    def lights(self, values: Array) -> Array:
        """Return the lights, [accounts, ..., 3], of products [..., 3], 0 to 1, not rounded."""
        most = values.max(axis=-1, keepdims=True)
        hues = values / np.maximum(most, 1e-9)
        lights = [curve.to_lights(values) for curve in self.curves]
        return np.stack([*lights, *(most * curve.to_lights(hues) for curve in self.bent)])

    def see(self, frames: NDArray[np.integer]) -> Seen:
        """Look at frames [..., 3], each a product."""
        seen: Seen = self.lights(frames / FULL) @ QUANTITIES
        return np.maximum(0.0, seen)

    def sure_frame(self) -> tuple[int, int, int]:
        """Return a frame that is within `PROMISE` of a second from all below `red_ceiling`, and from dark."""
        if len(self.curves) > 1:
            return _SURE_OF_SEVERAL
        (curve,) = self.curves
        most = min(_SURE_LIGHT, curve.to_value(_SURE_LIGHT))
        return round(FULL * most), round(FULL * most * curve.to_value(_SURE_HUE)), 0
