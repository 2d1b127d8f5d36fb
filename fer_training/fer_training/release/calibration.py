# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Calibration fitted to people's votes: temperature scaling, and vector scaling (Guo et al., 2017)."""

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_training.measures.predict import softmax

LOWEST, HIGHEST = 0.05, 20.0
SPREAD = 0.5
"""How far from the temperature's a scale is expected to lie, as a share of it, and a bias from 0: its prior's standard
deviation. A few thousand faces outweigh it; a few dozen hardly do."""
CALIBRATION = "calibration"
"""A scaling's name in a model file's metadata."""
DIGITS = 6
STEPS = 100


@dataclass(frozen=True)
class Scaling:
    """Vector scaling: the probabilities are softmax(scale * logits + bias)."""

    scale: tuple[float, ...]
    """One an emotion, above 0."""
    bias: tuple[float, ...]
    """One an emotion; their sum is 0."""

    def probabilities(self, logits: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the probabilities for logits, [N, 7], as many rows, each summing to 1."""
        return softmax(logits * np.array(self.scale) + self.bias)

    def as_json(self) -> str:
        """Write the scaling as a model file's metadata have it."""
        return json.dumps({"scale": self.scale, "bias": self.bias})


def fit_scaling(logits: NDArray[np.floating], people: NDArray[np.float64]) -> Scaling:
    """Return the scaling that minimises mean KL(people || softmax(scale * logits + bias)).

    With few faces it stays near the best temperature's; where an emotion's scale would not be above 0, it is that.
    Newton's method on a convex function.

    Args:
        logits: [N, 7].
        people: the people's votes as distributions, [N, 7].
    """
    count, classes = logits.shape
    begin = 1 / fit_temperature(logits, people)
    z = np.asarray(logits, np.float64) * begin
    weight = 1 / (SPREAD**2 * count)
    found = centre = np.concatenate([np.ones(classes), np.zeros(classes)])

    def loss(values: NDArray[np.float64]) -> float:
        scaled = z * values[:classes] + values[classes:]
        own = np.logaddexp.reduce(scaled, axis=1) - (people * scaled).sum(axis=1)
        return float(own.mean() + weight / 2 * ((values - centre) ** 2).sum())

    for _ in range(STEPS):
        model = softmax(z * found[:classes] + found[classes:])
        residual = model - people
        slope = np.concatenate([(residual * z).mean(axis=0), residual.mean(axis=0)]) + weight * (found - centre)
        if np.abs(slope).max() < 1e-9:
            break
        step = np.linalg.solve(_curvature(z, model) + weight * np.eye(2 * classes), slope)
        share = 1.0
        while loss(found - share * step) > loss(found) and share > 1e-6:
            share /= 2
        found = found - share * step
    scale, bias = found[:classes], found[classes:]
    if scale.min() <= 0:
        scale, bias = np.ones(classes), np.zeros(classes)
    return Scaling(_rounded(scale * begin), _rounded(bias))  # the biases' sum is 0, where the prior is least


def _curvature(z: NDArray[np.float64], model: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean cross entropy's second derivatives by scales and biases, [14, 14]."""
    count, classes = z.shape
    blocks = np.zeros((2 * classes, 2 * classes))
    inputs = np.concatenate([z, np.ones_like(z)], axis=1)
    twice = np.concatenate([model, model], axis=1)
    weighted = inputs * twice
    own = np.arange(classes)
    for rows in (own, own + classes):
        for columns in (own, own + classes):
            blocks[rows, columns] = (inputs[:, rows] * inputs[:, columns] * model).mean(axis=0)
    return np.asarray(blocks - weighted.T @ weighted / count)


def _rounded(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(round(float(value), DIGITS) for value in values)


def fit_temperature(logits: NDArray[np.floating], people: NDArray[np.float64]) -> float:
    """Return the temperature T that minimises mean KL(people || softmax(logits / T)).

    Args:
        logits: [N, 7].
        people: the people's votes as distributions, [N, 7].

    Returns:
        T, 0.05 to 20; above 1 where the network is surer than people agree.
    """
    z = np.asarray(logits, dtype=np.float64)
    z = z - z.max(axis=1, keepdims=True)

    def slope(beta: float) -> float:
        """Return the derivative of the summed KL by beta = 1 / T. It only rises, since the KL is convex in beta."""
        weights = np.exp(beta * z)
        model = weights / weights.sum(axis=1, keepdims=True)
        return float(((model - people) * z).sum())

    low, high = 1 / HIGHEST, 1 / LOWEST
    if slope(low) >= 0:  # so, too, of a network that always says the same
        return HIGHEST
    for _ in range(60):  # by then the bracket is as narrow as float64 goes
        middle = (low + high) / 2
        low, high = (low, middle) if slope(middle) > 0 else (middle, high)
    return 2 / (low + high)
