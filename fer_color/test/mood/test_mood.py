# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""When a face's colour gives way to the idle one."""

import numpy as np
import pytest

from fer_color.mood.mood import FADING, LIVE, Mood
from fer_color.settings import Settings

GREEN = np.array([0.2, 0.8, 0.2])


@pytest.mark.parametrize("idle_after", [0.0, 0.03, 1.5])
def test_between_two_images_nobody_has_left(idle_after):
    mood, now = Mood(Settings(idle_after=idle_after)), 0.0
    for number in range(120):
        now += 0.025
        if number % 8 == 0:  # five images a second
            mood.on_color(GREEN, now)
        mood.color(now)
        assert mood.mode == LIVE
    np.testing.assert_allclose(mood.color(now), GREEN, atol=0.01)
    mood.on_input(seen := now, face=False)
    while mood.mode == LIVE:
        now += 0.025
        mood.on_input(now, face=False)
        mood.color(now)
    assert mood.mode == FADING
    assert now - seen == pytest.approx(max(0.025, idle_after), abs=0.2)


def test_where_nothing_comes_any_more_it_is_the_timeout_that_counts():
    mood = Mood(Settings(idle_after=0.0, input_timeout=1.0))
    mood.on_color(GREEN, 0.0)
    for now in np.arange(0.025, 1.0, 0.025):
        mood.color(now)
        assert mood.mode == LIVE
    mood.color(1.025)
    assert mood.mode == FADING
