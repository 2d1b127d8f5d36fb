# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Every example runs as examples/README.md says."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from waiting import PATIENCE

TOP = Path(__file__).resolve().parents[1]
EXAMPLES = TOP / "examples"

pytestmark = pytest.mark.timeout(300)  # a busy machine takes its time


def run(*arguments, **environment):
    variables = {**os.environ, **environment}
    return subprocess.run(
        [sys.executable, *map(str, arguments)], env=variables, capture_output=True, text=True, timeout=200
    )


@pytest.fixture
def photograph(tmp_path):
    cv2 = pytest.importorskip("cv2", reason="OpenCV is not installed")
    data = pytest.importorskip("skimage.data", reason="scikit-image, which has the picture, is not installed")
    folder = tmp_path / "photographs"
    folder.mkdir()
    cv2.imwrite(str(folder / "astronaut.png"), data.astronaut()[:, :, ::-1])
    return folder / "astronaut.png"


def test_a_photograph_is_read(photograph):
    done = run(EXAMPLES / "read_photograph.py", photograph)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines].count("face") == 1
    assert lines[1].split()[0] == "happy"
    assert sum(float(line.split()[1]) for line in lines[1:8]) == pytest.approx(1, abs=0.004)


def test_no_photograph_is_one_line(tmp_path):
    done = run(EXAMPLES / "read_photograph.py", tmp_path / "none.png")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("read_photograph: ")


def led(folder, **files):
    """A colour LED as Linux shows one: green before red, lit in dim blue."""
    folder.mkdir()
    content = {"multi_index": "green red blue", "max_brightness": 100, "brightness": 50, "multi_intensity": "0 0 40"}
    for name, value in (content | files).items():
        (folder / name).write_text(f"{value}\n")
    return folder


def install(tmp_path_factory, *packages):
    """Install examples' packages into a folder of their own."""
    target = tmp_path_factory.mktemp("installed")
    sources = []
    for package in packages:
        source = tmp_path_factory.mktemp("source") / package  # setuptools builds beside the sources
        source.mkdir()
        for path in (EXAMPLES / package).iterdir():
            if path.suffix in (".py", ".toml"):
                (source / path.name).write_bytes(path.read_bytes())
        sources.append(source)
    command = ["-m", "pip", "install", "--quiet", "--no-compile", "--no-deps", "--no-build-isolation", "--no-index"]
    done = run(*command, "--target", target, *sources)
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The packages of a light, a detector and a classifier."""
    return install(tmp_path_factory, "light_of_your_own", "perception_of_your_own")


LIGHT = """
import json, sys, time
from fer_color.lights import LightOptions, Frame, make_light, known_lights
light = make_light(sys.argv[1], LightOptions(), clock=time.monotonic)
light.open()
read = open(sys.argv[1].partition(":")[2] + "/multi_intensity").read()
light.send(Frame((255, 128, 0)), lambda: None)
print(json.dumps([known_lights()[-1], list(light.returns_to), light.transfer, read]))
"""


def test_the_light_is_found_and_writes_the_kernels_files(installed, tmp_path):
    folder = led(tmp_path / "status")
    path = os.pathsep.join([str(installed), os.environ.get("PYTHONPATH", "")])
    done = run("-c", LIGHT, f"sysfs:{folder}", PYTHONPATH=path)
    assert done.returncode == 0, done.stderr
    name, before, transfer, read = json.loads(done.stdout)
    assert name == "sysfs"
    assert before == [0, 0, 51]  # 40 of 100, at half the brightness
    assert transfer == "linear"
    assert read.split() == ["0", "0", "40"], "opened, it still shows what it showed"
    assert (folder / "multi_intensity").read_text().split() == ["50", "100", "0"]
    assert (folder / "brightness").read_text().strip() == "100"


def test_the_light_answers_a_face_and_is_handed_back(installed, photograph, tmp_path):
    folder = led(tmp_path / "status")
    path = os.pathsep.join([str(installed), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "fer_bringup.ambient", "--source", photograph.parent, "--loop"]
    with subprocess.Popen(
        [*map(str, command), "--light", f"sysfs:{folder}"],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as ambient:
        until = time.monotonic() + 60
        while (folder / "brightness").read_text().strip() != "100" and time.monotonic() < until:
            assert ambient.poll() is None, ambient.stderr.read()
            time.sleep(0.05)
        ambient.send_signal(signal.SIGINT)
        _, said = ambient.communicate(timeout=PATIENCE)
    assert ambient.returncode == 0, said
    assert (folder / "brightness").read_text().strip() == "100", "a face was answered"
    values = [int(value) for value in (folder / "multi_intensity").read_text().split()]
    assert values == [0, 0, 20], "the same light as before: 40 of 100 at half the brightness"


@pytest.mark.parametrize("files", [{"multi_index": "white"}, {"max_brightness": "much"}, {"multi_intensity": "1 2"}])
def test_what_is_no_colour_led_is_one_line(installed, tmp_path, files):
    path = os.pathsep.join([str(installed), os.environ.get("PYTHONPATH", "")])
    done = run("-c", LIGHT, f"sysfs:{led(tmp_path / 'odd', **files)}", PYTHONPATH=path)
    assert "ColorError: light 'sysfs:" in done.stderr.splitlines()[-1]


PERCEPTION = """
import json, sys, cv2
from fer_perception import Perception, PerceptionError, Settings
image = cv2.imread(sys.argv[1])
happy = Perception.create(Settings(detector="haar", model="smile")).process(image, 0)
perception = Perception.create(Settings(detector="profile", model="smile", min_face_px=40.0))
for bad in ({"detector": "eyes"}, {"model": "frown"}):
    try:
        Perception.create(Settings(**bad))
    except PerceptionError as error:
        print(json.dumps(str(error)))
print(json.dumps([perception.detector.name, perception.classifier.info.architecture, perception.detector.min_face_px]))
print(json.dumps([[round(float(value), 3) for value in face.probabilities] for face in happy.faces]))
"""


def test_another_packages_detector_and_classifier_are_found_by_name(installed, photograph):
    path = os.pathsep.join([str(installed), os.environ.get("PYTHONPATH", "")])
    done = run("-c", PERCEPTION, photograph, PYTHONPATH=path)
    assert done.returncode == 0, done.stderr
    unknown, no_file, made, faces = map(json.loads, done.stdout.splitlines())
    assert unknown.endswith("choose one of auto, yunet, haar, profile")
    assert "no model file" in no_file
    assert made == ["profile", "OpenCV's smile cascade", 40.0]
    assert faces[0] == [0.025, 0.025, 0.025, 0.85, 0.025, 0.025, 0.025]


def test_a_bag_is_scored(photograph, tmp_path):
    pytest.importorskip("rosbags", reason="rosbags is not installed")
    for number in range(12):
        (tmp_path / "images").mkdir(exist_ok=True)
        (tmp_path / "images" / f"{number:02}.png").write_bytes(photograph.read_bytes())
    made = run("-m", "fer_evaluation.make_bag", tmp_path / "images", tmp_path / "bag", "--rate", 4)
    assert made.returncode == 0, made.stderr
    (tmp_path / "labels.csv").write_text("start_s,end_s,emotion\n1.0,2.5,happy\n")
    arguments = [tmp_path / "bag", tmp_path / "labels.csv", tmp_path / "result"]
    done = run(EXAMPLES / "score_a_bag.py", *arguments)
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "result" / "metrics.json").read_text())
    assert found["accuracy"] == 1.0
    assert done.stdout.startswith(f"{found['samples']} labelled moments, 100.0% answered right")
    assert "flash promise kept" in done.stdout
    again = run(EXAMPLES / "score_a_bag.py", *arguments)
    assert again.returncode == 2
    assert again.stderr.splitlines()[-1].startswith("score_a_bag: output folder")


def test_a_short_bag_and_one_without_a_face_are_scored(photograph, tmp_path):
    pytest.importorskip("rosbags", reason="rosbags is not installed")
    cv2, numpy = pytest.importorskip("cv2"), pytest.importorskip("numpy")
    (tmp_path / "labels.csv").write_text("start_s,end_s,emotion\n0.0,0.4,happy\n")
    grey = cv2.imencode(".png", numpy.full((60, 80, 3), 90, numpy.uint8))[1].tobytes()
    printed = {}
    for name, content in (("face", photograph.read_bytes()), ("nobody", grey)):
        (tmp_path / name).mkdir()
        for number in range(3):
            (tmp_path / name / f"{number}.png").write_bytes(content)
        made = run("-m", "fer_evaluation.make_bag", tmp_path / name, tmp_path / f"{name}.bag", "--rate", 5)
        assert made.returncode == 0, made.stderr
        arguments = [tmp_path / f"{name}.bag", tmp_path / "labels.csv", tmp_path / f"{name}.out"]
        done = run(EXAMPLES / "score_a_bag.py", *arguments)
        assert done.returncode == 0, done.stderr
        printed[name] = done.stdout.splitlines()
    assert printed["face"][0] == "2 labelled moments, 100.0% answered right"
    assert printed["nobody"][0] == "no labelled moment has an answer"
    assert printed["nobody"][-1] == "no face was seen"
