# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Smoothing is the same at any rate."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_color.mood.smoothing import Smoother
from fer_color.settings import DEFAULT_TIME_CONSTANT

WHITE = np.ones(3)


@given(st.lists(st.floats(0, 0.5), min_size=1, max_size=100), st.floats(0.01, 5))
def test_irregular_steps_end_where_one_does(pauses, time_constant):
    smoother, now = Smoother(np.zeros(3), time_constant), 0.0
    smoother.reset(np.zeros(3), 0.0)
    for pause in pauses:
        now += pause
        smoother.step(WHITE, now)
    assert np.allclose(smoother.value, 1 - math.exp(-now / time_constant), atol=1e-9)


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(0, 1)), max_size=100))
def test_never_overshoots_whatever_the_clock_does(steps):
    smoother, now = Smoother(np.zeros(3)), 0.0
    for pause, target in steps:
        now += pause
        smoother.step(np.full(3, target), now)
        assert np.all((smoother.value >= 0) & (smoother.value <= 1))


def test_half_way_after_the_documented_time():
    smoother = Smoother(np.zeros(3))
    smoother.reset(np.zeros(3), 0.0)
    smoother.step(WHITE, 0.28)
    assert smoother.value[0] == pytest.approx(0.5, abs=0.01)
    smoother.step(WHITE, 3 * DEFAULT_TIME_CONSTANT)
    assert smoother.value[0] == pytest.approx(0.95, abs=0.01)


def test_zero_is_no_smoothing():
    smoother = Smoother(np.zeros(3), 0.0)
    assert np.all(smoother.step(WHITE, 5.0) == 1)
