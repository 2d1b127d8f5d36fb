# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The figures against other people's code, and against cases worked by hand."""

import warnings
from pathlib import Path

import numpy as np
import pytest

from fer_color.color_difference import color_errors
from fer_training.data import load_labels
from fer_training.measures.bootstrap import intervals
from fer_training.measures.metrics import kl_divergence, measure, score


def distributions(count: int, seed: int, sharpness: float = 1.0) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.full(7, 1 / sharpness), size=count)


@pytest.mark.parametrize("classes", [range(7), (0, 3, 4, 5)], ids=["all classes", "four classes"])
def test_classes_are_counted_as_scikit_learn_does(classes: range | tuple[int, ...]) -> None:
    from sklearn import metrics as theirs

    people, model = distributions(300, 1, 3), distributions(300, 2, 3)
    model = (model + people) / 2
    keep = np.isin(people.argmax(axis=1), list(classes))
    people, model = people[keep], model[keep]
    labels, top = people.argmax(axis=1), model.argmax(axis=1)
    metrics = measure(model, labels, people)
    present, seven = sorted(set(labels.tolist())), list(range(7))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about answers that no face has
        assert metrics.accuracy == pytest.approx(theirs.accuracy_score(labels, top))
        assert metrics.macro_f1 == pytest.approx(theirs.f1_score(labels, top, labels=present, average="macro"))
        assert metrics.balanced_accuracy == pytest.approx(theirs.balanced_accuracy_score(labels, top))
        np.testing.assert_array_equal(metrics.confusion, theirs.confusion_matrix(labels, top, labels=seven))
        options = {"labels": seven, "average": None, "zero_division": np.nan}
        np.testing.assert_allclose(metrics.precision(), theirs.precision_score(labels, top, **options))
        np.testing.assert_allclose(metrics.recall(), theirs.recall_score(labels, top, **options))
        expected = theirs.f1_score(labels, top, labels=seven, average=None, zero_division=0)
        np.testing.assert_allclose(metrics.f1(), expected)


def test_kl_by_hand() -> None:
    people = np.array([[0.5, 0.5, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0]])
    model = np.array([[0.25, 0.75, 0, 0, 0, 0, 0], [0.5, 0, 0.5, 0, 0, 0, 0]])
    expected = [0.5 * np.log(2) + 0.5 * np.log(2 / 3), np.log(2)]
    np.testing.assert_allclose(kl_divergence(people, model), expected)


def test_calibration_error_by_hand() -> None:
    # Two faces at 0.65, of which people's share for that answer is 0.5 on average, one at 1.0 with a share of 0.8:
    # (2 * |0.65 - 0.5| + 1 * |1.0 - 0.8|) / 3.
    model = np.array([[0.65, 0.35, 0, 0, 0, 0, 0], [0.35, 0.65, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0, 0]])
    people = np.array([[0.4, 0.6, 0, 0, 0, 0, 0], [0.4, 0.6, 0, 0, 0, 0, 0], [0.2, 0, 0.8, 0, 0, 0, 0]])
    scores = score(model, people.argmax(axis=1), people)
    assert scores.metrics().calibration_error == pytest.approx((2 * 0.15 + 0.2) / 3)
    assert scores.reliability().count.tolist() == [0, 0, 0, 0, 0, 0, 2, 0, 0, 1]


@pytest.mark.parametrize("count", [1, 2, 12, 300])
def test_many_draws_are_measured_as_each_alone(count: int) -> None:
    people, model = distributions(count, 1, 3), distributions(count, 2, 3)
    scores = score((model + people) / 2, people.argmax(axis=1), people)
    rows = np.random.default_rng(3).integers(count, size=(20, count))  # of few faces most classes have none
    found = scores.drawn(rows)
    alone = [scores.take(row).metrics().scalars() for row in rows]
    assert list(found) == list(alone[0])
    for name, values in found.items():
        np.testing.assert_allclose(values, [one[name] for one in alone], rtol=1e-12, atol=1e-15)


def test_the_people_themselves_are_without_error() -> None:
    people = distributions(100, 5)
    metrics = measure(people, people.argmax(axis=1), people)
    assert metrics.accuracy == metrics.macro_f1 == metrics.balanced_accuracy == 1
    assert metrics.kl == pytest.approx(0, abs=1e-9)
    assert metrics.calibration_error == pytest.approx(0, abs=1e-12)
    assert metrics.colour_error == pytest.approx(0, abs=1e-9)


def test_always_the_mean_distribution_is_as_far_off_as_the_design_says(real_data: Path) -> None:
    people = load_labels(real_data, "valid").protocol_a().shares()
    mean = np.broadcast_to(people.mean(axis=0), people.shape)
    assert color_errors(mean, people).mean() == pytest.approx(26.9, abs=1.0)  # 26.9 is FER2013Test's


def test_intervals_hold_the_value_and_repeat() -> None:
    people, model = distributions(200, 8, 3), distributions(200, 9, 3)
    model = 0.3 * model + 0.7 * people
    scores = score(model, people.argmax(axis=1), people)
    found = intervals(scores, resamples=200)
    assert found == intervals(scores, resamples=200)
    for name, value in scores.metrics().scalars().items():
        low, high = found[name]
        assert low < high
        if name != "calibration_error":  # a resample adds noise of its own to it
            assert low <= value <= high
