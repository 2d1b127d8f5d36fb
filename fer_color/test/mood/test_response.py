# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the limiter adds to a change of mood, on a clock of the test's own, with its budget free."""

import itertools
import math

import numpy as np
import pytest

from fer_color.flash.limiter import FlashLimiter
from fer_color.flash.promise import WINDOWS
from fer_color.palette import PALETTES
from fer_color.settings import DEFAULT_TIME_CONSTANT
from fer_common.emotions import LABELS

TICK = 0.025
CASES = list(itertools.product(PALETTES, ["linear", "srgb"]))
SHORT_LIMITS = WINDOWS[0][1:]


def light(values, lamp):
    """Linear light of sRGB values or bytes / 255, apart from fer_color's own curves."""
    values = np.asarray(values, dtype=float)
    return (
        values if lamp == "linear" else np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    )


def change(one, other):
    """Of luminance and of saturated red, between two colours in linear light."""
    luminance = abs((other - one) @ np.array([0.2126, 0.7152, 0.0722]))
    return luminance, abs(max(0.0, other @ [1, -1, -1]) - max(0.0, one @ [1, -1, -1]))


def least_time(one, other, share, views=(lambda place: place,)):
    """Seconds that any light within the bound needs at least for `share` of the straight way.

    `views`: the light that each curve that the lamp may have makes of a place on that way.
    """
    places = one + np.linspace(0, share, 800)[:, None] * (other - one)
    lights = [view(places) for view in views]
    seen = [part for at in lights for part in (at @ [0.2126, 0.7152, 0.0722], np.maximum(0, at @ [1, -1, -1]))]
    amounts = np.abs(np.diff(np.stack(seen, axis=1), axis=0))
    cost = np.concatenate([np.zeros((1, amounts.shape[1])), np.cumsum(amounts, axis=0)])
    now, done, made = 0.0, 0, []
    while True:
        spent = [sum((amount for at, amount in made if now - at < span), 0 * cost[0]) for span, *_ in WINDOWS]
        left = np.min([np.array(limits * len(views)) - gone for (_, *limits), gone in zip(WINDOWS, spent)], axis=0)
        within = np.all(cost - cost[done] <= left + 1e-9, axis=1)
        reached = int(np.flatnonzero(within)[-1])
        made.append((now, cost[reached] - cost[done]))
        done = reached
        if done == len(cost) - 1:
            return now
        now = min(at + seconds for at, _ in made for seconds, *_ in WINDOWS if at + seconds > now)


def times(begin, end, lamp, smoothing, shares=(0.5, 0.95), transfer=None):
    """Seconds to each of `shares` of the way in light: without and with the limiter, which rested at `begin`."""
    limiter = FlashLimiter(transfer or lamp, shows=tuple(round(255 * value) for value in begin))
    start, way = light(begin, lamp), light(end, lamp) - light(begin, lamp)
    found = {kind: dict.fromkeys(shares) for kind in ("without", "with")}
    k = 0
    while any(None in seconds.values() for seconds in found.values()):
        gone = 1.0 if smoothing == 0 else -math.expm1(-k * TICK / smoothing)
        wanted = begin + (end - begin) * gone
        shown = np.array(limiter.step(tuple(wanted), k * TICK)) / 255
        for kind, value in (("without", wanted), ("with", shown)):
            # A byte's rounding is not what is measured.
            share = (light(value, lamp) - start) @ way / (way @ way) + 0.01
            for goal in shares:
                if found[kind][goal] is None and share >= goal:
                    found[kind][goal] = k * TICK
        k += 1
    return found


def rows(palette, lamp, smoothing):
    """For each ordered pair of emotions: names, colours in light, and `times`."""
    colors = PALETTES[palette].srgb()
    for one, other in itertools.permutations(range(7), 2):
        found = times(colors[one], colors[other], lamp, smoothing)
        yield LABELS[one], LABELS[other], light(colors[one], lamp), light(colors[other], lamp), found


def covered(one, other):
    return all(amount <= limit for amount, limit in zip(change(one, other), SHORT_LIMITS))


@pytest.mark.parametrize(("palette", "lamp"), CASES)
def test_what_the_budget_covers_is_half_way_within_100_ms_of_what_is_wanted(palette, lamp):
    many = 0
    for name, to, one, other, found in rows(palette, lamp, DEFAULT_TIME_CONSTANT):
        if covered(one, other):
            many += 1
            assert found["with"][0.5] - found["without"][0.5] <= 0.1 + 1e-9, (name, to, found)
    assert many >= 12


@pytest.mark.parametrize(("palette", "lamp"), CASES)
def test_beyond_it_a_step_takes_the_bounds_own_least_time(palette, lamp):
    """A switch without smoothing; two frames more than the least, for frames that fall between."""
    for name, to, one, other, found in rows(palette, lamp, 0.0):
        for share in (0.5, 0.95):
            least = least_time(one, other, share)
            assert found["with"][share] <= least + 2 * TICK + 1e-9, (name, to, share, least, found)


VALUES_OF = {
    "srgb": lambda place: place,
    "linear": lambda place: np.where(place <= 0.0031308, place * 12.92, 1.055 * place ** (1 / 2.4) - 0.055),
}
VALUES_OF |= {gamma: lambda place, gamma=gamma: VALUES_OF["linear"](place) ** gamma for gamma in (2.2, 2.8)}
"""What each curve of `any` makes of the values that are sRGB light `place`."""


@pytest.mark.parametrize("palette", PALETTES)
def test_a_lamp_of_unknown_curve_takes_what_all_its_curves_together_need_at_least(palette):
    """So it is no slower than it has to be on its way, which is straight in sRGB's light."""
    colors = PALETTES[palette].srgb()
    for one, other in itertools.permutations(range(7), 2):
        found = times(colors[one], colors[other], "srgb", 0.0, transfer="any")
        begin, end = light(colors[one], "srgb"), light(colors[other], "srgb")
        for share in (0.5, 0.95):
            least = least_time(begin, end, share, tuple(VALUES_OF.values()))
            assert found["with"][share] <= least + 2 * TICK + 1e-9, (LABELS[one], LABELS[other], share, least, found)
