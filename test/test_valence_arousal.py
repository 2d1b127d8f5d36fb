"""fer_perception and fer_color do not import each other; what both know is the same."""

import numpy as np
import pytest

from fer_color.inputs import people as color
from fer_common.emotions import LABELS
from fer_common.emotions import LABELS as COLOR_LABELS
from fer_perception import expressions as perception


def test_the_tables_are_the_same():
    assert perception.VALENCE_AROUSAL == color.VALENCE_AROUSAL
    assert tuple(LABELS) == tuple(COLOR_LABELS)


@pytest.mark.parametrize("index", range(7))
def test_what_one_says_the_other_understands(index):
    said = perception.to_expression(np.eye(7, dtype=np.float32)[index])
    assert color.WORDS[said.expression] == COLOR_LABELS[index]
    heard = color.from_expression(said.expression, said.valence, said.arousal, said.confidence)
    assert np.allclose(heard, np.eye(7)[index])
    assert int(np.argmax(color.from_expression("", said.valence, said.arousal, said.confidence))) == index
