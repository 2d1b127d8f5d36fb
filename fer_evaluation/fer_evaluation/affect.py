"""Valence and arousal of the seven emotions, for labels that give these in place of an emotion."""

import numpy as np
from numpy.typing import NDArray

VALENCE_AROUSAL = np.array(
    [
        [-0.51, 0.59],  # angry
        [-0.60, 0.35],  # disgust: 'disgusted'
        [-0.64, 0.60],  # fear: 'fearful'
        [0.81, 0.51],  # happy
        [0.00, 0.00],  # neutral: the origin, by definition
        [-0.63, -0.27],  # sad
        [0.40, 0.67],  # surprise: 'surprised'
    ]
)
"""Pleasure and arousal, -1 to 1, in the order of fer_msgs: mean ratings of Russell and Mehrabian, 1977, 'Evidence for a
three-factor theory of emotions', but for neutral."""


def valence_arousal(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """The seven's valence and arousal, weighted by the probabilities: [..., 7] to [..., 2]."""
    return np.asarray(np.asarray(probabilities, np.float64) @ VALENCE_AROUSAL)
