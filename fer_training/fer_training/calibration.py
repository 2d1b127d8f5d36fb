"""Temperature scaling (Guo et al., 2017), fitted to people's votes."""

import numpy as np
from numpy.typing import NDArray

LOWEST, HIGHEST = 0.05, 20.0


def fit_temperature(logits: NDArray[np.floating], people: NDArray[np.float64]) -> float:
    """The temperature T that minimises mean KL(people || softmax(logits / T)).

    Args:
        logits: [N, 7].
        people: the people's votes as distributions, [N, 7].

    Returns:
        T, 0.05 to 20; above 1 where the network is surer than people agree.
    """
    z = np.asarray(logits, dtype=np.float64)
    z = z - z.max(axis=1, keepdims=True)

    def slope(beta: float) -> float:
        """Derivative of the mean KL by beta = 1 / T. It only rises, since the KL is convex in beta."""
        weights = np.exp(beta * z)
        model = weights / weights.sum(axis=1, keepdims=True)
        return float(((model - people) * z).sum(axis=1).mean())

    low, high = 1 / HIGHEST, 1 / LOWEST
    if slope(low) >= 0:
        return HIGHEST
    if slope(high) <= 0:
        return LOWEST
    for _ in range(60):  # by then the bracket is as narrow as float64 goes
        middle = (low + high) / 2
        low, high = (low, middle) if slope(middle) > 0 else (middle, high)
    return 2 / (low + high)
