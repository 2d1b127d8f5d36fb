# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Calibration: its fit against other optimisers, and what it does with few faces and hopeless ones."""

import json

import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar

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
    logits, people = doubtful(count, seed)
    logits = logits + people * 4 + 1000  # softmax does not see what is added to all seven

    def mean_kl(log_temperature: float) -> float:
        return float(kl_divergence(people, softmax(logits / np.exp(log_temperature))).mean())

    other = minimize_scalar(mean_kl, bounds=(np.log(0.05), np.log(20)), method="bounded", options={"xatol": 1e-9})
    assert 0.1 < np.exp(other.x) < 19
    assert fit_temperature(logits, people) == pytest.approx(np.exp(other.x), rel=1e-4)


def test_a_temperature_is_as_fine_as_its_bracket_and_is_at_its_bounds_what_they_are() -> None:
    """Two classes, of whom the others are out of the question: the logit of 3 to 1, by hand."""
    logits = np.array([[2.0, 0.0, *[-1e6] * 5]])
    assert fit_temperature(logits, np.array([[0.75, 0.25, 0, 0, 0, 0, 0]])) == pytest.approx(2 / np.log(3), rel=1e-12)
    for temperature, wanted in ((0.05, 0.05), (20.0, 20.0), (0.049, 0.05), (21.0, 20.0)):
        share = 1 / (1 + np.exp(-2 / temperature))
        people = np.array([[share, 1 - share, 0, 0, 0, 0, 0]])
        assert fit_temperature(logits, people) == pytest.approx(wanted, rel=1e-9)


def exactly(logits: np.ndarray, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The scales and biases with the least mean KL and what the prior adds to it, by BFGS."""
    z = logits / fit_temperature(logits, people)

    def whole(values: np.ndarray) -> float:
        own = float(kl_divergence(people, softmax(z * values[:7] + values[7:])).mean())
        return own + float(((values[:7] - 1) ** 2).sum() + (values[7:] ** 2).sum()) / (2 * SPREAD**2 * len(z))

    start = np.concatenate([np.ones(7), np.zeros(7)])
    found = minimize(whole, start, method="BFGS", options={"gtol": 1e-8}).x
    return found[:7] / fit_temperature(logits, people), found[7:] - found[7:].mean()


@pytest.mark.parametrize(("count", "seed"), [(1, 1), (5, 4), (30, 2), (300, 3)])
def test_the_scaling_of_few_faces_is_where_another_optimiser_finds_it(count: int, seed: int) -> None:
    logits, people = drawn(count, seed)
    scale, bias = exactly(logits, people)
    found = fit_scaling(logits, people)
    np.testing.assert_allclose(found.scale, scale, atol=2e-5)
    np.testing.assert_allclose(found.bias, bias, atol=2e-5)


def test_a_dozen_of_newtons_steps_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its curvature is right, then: a wrong one gets there later or not at all."""
    for logits, people in (drawn(200, 6), drawn(5, 4)):
        whole = fit_scaling(logits, people)
        with monkeypatch.context() as few:
            few.setattr(calibration, "STEPS", 12)
            assert fit_scaling(logits, people) == whole
        with monkeypatch.context() as few:
            few.setattr(calibration, "STEPS", 1)
            assert fit_scaling(logits, people) != whole


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
