# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""One face that is followed: where it is expected, and what being found changes."""

from collections import deque

import numpy as np

from fer_perception import Detection
from fer_perception.tracking.motion import Motion
from fer_perception.tracking.track import Track

SEEN = 50_000_000_000
LATER = SEEN + 500_000_000


def track(speed=(0.0, 0.0)):
    """A face of 120 by 80 about (300, 200), seen in the last image."""
    detection = Detection((240.0, 160.0, 120.0, 80.0), 0.9)
    motion = Motion(np.array(detection.centre), detection.side, np.array(speed))
    return Track("f1", detection, SEEN, motion, deque([False, True]))


def test_the_time_that_it_was_not_seen_is_in_seconds():
    assert (track().unseen(SEEN), track().unseen(LATER), track().unseen(SEEN - 250_000_000)) == (0.0, 0.5, -0.25)


def test_it_is_expected_as_large_as_it_was_about_where_its_motion_leads():
    moving = track((100.0, -40.0))
    x, y = moving.motion.expected(0.5)
    assert x > 320
    assert y < 195
    assert moving.expected(LATER).tolist() == [x, y]
    assert moving.expected_box(LATER) == (x - 60, y - 40, 120.0, 80.0)
    assert track().expected_box(LATER) == (240.0, 160.0, 120.0, 80.0)


def test_what_is_found_is_followed_from_when_it_was_seen():
    found, alone = track(), Motion(np.array([300.0, 200.0]), track().detection.side)
    found.history.append(False)
    now = Detection((250.0, 160.0, 130.0, 90.0), 0.8)
    found.find(now, LATER)
    alone.follow(np.array([315.0, 205.0]), now.side, 0.5)
    assert (found.detection, found.seen_ns, list(found.history)) == (now, LATER, [False, True, True])
    assert found.velocity.tolist() == alone.velocity.tolist()
    assert found.motion.centre.tolist() == alone.centre.tolist()
