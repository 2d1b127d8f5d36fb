# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The fuzzer itself: it finds what is there to be found, and its examples are whole."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from fuzz.__main__ import fuzz
from fuzz.mutations import damaged
from fuzz.targets import TARGETS, Target


@pytest.mark.parametrize("name", TARGETS)
def test_every_example_is_whole(name: str) -> None:
    for seed in TARGETS[name].seeds:
        TARGETS[name].read(seed)


@pytest.mark.parametrize("name", TARGETS)
def test_damage_ends_in_our_own_error_or_none(name: str) -> None:
    """That each reader can be damaged; CI's `make fuzz` damages them hundreds of times."""
    assert fuzz(TARGETS[name], 0.0, seed=1, examples=20) >= 20


def test_what_is_wrong_is_found_made_small_and_kept(tmp_path: Path) -> None:
    def read(content: bytes) -> None:
        if b"\xff\xff\xff\xff" in content:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fuzz(Target(read, (b"abcdefgh",)), 60.0, found=tmp_path)
    (kept,) = tmp_path.iterdir()
    assert b"\xff\xff\xff\xff" in kept.read_bytes()
    assert len(kept.read_bytes()) <= 12


@given(damaged((b"0123456789",)))
@settings(max_examples=200, suppress_health_check=list(HealthCheck))
def test_damage_stays_small(content: bytes) -> None:
    assert len(content) < 4096
