# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The judge itself, on sequences that can be counted by hand."""

import pytest


def test_four_flashes_are_found(judge):
    frames = [(0.1 * k, (255, 255, 255) if k % 2 == 0 else (215, 215, 215)) for k in range(8)]
    with pytest.raises(AssertionError):
        judge(frames, "linear")


def test_window_is_closed_at_both_ends(judge):
    judge([(0.0, (77, 77, 77)), (1.1, (154, 154, 154))], "linear")
    with pytest.raises(AssertionError):
        judge([(0.0, (77, 77, 77)), (1.0, (154, 154, 154))], "linear")


def test_lamps_differ(judge):
    judge([(0.0, (180, 180, 180))], "srgb")
    with pytest.raises(AssertionError):
        judge([(0.0, (180, 180, 180))], "linear")


def test_red_alone_is_found(judge):
    with pytest.raises(AssertionError):
        judge([(0.0, (110, 0, 0))], "linear")
