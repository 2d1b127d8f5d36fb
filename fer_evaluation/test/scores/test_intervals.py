# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What must hold for any input: intervals, spans of labels, clocks that go wrong."""

import operator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_series import labelled_frames, labels, measure, one_hot, random_answers, series

import fer_color.settings
from fer_color.palette import PAPER
from fer_evaluation.answers.light import ReplayedLight, light_at
from fer_evaluation.scores.block_length import Track, choose_block, optimal_length
from fer_evaluation.scores.flash import travel
from fer_evaluation.scores.labels import Label, Labels
from fer_evaluation.scores.samples import sample
from fer_evaluation.scores.statistics import block_intervals, figures
from fer_evaluation.scores.time_blocks import block_sums, resampled, total


def sums_of(count, seed, block=2.0):
    p, truth = random_answers(count, seed)
    one = series(np.arange(count) / 10, p)
    given_labels = [labelled_frames(truth)]
    return block_sums([one], sample([one], given_labels), PAPER, block)


def intervals_of(sums, resamples):
    values = {name: float(value[0]) for name, value in figures(total(sums)).items()}
    return block_intervals(figures(resampled(sums, resamples=resamples)), values, len(sums["frames"]))


def test_intervals_repeat_and_hold_the_value():
    content = measure(series(np.arange(300) / 10, random_answers(300)[0]), labelled_frames(random_answers(300)[1]))
    again = measure(series(np.arange(300) / 10, random_answers(300)[0]), labelled_frames(random_answers(300)[1]))
    assert content["intervals"] == again["intervals"]
    for name in ("accuracy", "balanced_accuracy", "kl", "brier", "colour_error", "entropy"):
        low, high = content["intervals"][name]
        assert low <= (content[name]) <= high
        assert low < high


def test_dependence_widens_the_interval():
    """Answers that are right or wrong for ten images at a time: blocks of single images would not notice."""
    generator = np.random.default_rng(3)
    right = np.repeat(generator.random(60) < 0.6, 10)
    one = series(np.arange(600) / 10, one_hot(*np.where(right, 5, 3)))
    given_labels = [labels("0,60,sad")]
    widths = {}
    for block in (0.1, 2.0):
        sums = block_sums([one], sample([one], given_labels), PAPER, block)
        low, high = intervals_of(sums, 1000)["accuracy"]
        widths[block] = high - low
    assert widths[2.0] > 2 * widths[0.1]


def test_the_interval_covers_as_often_as_it_says():
    """Accuracy of runs of ten dependent answers, true value 0.6, over 200 recordings of 100 blocks."""
    generator = np.random.default_rng(0)
    covered = 0
    for _ in range(200):
        right = np.repeat(generator.random(100) < 0.6, 20)
        scored = np.full(100, 20.0)
        hits = right.reshape(100, 20).sum(axis=1).astype(float)
        weights = generator.multinomial(100, np.full(100, 0.01), size=400)
        drawn, value = (weights @ hits) / (weights @ scored), hits.sum() / scored.sum()
        low, high = block_intervals({"accuracy": drawn}, {"accuracy": value}, 100)["accuracy"]
        covered += low <= 0.6 <= high
    assert covered >= 180


def moods(generator, seconds, correlated):
    """Ten answers a second, 70 % right, in runs of `correlated` seconds on average, and labels of 10 s."""
    runs = generator.geometric(1 / max(1, 10 * correlated), size=10 * seconds)
    right = np.repeat(generator.random(len(runs)) < 0.7, runs)[: 10 * seconds]
    return Track(np.arange(10 * seconds) / 10, right.astype(float), np.arange(10 * seconds) // 100 % 3)


def test_a_block_is_as_long_as_labels_and_dependence_ask():
    generator = np.random.default_rng(0)
    lengths = [choose_block([moods(generator, 600, run)], 600.0) for run in (0.1, 3, 20)]
    assert lengths[0].seconds == pytest.approx(2 * 10)
    assert lengths[0].dependence < 2 < lengths[1].dependence < lengths[2].dependence
    assert all(length.labels == pytest.approx(10) for length in lengths)
    assert lengths[2].seconds == pytest.approx(min(120, 2 * lengths[2].dependence), abs=0.1)
    assert choose_block([moods(generator, 60, 20)], 60.0).seconds == 12, "five blocks at least"
    assert choose_block([], 60.0).seconds == 2
    assert choose_block([Track(np.arange(9.0), np.ones(9), np.zeros(9, int))], 8.0).dependence == pytest.approx(1)


def test_the_rule_for_a_series_whose_length_is_known():
    """An autoregression: Politis and White's length from its true covariances, for the circular bootstrap."""
    generator, count, a = np.random.default_rng(1), 20_000, 0.8
    noise = generator.standard_normal(count)
    values = np.zeros(count)
    for k in range(1, count):
        values[k] = a * values[k - 1] + noise[k]
    lags = np.arange(-200, 201)
    covariance = a ** np.abs(lags)
    slope, spread = (np.abs(lags) * covariance).sum(), covariance.sum()
    known = (1.5 * slope**2 / spread**2 * count) ** (1 / 3)
    assert optimal_length(values) == pytest.approx(known, rel=0.25)


@pytest.mark.parametrize(("correlated", "seconds"), [(0.1, 120), (3, 120), (3, 600)])
def test_intervals_of_chosen_blocks_cover(correlated, seconds):
    """Accuracy of 0.7 with errors that hang together, over 150 recordings; docs/evaluation.md has the whole table."""
    generator = np.random.default_rng(5)
    covered = 0
    for _ in range(150):
        track = moods(generator, seconds, correlated)
        at = np.floor_divide(track.t, choose_block([track], seconds).seconds).astype(int)
        hits, scored = np.bincount(at, track.error), np.bincount(at).astype(float)
        weights = generator.multinomial(len(hits), np.full(len(hits), 1 / len(hits)), size=300)
        drawn = {"accuracy": (weights @ hits) / (weights @ scored)}
        low, high = block_intervals(drawn, {"accuracy": hits.sum() / scored.sum()}, len(hits))["accuracy"]
        covered += low <= 0.7 <= high
    assert covered >= 135


@given(st.integers(2, 60), st.integers(0, 5), st.floats(0.1, 20))
def test_any_blocks_add_up_to_the_same_whole(count, seed, block):
    whole, parts = figures(total(sums_of(count, seed, 1e9))), figures(total(sums_of(count, seed, block)))
    for name, value in whole.items():
        assert parts[name] == pytest.approx(value, nan_ok=True), name


@given(st.integers(12, 40), st.integers(0, 3))
def test_intervals_lie_within_what_is_possible(count, seed):
    found = intervals_of(sums_of(count, seed, 1.0), 50)
    for name in ("accuracy", "macro_f1", "balanced_accuracy", "detection_rate", "calibration_error", "uncertain"):
        if name in found:
            low, high = found[name]
            assert 0 <= low <= high <= 1


@st.composite
def spans(draw):
    edges = sorted(draw(st.lists(st.floats(0, 100), min_size=2, max_size=12, unique=True)))
    return [(a, b, draw(st.integers(0, 6))) for a, b in zip(edges[::2], edges[1::2]) if a < b]


@given(spans(), st.lists(st.floats(-5, 105), max_size=30))
def test_each_time_is_in_at_most_the_span_that_covers_it(rows, times):
    given_labels = Labels(tuple(Label(a, b, e, np.eye(7)[e]) for a, b, e in rows))
    found = given_labels.at(np.array(times))
    for at, index in zip(times, found):
        covering = [k for k, (a, b, _) in enumerate(rows) if a <= at < b]
        assert covering == ([index] if index >= 0 else [])


# Most images come soon after the one before, as a camera's do: seconds between them are frames to reckon.
steps_s = st.builds(operator.mul, st.floats(0, 1), st.sampled_from((1, 1, 1, 1, 1, 40)))


@given(st.lists(st.tuples(steps_s, st.one_of(st.none(), st.integers(0, 6))), min_size=1, max_size=12))
def test_the_light_keeps_its_promise_whatever_the_bags_clock_does(steps):
    """Images at any distance, also many at one moment, with and without a face; the light's clock never goes back."""
    light, t = ReplayedLight(fer_color.settings.Settings(lights=("none",), smoothing_time=0.0)), 0.0
    for step, emotion in steps:
        t += step
        light.show(t, int(emotion is not None), 1, None if emotion is None else np.eye(7)[emotion].tolist())
        assert light_at(light.light(), np.array([t])).tolist() == [list(light.shown())]
    found = light.light()
    assert np.all(np.diff(found.t) >= 0)
    assert found.t[0] >= steps[0][0]
    assert travel([found]).kept


def test_a_long_gap_is_passed_over_but_comes_to_rest():
    light = ReplayedLight(fer_color.settings.Settings(lights=("none",)))
    light.show(0.0, 1, 1, np.eye(7)[3].tolist())
    light.show(3600.0, 0, 2, None)
    assert light.shown() == (48, 32, 16), "the idle colour"
    assert len(light.light().t) < 3000
