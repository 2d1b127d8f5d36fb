# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is recorded, and that nobody's image is without a yes."""

import re
import stat
import subprocess
import sys

import pytest

from fer_bringup.errors import BringupError
from fer_bringup.recording import keeps_images, of_this_user, record_command


def kept(topic, **options):
    given = {"namespace": "", "image_topic": "image", "images": False, "output": "", **options}
    command = record_command(**given)
    return bool(re.search(command[command.index("--regex") + 1], topic))


@pytest.mark.parametrize("topic", ["/faces", "/emotion", "/color", "/diagnostics", "/tf_static"])
def test_results_are_recorded(topic):
    assert kept(topic)


@pytest.mark.parametrize("topic", ["/humans/faces/tracked", "/humans/faces/abc/expression", "/humans/faces/abc/roi"])
def test_rep_155_is_recorded(topic):
    assert kept(topic)


@pytest.mark.parametrize(
    "topic",
    [
        "/image",
        "/image/compressed",
        "/humans/faces/abc/aligned",
        "/humans/faces/abc/cropped",
        "/camera/color",
        "/faces2",
    ],
)
def test_no_image_is_recorded_without_a_yes(topic):
    assert not kept(topic)


@pytest.mark.parametrize("topic", ["/image", "/image/compressed", "/camera_info"])
def test_images_are_recorded_with_one(topic):
    assert kept(topic, images=True)
    assert not kept("/other/image", images=True)


def test_namespace_and_camera():
    options = {"namespace": "/kitchen/", "image_topic": "/cam.era/image_raw", "images": True}
    assert kept("/kitchen/faces", **options)
    assert not kept("/faces", **options)
    assert kept("/cam.era/image_raw/compressed", **options)
    assert kept("/cam.era/camera_info", **options)
    assert not kept("/camXera/image_raw", **options)


def test_a_camera_that_is_named_with_its_compressed_images_keeps_its_calibration():
    options = {"image_topic": "/oakd/rgb/image_raw/compressed", "images": True}
    assert kept("/oakd/rgb/image_raw/compressed", **options)
    assert kept("/oakd/rgb/camera_info", **options)


def test_output_is_named():
    command = record_command(namespace="", image_topic="image", images=False, output="session")
    assert command[:3] == ["ros2", "bag", "record"]
    assert command[-2:] == ["--output", "session"]


def test_nobody_else_can_read_a_recording(tmp_path):
    command = of_this_user([sys.executable, "-c", "import sys; open(sys.argv[1], 'w')", str(tmp_path / "a b.mcap")])
    subprocess.run(command, check=True, timeout=60)
    assert stat.S_IMODE((tmp_path / "a b.mcap").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("choice", "answer", "images"),
    [
        ("ask", "y", True),
        ("ask", " Yes ", True),
        ("ask", "", False),
        ("ask", "no", False),
        ("keep", None, True),
        ("leave", "y", False),
        ("ask", None, False),
    ],
)
def test_images_are_kept_only_after_a_yes(choice, answer, images):
    questions = []

    def ask(question):
        questions.append(question)
        return answer

    assert keeps_images(choice, None if answer is None else ask) is images
    assert bool(questions) == (choice == "ask" and answer is not None)


def test_an_odd_choice_is_refused():
    with pytest.raises(BringupError, match="expected one of ask, keep, leave"):
        keeps_images("sometimes", None)


def test_the_launch_file_describes_its_arguments():
    pytest.importorskip("launch_ros", reason="ROS 2's launch is not installed (package 'launch_ros')")
    launch = pytest.importorskip("launch", reason="ROS 2's launch is not installed (package 'launch')")
    from pathlib import Path

    file = Path(__file__).resolve().parents[1] / "launch" / "record.launch.py"
    source = launch.launch_description_sources.PythonLaunchDescriptionSource(str(file))
    arguments = source.try_get_launch_description_without_context().get_launch_arguments()
    assert {argument.name for argument in arguments} == {"images", "image_topic", "namespace", "output"}
    assert all(argument.description != "no description given" for argument in arguments)
