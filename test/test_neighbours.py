# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The neighbours' environment is made once or refused in one line, and a neighbour that ends is named."""

import sys
from pathlib import Path

import pytest

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")

from bench.others import neighbours
from bench.others.neighbours import Neighbour, install

ANSWERS = "import sys\nfor line in sys.stdin: print('{\"faces\": 1}', flush=True)"
ENDS = "import sys\nsys.stdin.readline()\nraise SystemExit('its model is missing')"


def test_a_neighbour_answers_image_by_image() -> None:
    with Neighbour([sys.executable, "-c", ANSWERS], "one") as one:
        for _ in range(3):
            assert one() == {"faces": 1}
        assert (one.images, one.faces) == (4, 4)  # the first is before it is timed


def test_a_neighbour_that_ends_is_one_line_with_its_last_word() -> None:
    with pytest.raises(RuntimeError, match=r"^one ended: its model is missing$"):
        Neighbour([sys.executable, "-c", ENDS], "one")


def test_what_can_not_be_installed_is_one_line_and_is_tried_again(tmp_path: Path) -> None:
    wanted = tmp_path / "wanted.txt"
    wanted.write_text(f"{tmp_path}/nothing-1.0-py3-none-any.whl\n")
    for _ in range(2):
        with pytest.raises(RuntimeError, match=r"^the neighbours can't be installed: ERROR") as caught:
            install(tmp_path / "environment", wanted)
        assert "\n" not in str(caught.value)


def test_what_is_installed_is_left_alone_until_the_pins_change(tmp_path: Path) -> None:
    wanted = tmp_path / "wanted.txt"
    wanted.write_text("# nothing\n")
    python = install(tmp_path / "environment", wanted)
    mark = tmp_path / "environment" / "mark"
    mark.touch()
    assert install(tmp_path / "environment", wanted) == python
    assert mark.is_file()
    wanted.write_text("# nothing else\n")
    assert install(tmp_path / "environment", wanted) == python
    assert not mark.exists()


def test_a_python_without_tensorflow_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "NEWEST", (3, 9))
    with pytest.raises(RuntimeError, match=r"no wheels for Python 3\.\d+; run the benchmark with 3\.9 or leave"):
        install(tmp_path / "environment")
    assert not (tmp_path / "environment").exists()


def test_every_requirement_is_pinned_and_every_direct_one_says_why() -> None:
    direct, _, rest = neighbours.REQUIREMENTS.read_text().partition("# What tensorflow-cpu asks for.")
    lines = [line for line in (direct + rest).splitlines() if line and not line.startswith("#")]
    assert all("==" in line for line in lines)
    assert all(line.partition(" # ")[2] for line in direct.splitlines() if line and not line.startswith("#"))
