# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is taken for a distribution over the seven, and the words for what is not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fer_common.distribution import TOLERANCE, fault, pooled


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


rows = (
    st.lists(st.floats(0, 1), min_size=7, max_size=7)
    .filter(lambda row: sum(row) > 0.01)
    .map(lambda row: np.array(row) / sum(row))
)


@given(one=rows, other=rows, share=st.floats(0, 1))
def test_a_pool_is_a_distribution_between_the_two(one, other, share):
    between = pooled(one, other, share)
    assert fault(between) == ""
    np.testing.assert_allclose(pooled(one, other, 0), one, atol=1e-12)
    np.testing.assert_allclose(pooled(one, other, 1), other, atol=1e-12)
    np.testing.assert_allclose(pooled(one, one, share), one, atol=1e-12)
    np.testing.assert_allclose(pooled(np.stack([one, other]), np.stack([other, one]), share)[0], between, atol=1e-12)


def test_what_is_half_way_is_the_geometric_mean():
    one, other = np.array([0.8, 0.2, 0, 0, 0, 0, 0]), np.array([0.2, 0.8, 0, 0, 0, 0, 0])
    np.testing.assert_allclose(pooled(one, other, 0.5), [0.5, 0.5, 0, 0, 0, 0, 0], atol=1e-12)
    sure = np.array([0.5, 0.5, 0, 0, 0, 0, 0], np.float32)
    np.testing.assert_allclose(pooled(one, sure, 0.5)[:2], [2 / 3, 1 / 3], atol=1e-6)


def test_of_two_that_rule_each_other_out_both_are_left():
    one, other = np.eye(7)[0], np.eye(7)[3]
    np.testing.assert_allclose(pooled(one, other, 0.5), (one + other) / 2, atol=1e-12)
    assert pooled(one, other, 0.1).argmax() == 0


@given(one=rows, other=rows, share=st.floats(0, 1), prior=rows)
def test_it_is_alike_whether_a_prior_comes_before_or_after(one, other, share, prior):
    one, other, prior = ((row + 0.01) / (row + 0.01).sum() for row in (one, other, prior))
    after = pooled(one, other, share) * prior
    before = pooled(one * prior / (one * prior).sum(), other * prior / (other * prior).sum(), share)
    np.testing.assert_allclose(before, after / after.sum(), atol=1e-12)
