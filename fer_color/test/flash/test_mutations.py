# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The judge against a limiter that is wrong: each fault is found in what a few stroboscopes leave of it."""

import numpy as np
import pytest
from strip_judge import check

from fer_color.flash import budget, limiter, strip_budget, strip_limiter
from fer_color.flash.limiter import FlashLimiter
from fer_color.flash.promise import WINDOWS
from fer_color.flash.strip_limiter import StripLimiter
from fer_color.transfer import curves_of

WHITE, RED, DARK = (1.0, 1.0, 1.0), (1.0, 0.0, 0.0), (0.0, 0.0, 0.0)
WISHES = [
    [(k / 30, one if int(k / 30 * hertz * 2) % 2 else other) for k in range(30 * 8)]
    for one, other in ((DARK, WHITE), (WHITE, DARK), (DARK, RED), (RED, WHITE))
    for hertz in (0.5, 1.1, 3.3, 8.0)
]


def judge_limiter(judge):
    for wishes in WISHES:
        faulty = FlashLimiter("linear")
        judge([(now, faulty.step(wanted, now)) for now, wanted in wishes], "linear")


def judge_strip(judge):
    for wishes in WISHES[1::2]:
        faulty = StripLimiter("linear", [1, 1])
        check([(now, faulty.step(np.array([wanted, WHITE]), now)) for now, wanted in wishes], "linear")


def windows_halved(monkeypatch):
    halved = tuple((seconds / 2, *limits) for seconds, *limits in WINDOWS)
    for module in (budget, strip_budget):
        monkeypatch.setattr(module, "WINDOWS", halved)


def long_window_left_out(monkeypatch):
    for module in (budget, strip_budget):
        monkeypatch.setattr(module, "WINDOWS", WINDOWS[:1])


def red_left_out(monkeypatch):
    whole, parts = limiter._largest, strip_limiter._change
    monkeypatch.setattr(limiter, "_largest", lambda now, before: (whole(now, before)[0], 0.0))
    monkeypatch.setattr(strip_limiter, "_change", lambda new, seen: parts(new, seen) * [1.0, 0.0])


def start_not_counted(monkeypatch):
    """The first frame goes out as it is wanted, and nothing is entered for it."""

    def first_free(kind, as_frame):
        step = kind.step

        def mutated(self, wanted, now, *level):
            if self._now == float("-inf"):
                self._states, self._now = [as_frame(wanted)], now
            return step(self, wanted, now, *level)

        monkeypatch.setattr(kind, "step", mutated)

    first_free(FlashLimiter, lambda wanted: (*(round(255 * value) for value in wanted), 255))
    first_free(StripLimiter, lambda wanted: np.rint(255 * wanted).astype(np.uint8))


def luminance_of_bytes(monkeypatch):
    """As though the lamp took sRGB: the bytes' sRGB luminance is bounded, the strip's is not."""
    for module in (limiter, strip_limiter):
        monkeypatch.setattr(module, "curves_of", lambda name: curves_of("srgb" if name == "linear" else name))


def limits_doubled(monkeypatch):
    doubled = tuple((seconds, *(2 * limit for limit in limits)) for seconds, *limits in WINDOWS)
    for module in (budget, strip_budget):
        monkeypatch.setattr(module, "WINDOWS", doubled)


MUTATIONS = [
    windows_halved,
    long_window_left_out,
    red_left_out,
    start_not_counted,
    luminance_of_bytes,
    limits_doubled,
]
JUDGES = {"one colour": judge_limiter, "strip": judge_strip}


@pytest.mark.parametrize("kind", JUDGES)
def test_right_limiter_passes(judge, kind):
    JUDGES[kind](judge)


@pytest.mark.parametrize("kind", JUDGES)
@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_judge_finds(judge, monkeypatch, mutate, kind):
    mutate(monkeypatch)
    with pytest.raises(AssertionError, match=r"lamp|linear"):
        JUDGES[kind](judge)
