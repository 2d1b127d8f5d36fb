# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Where covering a face matters."""

import numpy as np
import pytest

from fer_common.emotions import LABELS
from fer_training.measures.occlusion import correlation, lower_half, turning

HAPPY, NEUTRAL = LABELS.index("happy"), LABELS.index("neutral")


class Spot:
    """Answers happy while one pixel is bright, else neutral."""

    def __init__(self, y: int, x: int) -> None:
        self.y, self.x = y, x

    def answers(self, images: np.ndarray):
        bright = images[:, self.y, self.x] > 100
        answers = np.zeros((len(images), 7))
        answers[bright, HAPPY], answers[~bright, NEUTRAL] = 1, 1
        yield answers, None


def test_black_turns_the_label_only_over_what_decides() -> None:
    spot = turning(Spot(20, 30), np.full((48, 48), 200, np.uint8), patch=8, step=4)  # type: ignore[arg-type]
    assert spot[20, 30] == 1
    rows, columns = np.nonzero(spot)
    # A square of 8 that covers the spot reaches at most 7 further.
    assert rows.min() >= 13
    assert rows.max() <= 27
    assert columns.min() >= 23
    assert columns.max() <= 37


def test_lower_half_is_the_share_of_what_is_positive() -> None:
    maps = np.zeros((3, 48, 48))
    maps[0, 40, 10] = 2.0
    maps[1, 10, 10], maps[1, 40, 10], maps[1, 0, 0] = 3.0, 1.0, -9.0
    shares = lower_half(maps)
    assert shares[:2] == pytest.approx([1.0, 0.25])
    assert np.isnan(shares[2])


def test_correlation_is_over_places_and_leaves_out_what_is_flat() -> None:
    ramp = np.arange(48 * 48, dtype=float).reshape(1, 48, 48)
    both = np.concatenate([ramp, np.zeros((1, 48, 48))])
    assert correlation(both, both) == pytest.approx(1.0)
    assert correlation(ramp, -ramp) == pytest.approx(-1.0)
    assert np.isnan(correlation(both[1:], both[1:]))
