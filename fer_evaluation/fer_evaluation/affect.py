"""Valence and arousal of the seven emotions, for labels that give these in place of an emotion."""

import numpy as np
from numpy.typing import NDArray

from fer_common import emotions

VALENCE_AROUSAL = np.array(emotions.VALENCE_AROUSAL)
"""Pleasure and arousal, -1 to 1, [7, 2], in the order of fer_msgs; `fer_common.emotions` says where they come from."""


def valence_arousal(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the seven's valence and arousal, weighted by the probabilities: [..., 7] to [..., 2]."""
    return np.asarray(np.asarray(probabilities, np.float64) @ VALENCE_AROUSAL)
