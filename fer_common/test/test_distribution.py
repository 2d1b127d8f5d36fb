# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is taken for a distribution over the seven, and the words for what is not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fer_common.distribution import TOLERANCE, fault


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([1, 0, 0, 0, 0, 0, 0], ""),
        ([1 / 7] * 7, ""),
        ([0.5, 0.5], "has 2 probabilities instead of 7"),
        ([np.nan, 0, 0, 0, 0, 0, 1], "has a probability that is no number"),
        ([np.inf, 0, 0, 0, 0, 0, 1], "has a probability that is no number"),
        ([-0.5, 0.5, 0, 0, 0, 0, 1], "has a probability of -0.5"),
        ([0.5, 0, 0, 0, 0, 0, 0], "sums to 0.5 instead of 1"),
    ],
)
def test_what_is_wrong_with_it_is_said(values, words):
    assert fault(np.array(values, dtype=np.float64)) == words


@given(arrays(np.float64, 7, elements=st.floats(0, 1)))
def test_whatever_is_not_negative_and_sums_to_one_is_taken(values):
    total = values.sum()
    assert fault(values) == ("" if abs(sum(values.tolist()) - 1) <= TOLERANCE else f"sums to {total:.4g} instead of 1")
    if total > 1e-6:
        assert fault(values / total) == ""
