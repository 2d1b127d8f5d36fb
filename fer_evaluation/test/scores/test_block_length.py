# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How long a block must be: the rule against the same written sum by sum, and what is made of it by hand."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fer_evaluation.scores.block_length import Track, choose_block, optimal_length


def plainly(values):
    """Politis and White's rule for the circular bootstrap, as they write it: flat-top window, 4/3 for the variance."""
    count, mean = len(values), sum(values) / len(values)
    away = [value - mean for value in values]
    covariance = [sum(away[t] * away[t + lag] for t in range(count - lag)) / count for lag in range(count)]
    quiet = max(5, math.isqrt(int(math.log10(count))))
    bound = 2 * math.sqrt(math.log10(count) / count)
    most = min(math.ceil(math.sqrt(count)) + quiet, count - quiet - 1)
    for lag in range(1, most + 1):
        if all(abs(covariance[lag + further] / covariance[0]) < bound for further in range(quiet)):
            break
    width = min(2 * lag, count - 1)
    slope = spread = 0.0
    for lag in range(-width, width + 1):
        share = abs(lag) / width
        weighed = (1 if share <= 0.5 else 2 * (1 - share)) * covariance[abs(lag)]
        slope, spread = slope + abs(lag) * weighed, spread + weighed
    return 1.0 if spread <= 0 else max(1.0, (2 * slope**2 / (4 / 3 * spread**2) * count) ** (1 / 3))


def walk(count, seed, keep):
    """A series of which so large a share stays from one value to the next."""
    noise, values = np.random.default_rng(seed).standard_normal(count), np.zeros(count)
    for k in range(1, count):
        values[k] = keep * values[k - 1] + noise[k]
    return values


@given(st.integers(8, 80), st.integers(0, 1000), st.sampled_from([-0.9, -0.4, 0.0, 0.5, 0.8, 0.95, 1.0]))
@example(8, 1, 1.0)
@example(9, 0, 1.0)
@example(40, 3, 1.0)
@example(60, 0, -0.9)
@settings(max_examples=60)
def test_the_rule_is_what_its_authors_write(count, seed, keep):
    values = walk(count, seed, keep)
    assert optimal_length(values) == pytest.approx(plainly(values.tolist()), rel=1e-6)


@pytest.mark.parametrize("count", [8, 9, 10, 12, 16, 30])
@pytest.mark.parametrize("steps", [2, 3, 5])
def test_the_rule_for_stairs(count, steps):
    """Correlations that never become quiet, in series from the shortest that the rule takes on."""
    values = np.arange(count) * steps // count / 4
    assert optimal_length(values) == pytest.approx(plainly(values.tolist()), rel=1e-6)


@pytest.mark.parametrize(("count", "period"), [(11, 4), (13, 2), (15, 3), (16, 2), (17, 2), (18, 2)])
def test_the_rule_for_errors_that_come_and_go(count, period):
    """So few that the window reaches as far as there are moments."""
    values = (np.arange(count) % period < period / 2).astype(float)
    assert optimal_length(values) == pytest.approx(plainly(values.tolist()), rel=1e-6)
    assert optimal_length(values) > 10


@pytest.mark.parametrize("after", [3, 4, 5, 6, 7, 8])
def test_an_echo_is_heard_across_four_quiet_lags_and_not_across_five(after):
    noise = np.random.default_rng(3).standard_normal(400)
    values = noise[after:] + noise[:-after]
    assert optimal_length(values) == pytest.approx(plainly(values.tolist()), rel=1e-6)
    assert (optimal_length(values) > 5) is (after <= 5)


def test_what_hangs_together_in_no_way_that_can_be_seen_has_length_1():
    assert optimal_length(np.ones(20)) == 1, "errors that never differ"
    assert optimal_length(np.arange(20) * 1e-8) == 1, "nor do these, but for rounding"
    assert optimal_length(np.arange(7.0)) == 1, "too few to tell"
    assert optimal_length(np.arange(8.0)) > 1
    assert optimal_length(np.arange(30) % 2.0) == plainly((np.arange(30) % 2.0).tolist()) == 1, "right, wrong, right"


def steady(t, label=0):
    """Moments whose error never differs: the rule's length is one step."""
    t = np.array(t, float)
    return Track(t, np.ones(len(t)), np.broadcast_to(np.array(label), len(t)))


def test_two_moments_are_enough_and_one_is_passed_over():
    alone, two = steady([3.0]), steady([0.0, 7.0])
    for tracks in ([two], [alone, two], [two, alone]):
        chosen = choose_block(tracks, 1000.0)
        assert (chosen.dependence, chosen.labels) == (7.0, 14.0)
        assert chosen.seconds == 28.0, "twice as long as a label lasts"
    nothing = choose_block([alone], 1000.0)
    assert (nothing.seconds, nothing.dependence, nothing.labels) == (2.0, 0.0, 0.0)


def test_moments_at_one_time_are_a_fifth_of_a_second_apart():
    chosen = choose_block([steady([5.0, 5.0, 5.0])], 1000.0)
    assert (chosen.dependence, chosen.labels) == pytest.approx((0.2, 0.2))


def test_tracks_count_by_their_moments_and_all_their_labels_do():
    """Ten moments a second apart, thirty at three seconds; labels of 10, of 30 and of 60 s."""
    slow = steady(np.arange(30) * 3.0, np.repeat([0, 1], [10, 20]))
    chosen = choose_block([steady(np.arange(10.0)), slow], 10_000.0)
    assert chosen.dependence == pytest.approx((10 * 1 + 30 * 3) / 40)
    assert chosen.labels == 30.0
    assert chosen.seconds == 60.0


@pytest.mark.parametrize(
    ("t", "label", "lasts"),
    [
        ([0, 1, 2, 3, 4, 5], 0, 6.0),  # from the first moment to a step after the last
        ([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3, 3, 3, 3, 2, 2, 2], 3.0),  # 2, 5 and 3 s
        ([0, 1, 2, 3, 8, 9, 10, 11], 0, 12.0),  # five steps are no gap
        ([0, 1, 2, 3, 9, 10, 11, 12], 0, 4.0),  # six are one
        ([0, 2, 4, 6, 14, 16, 18, 20], 0, 22.0),  # four of these
        ([0, 0.1, 0.2, 0.3, 0.9, 1.0, 1.1, 1.2], 0, 0.4),
    ],
)
def test_how_long_a_label_lasts(t, label, lasts):
    assert choose_block([steady(t, label)], 1000.0).labels == pytest.approx(lasts)


def test_a_block_is_bounded_and_rounded():
    short, long = steady(np.arange(10) * 0.01), steady(np.arange(200) * 1.0033)
    assert choose_block([short], 1000.0).seconds == 2.0, "two seconds at least"
    assert choose_block([long], 1000.0).seconds == 200.0, "and five blocks"
    assert choose_block([long], 10_000.0).seconds == 401.3
    assert choose_block([long], 9.0).seconds == 2.0
