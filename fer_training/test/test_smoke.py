# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The whole chain on a few faces, as `make train-smoke` runs it."""

from pathlib import Path

import pytest

from fer_training import smoke


def test_the_chain_works_on_drawn_faces(capsys: pytest.CaptureFixture[str]) -> None:
    assert smoke.main(["--faces", "128"]) == 0
    printed = capsys.readouterr().out
    for step in ("train", "export", "evaluate"):
        assert f"== python3 -m fer_training.{step}" in printed
    assert ": 32 faces" in printed


def test_data_that_are_not_there_end_it_with_the_steps_own_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert smoke.main(["--data", "nowhere"]) == 2
    assert "train: no folder 'nowhere'" in capsys.readouterr().err


def test_the_makefile_offers_it() -> None:
    makefile = (Path(__file__).resolve().parents[2] / "Makefile").read_text()
    assert "train-smoke:" in makefile
