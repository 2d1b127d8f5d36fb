# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The limiters' frames, byte for byte, against a plain limiter that shares nothing with them."""

import random

import numpy as np
import pytest
from plain_limiter import PlainLimiter
from strip_judge import LAMPS

from fer_color.flash.limiter import FlashLimiter
from fer_color.flash.strip_limiter import StripLimiter

WHITE, BLACK, RED, GREEN = (1.0, 1.0, 1.0), (0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)
ORANGE, EDGE, CYAN, DIM = (1.0, 0.4, 0.1), (0.8, 0.2, 0.0), (0.0, 1.0, 1.0), (0.1, 0.12, 0.14)
SCRIPT = (
    (0.0, WHITE), (0.5, WHITE), (1.0, RED), (1.05, WHITE), (1.1, ORANGE), (1.3, DIM), (2.5, EDGE), (2.8, CYAN),
    (3.7, RED), (4.9, GREEN), (6.1, BLACK), (7.2, DIM), (8.4, (0.0, 0.1, 0.2)), (8.8, (0.003, 0.103, 0.2)),
    (9.5, (0.005, 0.1055, 0.2)), (16.0, RED), (16.03, RED), (23.0, EDGE), (23.2, (2.0, -1.0, 0.5)), (30.0, DIM),
)  # fmt: skip


def restless(seed, steps=60):
    """Wishes that anybody might have, at any pace; the same each time."""
    chance, now = random.Random(seed), 5.0
    for _ in range(steps):
        now += chance.choice([0.03, 0.2, 0.6, 1.05, 1.2, 6.2])
        yield now, chance.choice([WHITE, BLACK, RED, EDGE, tuple(chance.random() for _ in range(3))])


@pytest.mark.parametrize("transfer", ["linear", "srgb", "gamma2.8", "either", "any"])
def test_one_colour_goes_byte_for_byte_as_the_plain_limiter_does(transfer):
    # 'either' goes straight in an sRGB lamp's light, as `curves_of` has it first.
    plain, limiter = (
        PlainLimiter(["srgb", *(set(LAMPS[transfer]) - {"srgb"})] if len(LAMPS[transfer]) > 1 else LAMPS[transfer]),
        FlashLimiter(transfer),
    )
    for now, wanted in (*SCRIPT, *((now + 40, wanted) for now, wanted in restless(1))):
        assert limiter.step(wanted, now) == plain.step([wanted], now)[0], now


@pytest.mark.parametrize("levels", [None, (0, 60, 128, 255)])
def test_so_does_one_with_a_level_beside_its_colour(levels):
    plain = PlainLimiter(["linear"], levels=levels)
    limiter = FlashLimiter("linear", **({} if levels is None else {"levels": levels}))
    moods = [255, 128, 40, 200, 0, 255, 90]
    for k, (now, wanted) in enumerate(SCRIPT):
        level = moods[k // 2 % 7]
        found = limiter.step(wanted, now, level)
        assert ([found], limiter.level) == (plain.step([wanted], now, level), plain.level), now


@pytest.mark.parametrize("transfer", ["linear", "srgb"])
@pytest.mark.parametrize("sizes", [(1,), (1, 1), (3, 1, 2)])
def test_so_do_segments(transfer, sizes):
    plain, strip = PlainLimiter(LAMPS[transfer], sizes), StripLimiter(transfer, sizes)
    colors = [wanted for _, wanted in SCRIPT]
    for k, (now, _) in enumerate(SCRIPT):
        wanted = [colors[(k + 3 * part) % len(colors)] for part in range(len(sizes))]
        found = strip.step(np.array(wanted), now)
        assert [tuple(rgb) for rgb in found.tolist()] == plain.step(wanted, now), now
