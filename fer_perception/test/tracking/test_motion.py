# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A face's motion against the textbook: the same filter with matrices, and its noise by the matrix exponential."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fer_perception.tracking.motion import COAST, DETECTOR_NOISE, USUAL_SPEED, Motion


def elapsed(seconds, side):
    """The transition and the noise of a speed that decays and is disturbed (Van Loan, 1978), [2, 2] each."""
    from scipy.linalg import expm

    drift = np.array([[0.0, 1.0], [0.0, -1.0 / COAST]])
    disturbed = np.diag([0.0, 2.0 * (USUAL_SPEED * side) ** 2 / COAST])
    whole = expm(np.block([[-drift, disturbed], [np.zeros((2, 2)), drift.T]]) * seconds)
    transition = whole[2:, 2:].T
    return transition, transition @ whole[:2, 2:]


def first_sight(centre, side):
    """What is known of a face seen once: rows of place and speed, columns of x and y; and the covariance."""
    return np.array([centre, (0.0, 0.0)]), np.diag([(DETECTOR_NOISE * side) ** 2, (USUAL_SPEED * side) ** 2])


def textbook(state, covariance, measured, side, seconds):
    """Kalman's step, in Joseph's form."""
    transition, noise = elapsed(seconds, side)
    state, covariance = transition @ state, transition @ covariance @ transition.T + noise
    seen = np.array([[1.0, 0.0]])
    doubt = np.array([[(DETECTOR_NOISE * side) ** 2]])
    gain = covariance @ seen.T @ np.linalg.inv(seen @ covariance @ seen.T + doubt)
    kept = np.eye(2) - gain @ seen
    state = state + gain @ (np.array([measured]) - seen @ state)
    return state, kept @ covariance @ kept.T + gain @ doubt @ gain.T


def agree(motion, state, covariance):
    np.testing.assert_allclose(motion.centre, state[0], rtol=1e-7, atol=1e-6)
    np.testing.assert_allclose(motion.velocity, state[1], rtol=1e-6, atol=1e-5)
    np.testing.assert_allclose(motion.covariance, covariance, rtol=1e-6, atol=1e-9 * motion.side**2)


SIGHT = st.tuples(st.floats(0, 2000), st.floats(0, 2000), st.floats(10, 400), st.floats(0, 3))
WALK = [(300.0, 200.0, 100.0, 0.04), (320.0, 190.0, 110.0, 0.04), (380.0, 190.0, 90.0, 0.5), (380.0, 170.0, 9.0, 0.0)]


@given(st.lists(SIGHT, min_size=1, max_size=5))
@settings(max_examples=30)
def test_any_sights_are_followed_as_the_textbook_does(sights):
    (x, y, side, _), *later = sights
    motion = Motion(np.array([x, y]), side)
    state, covariance = first_sight((x, y), side)
    agree(motion, state, covariance)
    for x, y, side, seconds in later:
        motion.follow(np.array([x, y]), side, seconds)
        state, covariance = textbook(state, covariance, (x, y), side, seconds)
        agree(motion, state, covariance)


def test_what_is_known_after_a_walk_is_the_textbooks():
    motion = Motion(np.array([290.0, 205.0]), 95.0)
    state, covariance = first_sight((290.0, 205.0), 95.0)
    for x, y, side, seconds in WALK:
        motion.follow(np.array([x, y]), side, seconds)
        state, covariance = textbook(state, covariance, (x, y), side, seconds)
        agree(motion, state, covariance)
    transition, _ = elapsed(0.25, 9.0)
    np.testing.assert_allclose(motion.expected(0.25), (transition @ state)[0], rtol=1e-7)


def test_a_face_that_is_not_seen_comes_to_rest():
    motion = Motion(np.array([100.0, 50.0]), 80.0, np.array([200.0, -100.0]))
    assert motion.expected(-1.0).tolist() == motion.expected(0.0).tolist() == [100.0, 50.0]
    np.testing.assert_allclose(motion.expected(COAST), [100 + 80 * (1 - 1 / math.e), 50 - 40 * (1 - 1 / math.e)])
    np.testing.assert_allclose(motion.expected(60.0), [180.0, 10.0])


@pytest.mark.parametrize("side", [50.0, 200.0])
def test_where_time_is_in_doubt_the_speed_is_forgotten_and_the_place_is_not(side):
    motion = Motion(np.array([100.0, 50.0]), 80.0)
    for number in range(5):
        motion.follow(np.array([100.0 + 8 * number, 50.0]), side, 0.04)
    assert motion.velocity[0] > 50
    place = motion.covariance[0, 0]
    motion.stop()
    state, covariance = np.array([motion.centre, (0.0, 0.0)]), np.diag([place, (USUAL_SPEED * side) ** 2])
    agree(motion, state, covariance)
    motion.follow(np.array([140.0, 50.0]), side, 0.1)
    agree(motion, *textbook(state, covariance, (140.0, 50.0), side, 0.1))
