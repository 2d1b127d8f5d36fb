# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A core that drives one light on a clock of its own."""

import threading
import time

from waiting import until

from fer_color.core import ColorCore
from fer_color.lights import LightOptions, make_light
from fer_color.settings import Settings


class DrivenCore:
    """A core with an emotion that stays, or None for none, ticked at 50 Hz in a thread."""

    def __init__(self, spec, emotion, **settings):
        self.light = make_light(spec, LightOptions(), clock=time.monotonic)
        self.light.open()
        self.emotion, self.sent, self.told = emotion, [], []
        self.core = ColorCore(Settings(**settings), [self.light], on_sent=lambda index, sent: self.sent.append(sent))
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        while not self.done.wait(0.02):
            now = time.monotonic()
            if self.emotion is not None:
                self.core.on_emotion(self.emotion, int(now * 1e9), now)
            self.core.tick(now)
            self.told += [notice.text for notice in self.core.take_notices()]

    def hand_back(self):
        self.core.begin_hand_back(time.monotonic())
        assert until(lambda: self.core.handed_back(time.monotonic()))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()
        self.core.close()
