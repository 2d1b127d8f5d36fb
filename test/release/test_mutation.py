# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""`make mutation`: what it counts, and that its parts are there; mutmut itself is not run here."""

from pathlib import Path

import pytest

from mutation.__main__ import line, prepare, share
from mutation.parts import PARTS

TOP = Path(__file__).resolve().parents[2]


def test_the_share_is_of_what_was_tried() -> None:
    fates = {"a": "killed", "b": "timeout", "c": "survived", "d": "no tests", "e": "not checked"}
    assert share(fates) == 50.0
    assert line("part", fates) == "part: 2 of 4 faults seen, 50.0 %, 1 not tried"
    assert line("part", {"e": "not checked"}) == "part: 0 of 0 faults seen, 0.0 %, 1 not tried"
    assert line("part", {"a": "killed"}) == "part: 1 of 1 faults seen, 100.0 %"


@pytest.mark.parametrize("name", PARTS)
def test_what_a_part_needs_is_there_and_what_it_is_told_to_try_is_its_own(name: str, tmp_path: Path) -> None:
    part = PARTS[name]
    assert all(path.exists() for path in part.paths(TOP))
    prepare(part, tmp_path / name)
    for module in part.modules:
        assert (tmp_path / name / part.package / module).is_file()
        dotted = f"{part.package}.{module.removesuffix('.py').replace('/', '.')}"
        assert part.has(f"{dotted}.x_some__mutmut_1")
        assert not part.has(f"{dotted}s.x_some__mutmut_1")
    settings = (tmp_path / name / "setup.cfg").read_text()
    assert all(f"    test/{test}\n" in settings for test in part.tests)


@pytest.mark.parametrize("name", ["limiter", "strip_limiter", "budget"])
def test_what_keeps_the_flash_promise_asks_for_ninety_percent(name: str) -> None:
    assert PARTS[name].least == 90.0
