# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Below the ceilings there is one frame within the flash promise from every colour and from dark."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strip_judge import LAMPS, light_of

from fer_color.flash.common_frame import meeting_frame, sure_frame
from fer_color.flash.red_ceiling import below_ceiling
from fer_color.transfer import DARK, curves_of

channel = st.one_of(st.integers(0, 255), st.sampled_from([0, 255]))
colors = st.tuples(channel, channel, channel)
RED, WHITE = (255, 0, 0), (255, 255, 255)


def quantities(rgb, lamp):
    """Relative luminance and saturated red of bytes [3]."""
    light = light_of(np.asarray(rgb, dtype=float) / 255, lamp)
    return np.array([light @ [0.2126, 0.7152, 0.0722], max(0, light[0] - light[1] - light[2])])


def asked_for(color, transfer):
    return below_ceiling(np.array([color]) / 255, transfer)[0]


GAMMAS = ["gamma0.5", "gamma1.5", "gamma3"]
"""Curves beside `LAMPS`, which a WLED may tell of."""


@pytest.mark.parametrize("transfer", [*LAMPS, *GAMMAS])
@given(color=colors, sticky=st.tuples(*[st.floats(-0.75, 0.75)] * 3))
@example(color=RED, sticky=(0.75, 0.0, 0.0))
@example(color=WHITE, sticky=(0.75, 0.75, 0.75))
@example(color=(231, 30, 36), sticky=(0.75, -0.75, -0.75))
@example(color=(255, 255, 0), sticky=(0.75, 0.75, 0.75))
def test_one_frame_is_near_all_that_is_asked_for(transfer, color, sticky):
    """So that there is a way back whichever of the colours of the last seconds, or dark, a lost lamp may show."""
    shown = np.clip(255 * asked_for(color, transfer) + sticky, 0, 255)
    sure = sure_frame(curves_of(transfer))
    for lamp in LAMPS.get(transfer, [transfer]):
        for state in (shown, DARK):
            assert np.all(np.abs(quantities(sure, lamp) - quantities(state, lamp)) <= (0.597, 0.398)), lamp


@pytest.mark.parametrize("transfer", [*LAMPS, *GAMMAS])
def test_white_and_deep_red_and_dark_have_a_frame_between_them(transfer):
    """As after both moods within the eight seconds in which Linux finds a neighbour gone."""
    lit = [np.rint(255 * asked_for(color, transfer)) for color in (WHITE, RED, (231, 30, 36), (255, 255, 0))]
    states = [np.array([state], dtype=np.uint8) for state in (*lit, DARK)]
    (frame,) = meeting_frame(states, curves_of(transfer))
    for lamp in LAMPS.get(transfer, [transfer]):
        for (state,) in states:
            assert np.all(np.abs(quantities(frame, lamp) - quantities(state, lamp)) <= (0.597, 0.398)), lamp
