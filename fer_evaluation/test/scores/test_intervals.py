"""What must hold for any input: intervals, spans of labels, clocks that go wrong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_series import labelled_frames, labels, measure, one_hot, random_answers, series

import fer_color.settings
from fer_color.palette import PAPER
from fer_evaluation.answers.light import ReplayedLight, light_at
from fer_evaluation.scores.flash import travel
from fer_evaluation.scores.labels import Label, Labels
from fer_evaluation.scores.samples import sample
from fer_evaluation.scores.statistics import figures, intervals
from fer_evaluation.scores.time_blocks import block_sums, resampled, total


def sums_of(count, seed, block=2.0):
    p, truth = random_answers(count, seed)
    one = series(np.arange(count) / 10, p)
    given_labels = [labelled_frames(truth)]
    return block_sums([one], sample([one], given_labels), PAPER, block)


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
        low, high = intervals(figures(resampled(sums, resamples=1000)))["accuracy"]
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
        low, high = intervals({"accuracy": (weights @ hits) / (weights @ scored)})["accuracy"]
        covered += low <= 0.6 <= high
    assert covered >= 180


@given(st.integers(2, 60), st.integers(0, 5), st.floats(0.1, 20))
def test_any_blocks_add_up_to_the_same_whole(count, seed, block):
    whole, parts = figures(total(sums_of(count, seed, 1e9))), figures(total(sums_of(count, seed, block)))
    for name, value in whole.items():
        assert parts[name] == pytest.approx(value, nan_ok=True), name


@given(st.integers(2, 40), st.integers(0, 3))
def test_intervals_lie_within_what_is_possible(count, seed):
    found = intervals(figures(resampled(sums_of(count, seed, 1.0), resamples=50)))
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


@given(
    st.lists(
        st.tuples(st.floats(0, 40), st.one_of(st.none(), st.integers(0, 6))),
        min_size=1,
        max_size=12,
    )
)
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
