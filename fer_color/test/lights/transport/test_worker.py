# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""How long the thread behind a light waits before it opens a lost way again."""

import pytest

from fer_color.lights.transport.worker import StopError, Worker


class Way(Worker):
    """Opens always; what becomes of each frame is told before. It notes how long it would wait, and goes on."""

    def __init__(self, fates):
        self.fates, self.slept, self.events = list(fates), [], []
        super().__init__("way", lambda: 0.0, self.events.append, lambda: self.put("frame", lambda: None))

    def _reopen(self):
        pass

    def _shut(self):
        pass

    def _deliver(self, job):
        if not self.fates:
            raise StopError
        if not self.fates.pop(0):
            raise OSError("it closed the connection")

    def _sleep(self, seconds):
        self.slept.append(seconds)


def waits(*fates):
    way = Way(fates)
    way.start()
    way._thread.join(30)
    assert not way._thread.is_alive()
    return way.slept


def test_what_opens_and_takes_no_frame_is_tried_ever_more_seldom():
    assert waits(*[False] * 8) == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0])


def test_a_frame_that_arrived_makes_the_next_loss_the_first_one():
    assert waits(False, False, True, False, True, False) == pytest.approx([0.2, 0.4, 0.2, 0.2])
