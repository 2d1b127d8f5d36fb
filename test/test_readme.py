# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The README is short, and what it tells people to type works as printed."""

import json
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[1]
README = (TOP / "README.md").read_text(encoding="utf-8")
PAGES = [TOP / "README.md", *sorted(TOP.glob("fer_*/README.md")), *sorted(TOP.glob("docs/**/*.md"))]
FILES = ("sad_to_happy.mp4", "face_detection_yunet_2023mar.onnx")


def blocks(text):
    """The code blocks for a shell."""
    return re.findall(r"^```bash\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def test_it_is_short():
    prose = re.sub(r"^```.*?^```", "", README, flags=re.DOTALL | re.MULTILINE)
    assert len(prose.split()) <= 900


def stored(name):
    share = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    for path in (*TOP.parent.glob(f"shared/*/{name}"), Path(os.environ.get("FER_DATA_DIR") or share / "fer") / name):
        if path.is_file():
            return path
    pytest.skip(f"{name} is neither in ../shared nor fetched (make fetch)")


@pytest.mark.timeout(300)  # a busy machine takes its time
def test_a_bag_in_a_verdict_out(tmp_path):
    """Run the block as printed, in a folder of its own with a home of its own; what it sources has run before us."""
    pytest.importorskip("rosbags", reason="rosbags is not installed")
    (block,) = [one for one in blocks(README) if "evaluate_bag" in one]
    first, *commands = block.splitlines()
    assert first == "FER_LEVEL=evaluate . scripts/env.bash"
    data = tmp_path / ".local" / "share" / "fer"
    data.mkdir(parents=True)
    for name in FILES:
        (data / name).symlink_to(stored(name))
    (tmp_path / "examples").symlink_to(TOP / "examples")
    variables = {**os.environ, "HOME": str(tmp_path)}
    for name in ("FER_DATA_DIR", "XDG_DATA_HOME"):
        variables.pop(name, None)
    done = subprocess.run(
        ["bash", "-euc", "\n".join(commands)], cwd=tmp_path, env=variables, capture_output=True, text=True, timeout=280
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "results" / "clip" / "metrics.json").read_text())
    assert found["frames"] == 472
    assert found["accuracy"] > 0.7
    assert (tmp_path / "results" / "clip" / "report.html").is_file()


def ambient_commands():
    """The options of every `make ambient` on every page."""
    for page in PAGES:
        for options in re.findall(r'make ambient ARGS="([^"]*)"', page.read_text(encoding="utf-8")):
            if "…" not in options:
                yield pytest.param(options, id=f"{page.relative_to(TOP)}: {options}")


@pytest.mark.parametrize("options", list(ambient_commands()))
def test_the_lights_options_are_understood(options):
    pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
    from fer_bringup.options import parse

    parse(shlex.split(options))


def evaluation_commands():
    """The arguments of every evaluate_bag in a block of a page."""
    for page in PAGES:
        for block in blocks(page.read_text(encoding="utf-8")):
            for words in re.findall(r"python3 -m fer_evaluation\.evaluate_bag ([^#\n]*)", block):
                yield pytest.param(words, id=f"{page.relative_to(TOP)}: {words.strip()}")


@pytest.mark.parametrize("words", list(evaluation_commands()))
def test_the_options_of_evaluation_are_understood(words):
    pytest.importorskip("rosbags", reason="rosbags is not installed")
    from fer_evaluation.options import parse

    parse(shlex.split(words))


def test_the_launch_arguments_that_pages_name_are_declared():
    """As text: the wheels have no `launch`, so the files can't be asked here."""
    declared = "".join(path.read_text() for path in TOP.glob("fer_bringup/*/*.py"))
    for page in PAGES:
        for block in blocks(page.read_text(encoding="utf-8")):
            for line in re.findall(r"ros2 launch fer_bringup \w+\.launch\.py ([^#\n]*)", block):
                for name in re.findall(r"(\w+):=", line):
                    assert re.search(rf'"(--)?{name}"', declared), f"{page}: {name}"


def test_every_command_of_make_is_there():
    targets = set(re.findall(r"^(\w[\w-]*):", (TOP / "Makefile").read_text(), flags=re.MULTILINE))
    for page in [*PAGES, TOP / "CONTRIBUTING.md"]:
        for block in blocks(page.read_text(encoding="utf-8")):
            named = re.findall(r"^make ([a-z][\w-]*)", block, flags=re.MULTILINE)
            assert set(named) <= targets, page


def test_the_levels_of_the_setup_are_those_that_pages_name():
    code = (TOP / "scripts" / "setup" / "__main__.py").read_text()
    known = set(re.findall(r'"(\w+)"', re.search(r"level not in \(([^)]*)\)", code)[1]))
    for page in [*PAGES, TOP / "CONTRIBUTING.md", TOP / "examples" / "README.md"]:
        assert set(re.findall(r"FER_LEVEL=(\w+)", page.read_text(encoding="utf-8"))) <= known, page
