# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Distributions steady over time, the same at any and at varying rates."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fer_perception.fusion.filtering import DistributionFilter

distributions = st.lists(st.floats(0.001, 1.0), min_size=7, max_size=7).map(
    lambda values: (np.asarray(values) / np.sum(values)).astype(np.float32)
)
constants = st.floats(0.02, 5.0)
weights = st.floats(0.0, 1.0)
SAD, HAPPY = np.eye(7, dtype=np.float32)[5], np.eye(7, dtype=np.float32)[3]
SECOND = 10**9


def signal(first, second, t):
    """From one distribution to another and back, once in two seconds: at most pi/2 of the way in a second."""
    return ((1 + np.cos(np.pi * t)) / 2 * first + (1 - np.cos(np.pi * t)) / 2 * second).astype(np.float32)


def played(low_pass, times, first, second):
    answer = None
    for t in times:
        answer = low_pass.update("f1", signal(first, second, t), round(t * SECOND))
    return answer


def test_a_step_is_two_thirds_done_after_the_time_constant():
    low_pass = DistributionFilter(0.5)
    low_pass.update("f1", SAD, 0)
    answer = low_pass.update("f1", HAPPY, SECOND // 2)
    assert answer[3] == pytest.approx(1 - math.exp(-1), abs=1e-6)
    assert answer[5] == pytest.approx(math.exp(-1), abs=1e-6)


def test_without_a_time_constant_each_answer_stands_for_itself():
    low_pass = DistributionFilter(0.0)
    low_pass.update("f1", SAD, 0)
    assert np.array_equal(low_pass.update("f1", HAPPY, 1), HAPPY)
    assert np.array_equal(low_pass.update("f1", SAD, 2, 0.0), HAPPY), "what is worth nothing is not shown"


def test_each_face_is_filtered_by_itself_and_forgotten_when_it_is_gone():
    low_pass = DistributionFilter(10.0)
    low_pass.update("f1", SAD, 0)
    assert np.array_equal(low_pass.update("f2", HAPPY, 0), HAPPY)
    low_pass.forget_all_but({"f2"})
    assert np.array_equal(low_pass.update("f1", HAPPY, 1), HAPPY)
    assert np.array_equal(low_pass.update("f2", SAD, 0), HAPPY)


def test_a_time_that_goes_back_starts_anew():
    low_pass = DistributionFilter(10.0)
    low_pass.update("f1", SAD, SECOND)
    assert np.array_equal(low_pass.update("f1", HAPPY, 0), HAPPY)


@given(
    distributions, distributions, constants, weights, weights, st.lists(st.floats(0.0, 0.5), min_size=1, max_size=20)
)
@example(HAPPY, SAD, 1.0, 0.0, 2.0**-52, [0.25, 0.25])  # of which exp says that nothing goes
@example(HAPPY, SAD, 1.0, 0.0, 1.5e-162, [0.25, 0.25])  # whose square is no number any more
def test_one_long_step_says_just_what_many_short_ones_say(before, after, constant, was, weight, steps):
    """Exact at any and at varying rates: what counts is the time, not the number of answers."""
    many, one = DistributionFilter(constant), DistributionFilter(constant)
    for low_pass in (many, one):
        low_pass.update("f1", before, 0, was)
    stamp = 0
    for step in steps:
        stamp += round(step * SECOND)
        answer = many.update("f1", after, stamp, weight)
    assert np.allclose(answer, one.update("f1", after, stamp, weight), atol=1e-5)


@given(distributions, distributions, constants, st.randoms(use_true_random=False))
def test_10_and_30_images_a_second_and_a_jittering_camera_lead_to_the_same(first, second, constant, random):
    """Within the sampling error: a signal goes at most pi/2 of its way a second, so that much an interval."""
    way = float(np.abs(first - second).max())
    slow = played(DistributionFilter(constant), np.arange(0, 41) / 10, first, second)
    fast = played(DistributionFilter(constant), np.arange(0, 121) / 30, first, second)
    times = sorted([0.0, 4.0, *(random.uniform(0, 4) for _ in range(120)), *np.arange(0, 40) / 10])
    jittering = played(DistributionFilter(constant), times, first, second)
    error = math.pi / 2 * 0.1 * way + 1e-5
    assert np.abs(slow - fast).max() <= error
    assert np.abs(slow - jittering).max() <= error


@given(distributions, distributions, constants, st.floats(0.05, 1.0))
def test_a_face_of_constant_weight_is_slower_by_that_much(first, second, constant, weight):
    weighted, plain = DistributionFilter(constant), DistributionFilter(constant / weight)
    for n in range(20):
        wanted = first if n % 3 else second
        answer = weighted.update("f1", wanted, n * SECOND // 20, weight)
        assert np.allclose(answer, plain.update("f1", wanted, n * SECOND // 20), atol=1e-5)


@given(distributions, distributions, constants)
def test_what_is_worth_nothing_changes_nothing(first, noise, constant):
    low_pass = DistributionFilter(constant)
    low_pass.update("f1", first, 0)
    for n in range(1, 10):
        assert np.allclose(low_pass.update("f1", noise, n * SECOND, 0.0), first, atol=1e-6)


def test_a_face_first_seen_badly_believes_the_first_good_answer():
    badly, well = DistributionFilter(0.5), DistributionFilter(0.5)
    badly.update("f1", SAD, 0, 0.05)
    well.update("f1", SAD, 0, 1.0)
    assert badly.update("f1", HAPPY, SECOND // 10)[3] > 0.75
    assert well.update("f1", HAPPY, SECOND // 10)[3] < 0.25


@given(st.lists(st.tuples(distributions, weights, st.floats(0, 2)), min_size=1, max_size=20), st.floats(0, 5))
def test_it_is_a_distribution_between_its_answers(answers, constant):
    low_pass, stamp = DistributionFilter(constant), 0
    for wanted, weight, passed in answers:
        stamp += round(passed * SECOND)
        answer = low_pass.update("f1", wanted, stamp, weight)
        assert answer.dtype == np.float32
        assert answer.sum() == pytest.approx(1, abs=1e-5)
    every = np.stack([wanted for wanted, _, _ in answers])
    assert np.all(answer <= every.max(axis=0) + 1e-6)
    assert np.all(answer >= every.min(axis=0) - 1e-6)
