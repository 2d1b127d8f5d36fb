# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Intervals and classes by hand, against SciPy's Student, and by what Wilson's are."""

import math

import numpy as np
import pytest

from fer_evaluation.answers.series import CLASSES
from fer_evaluation.scores.statistics import block_intervals, figures, per_class, ratio, student, widened

EVENLY = np.linspace(0, 1, 1001)
"""Resamples whose 95 % lie from 0.025 to 0.975."""


@pytest.mark.parametrize("freedom", [*range(1, 18), 20, 30, 60, 100, 200, 400, 1000])
def test_student_to_three_digits_and_from_16_on_to_what_its_series_leaves_out(freedom):
    from scipy import stats

    exact = stats.t.ppf(0.975, freedom)
    assert student(freedom) == pytest.approx(exact, abs=5.1e-4 if freedom < 16 else 3 / freedom**3 + 3e-8)


@pytest.mark.parametrize(
    ("value", "further", "blocks", "freedom"),
    [
        (0.5, 0.475, 2, 1),
        (0.3, 0.675, 3, 1),
        (0.8, 0.775, 4, 2),
        (0.8, 0.775, 12, 10),
    ],
)
def test_the_further_end_counts_on_both_sides_as_widely_as_few_blocks_ask(value, further, blocks, freedom):
    from scipy import stats

    reach = further * stats.t.ppf(0.975, freedom) / stats.norm.ppf(0.975) * math.sqrt(blocks / (blocks - 1))
    found = widened(EVENLY, value, blocks)
    assert found == pytest.approx((value - reach, value + reach), rel=1e-3)


def test_a_figure_that_no_resample_changes_or_that_has_no_value_keeps_what_was_drawn():
    assert widened(np.full(100, 0.25), 0.25, 5) == (0.25, 0.25)
    assert widened(0.25 + EVENLY * 1e-10, 0.25, 5) == pytest.approx((0.25, 0.25))
    assert widened(0.25 + EVENLY * 1e-10, 0.25, 5)[1] < 0.25 + 1e-10
    assert widened(EVENLY, float("nan"), 5) == pytest.approx((0.025, 0.975))
    low, high = widened(EVENLY - 0.5, 0.0, 5)
    assert low < -0.6
    assert high > 0.6, "an interval about 0 is one, too"


def test_an_interval_wants_half_of_its_resamples():
    none = np.full(1001, np.nan)
    assert widened(np.concatenate([EVENLY, none]), 0.5, 9) == widened(EVENLY, 0.5, 9)
    assert widened(np.concatenate([EVENLY, none, none[:1]]), 0.5, 9) is None
    assert widened(none, 0.5, 9) is None
    assert widened(np.empty(0), 0.5, 9) is None


@pytest.mark.parametrize("blocks", [2, 3, 4, 60])
@pytest.mark.parametrize("hits", [1, 30, 47])
def test_a_share_has_wilsons_interval_of_as_many_moments_as_its_spread_stands_for(blocks, hits):
    """Resamples that spread as those of 50 independent moments do. Wilson's ends are the shares from which ours lies as
    far away as t of their own standard errors."""
    value = hits / 50
    spread = math.sqrt(value * (1 - value) / 50 * (blocks - 1) / blocks)
    drawn = np.tile([value - spread, value + spread], 100)
    t = student(max(1, blocks - 2))
    for name in ("accuracy", "detection_rate", "uncertain"):
        low, high = block_intervals({name: drawn}, {name: value}, blocks)[name]
        assert 0 < low < value < high < 1
        for end in (low, high):
            assert abs(value - end) == pytest.approx(t * math.sqrt(end * (1 - end) / 50))


def test_a_share_that_no_resample_changes_has_no_width():
    for value in (0.0, 0.4, 1.0):
        assert block_intervals({"accuracy": np.full(9, value)}, {"accuracy": value}, 9) == {"accuracy": (value, value)}


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_share_at_its_end_is_as_wide_as_its_resamples(value):
    """Wilson's number of moments can't be had from it."""
    (found,) = block_intervals({"uncertain": EVENLY}, {"uncertain": value}, 3).values()
    assert found == (0.0, 1.0)


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("macro_f1", 0, 1),
        ("balanced_accuracy", 0, 1),
        ("calibration_error", 0, 1),
        ("valence_agreement", -1, 1),
        ("arousal_agreement", -1, 1),
        ("brier", 0, 2),
        ("entropy", 0, math.log2(7)),
        ("kl", 0, 12 * math.log(10)),
        ("valence_error", 0, 2),
        ("arousal_error", 0, 2),
        ("colour_error", 0, math.inf),
    ],
)
def test_an_interval_ends_where_its_figure_does(name, least, most):
    drawn = np.linspace(-30, 30, 1001)
    plain = widened(drawn, 0.2, 3)
    assert plain[0] < -30
    assert plain[1] > 30
    (found,) = block_intervals({name: drawn}, {name: 0.2}, 3).values()
    assert found == pytest.approx((max(least, plain[0]), min(most, plain[1])))


def test_what_has_no_interval_is_left_out_and_hides_no_other():
    drawn = {"kl": np.full(9, np.nan), "brier": np.full(9, 0.5)}
    assert block_intervals(drawn, {"kl": 0.1, "brier": 0.5}, 9) == {"brier": (0.5, 0.5)}


CONFUSION = np.zeros((CLASSES, CLASSES))
CONFUSION[3] = [0, 0, 0, 6, 0, 2, 0]
CONFUSION[5] = [1, 0, 0, 0, 0, 3, 0]
CONFUSION[6] = [0, 0, 0, 0, 0, 0, 1]
"""Eight happy, of which two seemed sad; four sad, of which one seemed angry; one surprised."""


def test_classes_by_hand():
    rows = per_class(CONFUSION)
    assert rows[0] == {"precision": 0.0, "recall": None, "f1": 0.0, "samples": 0}
    assert rows[1] == {"precision": None, "recall": None, "f1": None, "samples": 0}
    assert rows[3] == {"precision": 1.0, "recall": 0.75, "f1": pytest.approx(12 / 14), "samples": 8}
    assert rows[5] == {"precision": 0.6, "recall": 0.75, "f1": pytest.approx(6 / 9), "samples": 4}
    assert rows[6] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "samples": 1}


def sums(**given):
    """One total of everything that figures are made of: nothing was seen but what is given."""
    names = ("bin_confidence", "bin_share", "scored", "kl", "brier", "colour", "light_colour", "lit", "labelled")
    names += ("changes", "variation", "seconds", "entropy", "uncertain", "frames_with_face", "felt")
    made = {name: np.zeros(1) for name in names}
    made |= {"confusion": np.zeros((1, 49)), "affect_off": np.zeros((1, 2)), "affect_moments": np.zeros((1, 10))}
    made |= {"bin_confidence": np.zeros((1, 10)), "bin_share": np.zeros((1, 10))}
    return made | {name: np.array([value], float) for name, value in given.items()}


def test_of_nothing_no_figure_is_made():
    assert all(np.isnan(value).all() and value.shape == (1,) for value in figures(sums()).values())


def test_figures_of_classes_by_hand():
    """Only those that were labelled count for the balanced ones."""
    found = figures(sums(confusion=CONFUSION.ravel(), scored=13))
    assert found["accuracy"] == pytest.approx(10 / 13)
    assert found["balanced_accuracy"] == pytest.approx((0.75 + 0.75 + 1) / 3)
    assert found["macro_f1"] == pytest.approx((12 / 14 + 6 / 9 + 1) / 3)


def test_each_resample_has_figures_of_its_own():
    one = sums(confusion=CONFUSION.ravel(), scored=13, kl=1)
    other = sums(confusion=np.diag([0, 0, 0, 5, 0, 0, 0]).ravel(), scored=5, kl=1)
    both = figures({name: np.concatenate([values, other[name]]) for name, values in one.items()})
    for name, value in both.items():
        np.testing.assert_array_equal(value, [*figures(one)[name], *figures(other)[name]])


def test_the_other_figures_by_hand():
    bins = np.zeros((2, 10))
    bins[0, 2], bins[1, 2] = 0.75, 2.0
    bins[0, 9], bins[1, 9] = 4.0, 3.0
    given = {"scored": 8, "kl": 4, "brier": 2, "colour": 96, "labelled": 10, "light_colour": 30, "lit": 4}
    given |= {"changes": 3, "variation": 5, "seconds": 20, "entropy": 12, "uncertain": 4, "frames_with_face": 16}
    given |= {"bin_confidence": bins[0], "bin_share": bins[1], "felt": 4, "affect_off": [1.0, 0.5]}
    # Of four, valence was answered with 0, 0, 2, 2 and labelled 1, 1, 1, 4; arousal with 0, 0, 1, 1, both.
    given["affect_moments"] = [4, 2, 7, 2, 8, 2, 19, 2, 10, 2]
    wanted = {"kl": 0.5, "brier": 0.25, "colour_error": 12, "light_colour_error": 7.5, "detection_rate": 0.8}
    wanted |= {"changes_a_minute": 9, "variation_a_second": 0.25, "entropy": 0.75, "uncertain": 0.25}
    wanted |= {"calibration_error": (1.25 + 1.0) / 8, "valence_error": 0.25, "arousal_error": 0.125}
    wanted |= {"valence_agreement": 2 * 0.75 / (1 + 1.6875 + 0.75**2), "arousal_agreement": 1.0}
    found = figures(sums(**given))
    assert {name: found[name] for name in wanted} == {name: pytest.approx(value) for name, value in wanted.items()}


def test_a_ratio_of_nothing_is_none():
    made = ratio(np.array([1.0, 0.0, 6.0, 1.0]), np.array([2, 0, 3, 0]))
    assert made[[0, 2]].tolist() == [0.5, 2.0]
    assert np.isnan(made[[1, 3]]).all()
