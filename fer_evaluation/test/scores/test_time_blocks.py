# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is counted of an image and of a labelled moment, worked by hand, and how it is summed over time."""

import numpy as np
import pytest
from made_series import HAPPY, SAD, labels, one_hot, series

from fer_color.blend import blend
from fer_color.palette import PAPER
from fer_common.emotions import VALENCE_AROUSAL
from fer_evaluation.scores.samples import Samples, sample
from fer_evaluation.scores.time_blocks import (
    block_sums,
    frame_columns,
    resampled,
    sample_columns,
    shown_to,
    total,
)

NOTHING = np.full(7, np.nan)
HALF_EACH = one_hot(HAPPY, SAD).mean(axis=0)


def listed(columns, *names):
    return {name: columns[name].tolist() for name in names}


def test_images_by_hand():
    """Half and half is no uncertain answer; a second between two images is not too long, more is."""
    evenly = np.full(7, 1 / 7)
    p = np.array([one_hot(SAD)[0], HALF_EACH, one_hot(SAD)[0], evenly, evenly, NOTHING, one_hot(SAD)[0]])
    one = series([0.0, 0.25, 1.25, 2.5, 2.75, 3.0, 3.25], p)
    found = frame_columns(one)
    assert listed(found, "frames", "frames_with_face", "faces", "uncertain", "seconds", "changes") == {
        "frames": [1, 1, 1, 1, 1, 1, 1],
        "frames_with_face": [1, 1, 1, 1, 1, 0, 1],
        "faces": [1, 1, 1, 1, 1, 0, 1],
        "uncertain": [0, 0, 0, 1, 1, 0, 0],
        "seconds": [0, 0.25, 1, 0, 0.25, 0, 0],
        "changes": [0, 1, 1, 0, 0, 0, 0],  # of a half happy and half sad answer the first in order is the top
    }
    assert found["variation"] == pytest.approx([0, 0.5, 0.5, 0, 0, 0, 0])
    assert found["entropy"] == pytest.approx([0, 1, 0, np.log2(7), np.log2(7), 0, 0], abs=1e-6)


def test_the_light_that_was_shown_is_srgb_and_nothing_where_it_is_not_known():
    one = series([0.0, 0.1, 0.2], one_hot(SAD, SAD, SAD), rgb=[(255, 0, 51), (-1, -1, -1), (0, 0, 0)])
    other = series([0.0, 0.1], one_hot(SAD, SAD), rgb=[(0, 255, 0), (0, 0, 255)])
    taken = sample([one, other], [labels("0,0.3,sad"), labels("0.05,0.3,sad")])
    found = shown_to([one, other], taken)
    np.testing.assert_allclose(found, [(1, 0, 0.2), NOTHING[:3], (0, 0, 0), (0, 0, 1)])
    assert shown_to([one], sample([one], [None])).shape == (0, 3)


def moments():
    """Five: half happy and half sad, answered with 1 to 3; sad and a face's; felt alone; and two without an answer."""
    answer = np.array([0.25 * one_hot(HAPPY)[0] + 0.75 * one_hot(SAD)[0], *one_hot(SAD, HAPPY), NOTHING, NOTHING])
    wanted = np.array([HALF_EACH, one_hot(SAD)[0], NOTHING, *one_hot(SAD, HAPPY)])
    affect = np.array([(np.nan, np.nan), (0.5, 0.25), (0.1, -0.2), (0.3, 0.4), (np.nan, np.nan)])
    whose, index = np.array(["", "f1", "", "", ""]), np.arange(5)
    label = np.array([HAPPY, SAD, -1, SAD, HAPPY])
    return Samples(np.zeros(5, int), index, index / 10, whose, label, wanted, affect, answer)


def test_labelled_moments_by_hand():
    shown = np.array([(1.0, 1, 1), (1, 1, 1), (1, 1, 1), NOTHING[:3], PAPER.srgb()[HAPPY]])
    found = sample_columns(moments(), shown, PAPER)
    assert listed(found, "labelled", "scored", "felt", "lit") == {
        "labelled": [1, 1, 0, 1, 1],
        "scored": [1, 1, 0, 0, 0],
        "felt": [0, 1, 1, 0, 0],
        "lit": [1, 0, 0, 0, 1],  # what the room's light shows is held against the room's labels alone
    }
    confusion = np.zeros((5, 49))
    confusion[0, 7 * HAPPY + SAD] = confusion[1, 7 * SAD + SAD] = 1
    assert found["confusion"].tolist() == confusion.tolist()
    assert found["kl"] == pytest.approx([0.5 * np.log(2) + 0.5 * np.log(0.5 / 0.75), 0, 0, 0, 0])
    assert found["brier"] == pytest.approx([2 * 0.25**2, 0, 0, 0, 0])
    bins = np.zeros((5, 10))
    bins[0, 7] = bins[1, 9] = 1  # three quarters sure, and quite
    assert found["bin_count"].tolist() == bins.tolist()
    assert found["bin_confidence"].tolist() == (bins * [[0.75], [1], [1], [1], [1]]).tolist()
    assert found["bin_share"].tolist() == (bins * [[0.5], [1], [1], [1], [1]]).tolist()


def test_colours_of_labelled_moments_are_as_far_apart_as_others_find():
    from coloraide import Color

    shown = np.array([(1.0, 1, 1), (1, 1, 1), (1, 1, 1), NOTHING[:3], PAPER.srgb()[HAPPY]])
    found = sample_columns(moments(), shown, PAPER)
    answered, meant = (Color("srgb", blend(p[None], PAPER)[0].tolist()) for p in (moments().answer[0], HALF_EACH))
    assert found["colour"] == pytest.approx([answered.delta_e(meant, method="2000"), 0, 0, 0, 0], abs=0.02)
    assert found["light_colour"] == pytest.approx([Color("white").delta_e(meant, method="2000"), 0, 0, 0, 0], abs=0.02)


def test_what_was_felt_by_hand():
    found = sample_columns(moments(), np.full((5, 3), np.nan), PAPER)
    sad, happy = np.array(VALENCE_AROUSAL)[[SAD, HAPPY]]
    off, parts = np.zeros((5, 2)), np.zeros((5, 10))
    for row, x, y in ((1, sad, np.array([0.5, 0.25])), (2, happy, np.array([0.1, -0.2]))):
        off[row] = abs(x - y)
        parts[row] = [*x, *y, *(x * x), *(y * y), *(x * y)]
    np.testing.assert_allclose(found["affect_off"], off, atol=1e-12)
    np.testing.assert_allclose(found["affect_moments"], parts, atol=1e-12)


def test_blocks_are_of_one_recording_and_only_where_there_is_an_image():
    one = series([0.0, 1.75, 2.0, 7.75], one_hot(SAD, SAD, HAPPY, SAD))
    other = series([0.5, 0.75], one_hot(SAD, SAD))
    given = [labels("0,8,sad"), labels("0.6,1,happy")]
    sums = block_sums([one, other], sample([one, other], given), PAPER, 2.0)
    assert sums["frames"].tolist() == [2, 1, 1, 2]
    assert sums["labelled"].tolist() == [2, 1, 1, 1]
    hits, misses = sums["confusion"][:, 7 * SAD + SAD], sums["confusion"][:, 7 * SAD + HAPPY]
    assert (hits.tolist(), misses.tolist()) == ([2, 0, 1, 0], [0, 1, 0, 0])
    assert sums["confusion"][3, 7 * HAPPY + SAD] == 1
    whole = total(sums)
    assert (whole["frames"].tolist(), whole["confusion"].shape) == ([6], (1, 49))
    assert whole["confusion"].sum() == whole["scored"].sum() == 5


def test_the_light_of_a_moment_is_that_of_its_image():
    from coloraide import Color

    one = series([0.0, 0.5], one_hot(SAD, SAD), rgb=[(255, 255, 255), (0, 0, 0)])
    sums = block_sums([one], sample([one], [labels("0.4,1,sad")]), PAPER, 2.0)
    goal = Color("srgb", PAPER.srgb()[SAD].tolist())
    assert sums["lit"].tolist() == [1]
    assert sums["light_colour"][0] == pytest.approx(Color("black").delta_e(goal, method="2000"), abs=0.02)


def test_a_resample_is_as_many_blocks_as_there_are_the_same_for_each_figure():
    blocks = 6
    sums = {"frames": np.ones(blocks), "which": np.eye(blocks), "twice": 2 * np.eye(blocks)}
    drawn = resampled(sums, resamples=2000)
    assert drawn["frames"].tolist() == [blocks] * 2000
    assert drawn["which"].shape == (2000, blocks)
    assert set(np.unique(drawn["which"])) <= set(range(blocks + 1))
    assert drawn["which"].mean(axis=0) == pytest.approx(np.ones(blocks), abs=0.15)
    assert drawn["which"].var(axis=0) == pytest.approx(np.full(blocks, 1 - 1 / blocks), abs=0.15)
    assert drawn["twice"].tolist() == (2 * drawn["which"]).tolist()
    again, other = resampled(sums, resamples=2000, seed=0), resampled(sums, resamples=2000, seed=1)
    assert again["which"].tolist() == drawn["which"].tolist()
    assert other["which"].tolist() != drawn["which"].tolist()
