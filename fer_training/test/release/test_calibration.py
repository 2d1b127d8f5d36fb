# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Calibration: its fit against other optimisers, and what it does with few faces and hopeless ones."""

import json

import numpy as np
import pytest

from fer_training.measures.metrics import kl_divergence
from fer_training.measures.predict import softmax
from fer_training.release import calibration
from fer_training.release.calibration import SPREAD, Scaling, fit_scaling, fit_temperature


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.7])
def test_the_temperature_is_found(temperature: float) -> None:
    logits = np.random.default_rng(0).normal(0, 2, (500, 7))
    weights = np.exp(logits / temperature)
    people = weights / weights.sum(axis=1, keepdims=True)
    assert fit_temperature(logits, people) == pytest.approx(temperature, rel=1e-6)


def test_a_temperature_has_bounds() -> None:
    logits = np.eye(7)
    assert fit_temperature(logits, np.eye(7)) == pytest.approx(0.05)  # always right: the surer the better
    assert fit_temperature(logits, np.roll(np.eye(7), 1, axis=0)) == pytest.approx(20)  # always wrong


def drawn(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and people who answer by another scale and bias, with noise."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(0, 2, (count, 7))
    truth = softmax(logits * np.linspace(0.7, 1.3, 7) + np.linspace(-0.4, 0.4, 7))
    return logits, np.array([generator.multinomial(10, row) / 10 for row in truth])


def test_the_scaling_is_another_optimisers() -> None:
    from scipy.optimize import minimize

    logits, people = drawn(4000, 1)
    found = fit_scaling(logits, people)

    def mean_kl(values: np.ndarray) -> float:
        return float(kl_divergence(people, softmax(logits * values[:7] + values[7:])).mean())

    other = minimize(mean_kl, np.concatenate([np.ones(7), np.zeros(7)]), method="L-BFGS-B").x
    np.testing.assert_allclose(found.scale, other[:7], atol=0.01)
    np.testing.assert_allclose(found.bias, other[7:] - other[7:].mean(), atol=0.01)
    np.testing.assert_allclose(found.scale, np.linspace(0.7, 1.3, 7), atol=0.06)
    assert sum(found.bias) == pytest.approx(0, abs=1e-5)
    np.testing.assert_allclose(found.probabilities(logits).sum(axis=1), 1)


@pytest.mark.parametrize("count", [1, 3, 30, 3000])
def test_it_is_never_worse_than_the_temperature_on_the_same_faces(count: int) -> None:
    logits, people = drawn(count, count)
    plain = softmax(logits / fit_temperature(logits, people))
    mean = kl_divergence(people, fit_scaling(logits, people).probabilities(logits)).mean()
    assert mean <= kl_divergence(people, plain).mean() + 1e-6


def test_few_faces_leave_it_near_the_temperature() -> None:
    logits, people = drawn(5, 4)
    found = fit_scaling(logits, people)
    assert max(map(abs, found.bias)) < 0.4
    np.testing.assert_allclose(found.scale, 1 / fit_temperature(logits, people), rtol=0.5)


def test_a_network_that_is_always_wrong_has_one_scale() -> None:
    found = fit_scaling(np.eye(7), np.roll(np.eye(7), 1, axis=0))
    assert min(found.scale) > 0


def doubtful(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and people who mostly see something else than the network."""
    generator = np.random.default_rng(seed)
    return generator.normal(0, 3, (count, 7)), generator.dirichlet(np.full(7, 0.5), count)


@pytest.mark.parametrize(("count", "seed"), [(40, 0), (7, 1), (400, 2)])
def test_the_temperature_is_another_optimisers(count: int, seed: int) -> None:
    from scipy.optimize import minimize_scalar

    logits, people = doubtful(count, seed)
    logits = logits + people * 4 + 1000 * np.arange(count)[:, None]  # softmax does not see what is added to all seven

    def mean_kl(log_temperature: float) -> float:
        return float(kl_divergence(people, softmax(logits / np.exp(log_temperature))).mean())

    other = minimize_scalar(mean_kl, bounds=(np.log(0.05), np.log(20)), method="bounded", options={"xatol": 1e-9})
    assert 0.1 < np.exp(other.x) < 19
    assert fit_temperature(logits, people) == pytest.approx(np.exp(other.x), rel=1e-4)


def test_a_temperature_is_as_fine_as_its_bracket_and_at_its_bounds_what_they_are() -> None:
    """Two classes, the others out of the question: people answer as if the logits' difference were divided by it."""
    for difference, temperature, wanted in (
        (2.0, 2 / np.log(3), 2 / np.log(3)),
        (0.2, 0.051, 0.051),
        (0.2, 0.05, 0.05),
        (0.2, 0.03, 0.05),
        (20.0, 19.9, 19.9),
        (20.0, 20.0, 20.0),
        (20.0, 30.0, 20.0),
    ):
        share = 1 / (1 + np.exp(-difference / temperature))
        logits = np.array([[difference, 0.0, *[-1e6] * 5]])
        found = fit_temperature(logits, np.array([[share, 1 - share, 0, 0, 0, 0, 0]]))
        assert found == pytest.approx(wanted, rel=1e-11)


def test_where_every_temperature_is_as_good_the_network_is_sure_of_nothing_or_of_all() -> None:
    assert fit_temperature(np.zeros((3, 7)), np.full((3, 7), 1 / 7)) == 20
    assert fit_temperature(1000 * np.eye(7), np.eye(7)) == 0.05


def test_numbers_of_half_the_length_are_reckoned_with_as_the_whole_ones_that_they_are() -> None:
    logits, people = doubtful(40, 0)
    logits = (logits + people * 4).astype(np.float32)
    assert fit_temperature(logits, people) == fit_temperature(logits.astype(np.float64), people)
    assert fit_scaling(logits, people) == fit_scaling(logits.astype(np.float64), people)
    scaling = fit_scaling(logits, people)
    np.testing.assert_array_equal(scaling.probabilities(logits), scaling.probabilities(logits.astype(np.float64)))


def whole_loss(logits: np.ndarray, people: np.ndarray, scale: np.ndarray, bias: np.ndarray) -> float:
    """The mean KL of a scaling, and what the prior about the temperature adds to it."""
    temperature = fit_temperature(logits, people)
    own = float(kl_divergence(people, softmax(logits * scale + bias)).mean())
    off = np.concatenate([scale * temperature - 1, bias])
    return own + float((off**2).sum()) / (2 * SPREAD**2 * len(logits))


def exactly(logits: np.ndarray, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The scales and biases with the least of it, by BFGS."""
    from scipy.optimize import minimize

    temperature = fit_temperature(logits, people)

    def whole(values: np.ndarray) -> float:
        return whole_loss(logits, people, values[:7] / temperature, values[7:])

    start = np.concatenate([np.ones(7), np.zeros(7)])
    found = minimize(whole, start, method="BFGS", options={"gtol": 1e-8}).x
    return found[:7] / temperature, found[7:] - found[7:].mean()


@pytest.mark.parametrize(("count", "seed"), [(1, 1), (5, 4), (30, 2), (300, 3)])
def test_the_scaling_of_few_faces_is_where_another_optimiser_finds_it(count: int, seed: int) -> None:
    logits, people = drawn(count, seed)
    scale, bias = exactly(logits, people)
    found = fit_scaling(logits, people)
    np.testing.assert_allclose(found.scale, scale, atol=2e-5)
    np.testing.assert_allclose(found.bias, bias, atol=2e-5)


def test_four_of_newtons_steps_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its curvature is right, then: with a wrong one it gets there later or not at all."""
    for logits, people in (drawn(200, 6), drawn(5, 4), drawn(4000, 1)):
        whole = fit_scaling(logits, people)
        with monkeypatch.context() as few:
            few.setattr(calibration, "STEPS", 4)
            assert fit_scaling(logits, people) == whole
            few.setattr(calibration, "STEPS", 1)
            assert fit_scaling(logits, people) != whole


@pytest.mark.parametrize("seed", [2, 4])
def test_where_a_step_would_go_too_far_it_is_shorter(seed: int) -> None:
    """A very sure network, and people who see something else: unchecked, Newton's steps leap ever further away."""
    generator = np.random.default_rng(seed)
    logits, people = generator.normal(0, 60, (100, 7)), np.eye(7)[generator.integers(0, 7, 100)]
    found = fit_scaling(logits, people)
    scale, bias = np.array(found.scale), np.array(found.bias)
    assert min(scale) > 0
    assert len(set(found.scale)) == 7, "it is not the temperature's"
    least = whole_loss(logits, people, scale, bias)
    for step in (*np.eye(7), *-np.eye(7)):
        assert least < whole_loss(logits, people, scale + 1e-4 * step, bias)
        assert least < whole_loss(logits, people, scale, bias + 1e-3 * step)


def test_an_emotion_that_people_see_where_the_network_does_not_takes_all_back_to_the_temperature() -> None:
    logits = np.random.default_rng(0).normal(0, 2, (300, 7))
    people = softmax(logits * np.array([-1.0, 1, 1, 1, 1, 1, 1]))
    found = fit_scaling(logits, people)
    assert found.scale == (round(1 / fit_temperature(logits, people), 6),) * 7
    assert found.bias == (0,) * 7


def test_a_scaling_is_written_as_it_is_read() -> None:
    logits, people = drawn(30, 2)
    found = fit_scaling(logits, people)
    text = found.as_json()
    assert set(json.loads(text)) == {"scale", "bias"}
    assert Scaling(**{key: tuple(value) for key, value in json.loads(text).items()}) == found
    assert all(len(f"{value:.9f}".rstrip("0").partition(".")[2]) <= 6 for value in (*found.scale, *found.bias))


def test_probabilities_by_hand() -> None:
    scaling = Scaling((2.0, 1, 1, 1, 1, 1, 1), (0.0, float(np.log(3)), 0, 0, 0, 0, 0))
    found = scaling.probabilities(np.array([[np.log(2), 0, 0, 0, 0, 0, 0]], np.float32))
    np.testing.assert_allclose(found, [np.array([4, 3, 1, 1, 1, 1, 1]) / 12], rtol=1e-6)
