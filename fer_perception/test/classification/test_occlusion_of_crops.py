# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Where black squares lower an answer, against a network that says where it looks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_common.emotions import LABELS
from fer_perception.classification.occlusion import covered, mean_where_covered, rests_on

HAPPY = LABELS.index("happy")


def upper_left(crops: np.ndarray) -> np.ndarray:
    """Surer of 'happy', the brighter the upper left quarter is."""
    bright = crops[:, 0, :24, :24].mean(axis=(1, 2)) / 255
    answers = np.repeat(((1 - bright) / 6)[:, None], len(LABELS), axis=1)
    answers[:, HAPPY] = bright
    return answers.astype(np.float32)


def test_the_weight_lies_where_the_answer_comes_from() -> None:
    crop = np.full((48, 48), 10, np.uint8)
    crop[:24, :24] = 250
    answer, weight = rests_on(upper_left, crop)
    assert int(answer.argmax()) == HAPPY
    assert weight[:18, :18].min() > 0
    assert np.abs(weight[36:, 36:]).max() < 1e-6
    # A square of 12 within the quarter takes a quarter of its brightness away.
    assert weight[:12, :12].max() == pytest.approx(250 / 255 / 4, abs=1e-6)


@given(
    side=st.integers(4, 20),
    patch=st.integers(1, 8),
    step=st.integers(1, 8),
    value=st.integers(0, 255),
    inside=st.booleans(),
)
def test_each_copy_differs_by_its_square_alone(side: int, patch: int, step: int, value: int, inside: bool) -> None:
    patch = min(patch, side)
    face = np.random.default_rng(side).integers(0, 256, (side, side), dtype=np.uint8)
    faces, masks = covered(face, patch=patch, step=step, value=value, inside=inside)
    assert len(faces) == len(masks) + 1 > 1
    assert np.array_equal(faces[0], face)
    for one, mask in zip(faces[1:], masks):
        assert np.array_equal(one, np.where(mask, value, face))
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        assert mask.sum() == len(rows) * len(columns), "a rectangle"
        assert 1 <= len(rows) <= patch
        if inside:
            assert (len(rows), len(columns)) == (patch, patch)
    same = mean_where_covered(np.full(len(masks), 2.5), masks)
    assert set(np.unique(same)) <= {0.0, 2.5}
