# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0
"""Pictures with and without colours beside each other."""

import cv2
import numpy as np

from fer_perception.search.difference import difference
from fer_perception.search.glance import Glance

COLOURS = np.random.default_rng(3).integers(0, 256, (480, 640, 3), np.uint8)


def test_colours_count_where_both_have_them() -> None:
    blue, red = np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4, 3), np.uint8)
    blue[..., 0], red[..., 2] = 60, 23  # as light as each other
    assert difference(blue, red).max() == 60
    assert difference(cv2.cvtColor(blue, cv2.COLOR_BGR2GRAY), red).max() <= 1


def test_the_same_image_without_its_colours_has_not_changed() -> None:
    colours, grey = Glance.at(COLOURS, []), Glance.at(cv2.cvtColor(COLOURS, cv2.COLOR_BGR2GRAY), [])
    assert not grey.changes(colours).any()
    assert not colours.changes(grey).any()
    lighter = COLOURS.copy()
    lighter[:200, :200] = 255
    assert grey.changes(Glance.at(lighter, [])).any()
