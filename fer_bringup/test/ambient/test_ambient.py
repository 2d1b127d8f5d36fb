# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The whole way, as a user starts it: a clip in, bytes on a serial port out, real nodes over real DDS."""

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from adalight_reader import Strip
from ambient_process import LEDS, run, start
from programs import ends
from waiting import PATIENCE, until


def test_clip_becomes_light_and_the_light_is_handed_back(clip, strip, tmp_path):
    report = tmp_path / "r.json"
    code, _, err = run(
        "--source", clip, "--light", f"adalight:{strip.port}:{LEDS}", "--duration", 19, "--report", report
    )
    assert code == 0, err
    assert strip.garbage == 0
    assert {len(frame) for frame in strip.caught_up()} == {3 * LEDS}
    times = np.array(strip.times) - strip.times[0]
    colors = np.array([list(frame[:3]) for frame in strip.frames], dtype=int)
    assert len(times) > 100, "a stream; how many a second is the machine's business"
    sad, happy = colors[(times > 2.5) & (times < 6)].mean(axis=0), colors[(times > 12) & (times < 18)].mean(axis=0)
    assert sad.argmax() == 2, f"leans to blue while she is sad: {sad}"
    assert happy.argmax() == 1, f"leans to green while she laughs: {happy}"
    assert colors[-1].tolist() == [0, 0, 0]
    content = json.loads(report.read_text())
    assert content["frames_in"] == content["frames_processed"] + content["frames_dropped"]
    assert len(content["rows"]) == content["frames_processed"] > 100
    assert content["latency_ms"]["p50"] > 0
    shown = [row for row in content["rows"] if row["probabilities"]]
    assert all(abs(sum(row["probabilities"]) - 1) < 1e-4 for row in shown)
    assert all(len(row["rgb"]) == 3 for row in content["rows"][1:])


def test_light_keeps_its_flash_promise_on_the_wire(clip, strip):
    """Judged on decoded bytes alone, by design's table: any closed second and any closed six."""
    code, _, err = run(
        "--source", clip, "--light", f"adalight:{strip.port}:{LEDS}", "--duration", 8, "--param", "color.mode=discrete"
    )
    assert code == 0, err
    linear = np.array([[0, 0, 0], *(list(frame[:3]) for frame in strip.caught_up())]) / 255
    luminance = np.abs(np.diff(linear @ [0.2126, 0.7152, 0.0722]))
    red = np.abs(np.diff(np.maximum(0, linear[:, 0] - linear[:, 1] - linear[:, 2])))
    times = np.array(strip.times)
    for seconds, most_luminance, most_red in ((1.0, 0.6, 0.4), (6.0, 1.5, 0.9)):
        for first in times:
            inside = (times >= first) & (times <= first + seconds)
            assert luminance[inside].sum() <= most_luminance
            assert red[inside].sum() <= most_red


def test_light_comes_back_with_its_reader(clip, strip, tmp_path):
    """The port vanishes and another one takes its name, as with a USB plug pulled and put back."""
    port = tmp_path / "strip"
    port.symlink_to(strip.port)
    process = start("--source", clip, "--loop", "--light", f"adalight:{port}:{LEDS}", "--light", "record:/dev/null")
    assert until(lambda: any(any(frame) for frame in strip.frames))
    strip.close()
    port.unlink()
    back = Strip()
    port.symlink_to(back.port)
    assert until(lambda: any(any(frame) for frame in back.frames))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert err.count("is lost") == err.count("' is back") == 1, err
    assert back.caught_up()[-1] == bytes(3 * LEDS)
    back.close()


def test_a_report_on_a_full_disk_leaves_nothing_and_the_light_is_handed_back(clip, strip, tmp_path):
    limited = f"""
import resource, signal, sys
from fer_bringup.ambient import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
sys.exit(main(["--source", {str(clip)!r}, "--light", "adalight:{strip.port}:{LEDS}", "--duration", "1",
               "--report", {str(tmp_path / "r.json")!r}]))
"""
    command = [sys.executable, "-c", limited]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == f"ambient: cannot write the report '{tmp_path / 'r.json'}': File too large"
    assert os.listdir(tmp_path) == []
    assert strip.caught_up()[-1] == bytes(3 * LEDS)


KEPT = """
import sys
import rclpy
from fer_bringup.ambient import Ambient
from fer_bringup.options import parse
rclpy.init()
ambient = Ambient(parse(sys.argv[1:]))
ambient.run()
print("kept:", len(ambient.report.content(0)["rows"]), ambient.report.first_at is not None)
ambient.close()
rclpy.shutdown()
"""
"""In a process of its own, since fer_bringup.ambient sets how log lines look."""


@pytest.mark.parametrize("asked", [True, False])
def test_only_a_report_keeps_every_image(clip, tmp_path, asked):
    words = ["--source", clip, "--light", "none", "--duration", "0.5"]
    words += ["--report", tmp_path / "r.json"] if asked else []
    done = subprocess.run(
        [sys.executable, "-c", KEPT, *map(str, words)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("kept: ")]
    _, rows, begun = line.split()
    assert begun == "True"
    assert (int(rows) > 0) is asked


UNPLUGGED = """
import sys
from fer_bringup.ambient import main
from fer_bringup.errors import BringupError
from fer_bringup.sources.video import VideoSource
read, left = VideoSource.read, int(sys.argv.pop(1))
def until_unplugged(self):
    global left
    left -= 1
    if left < 0:
        raise BringupError("stopped giving images")
    return read(self)
VideoSource.read = until_unplugged
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("images", [0, 12])
def test_a_source_that_is_lost_leaves_the_report_of_what_came_before(clip, tmp_path, images):
    report = tmp_path / "r.json"
    report.write_text("older")
    words = ["--source", clip, "--light", "none", "--report", report]
    done = subprocess.run(
        [sys.executable, "-c", UNPLUGGED, str(images), *map(str, words)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "ambient: stopped giving images"
    if images:
        assert json.loads(report.read_text())["frames_in"] == images
    else:
        assert report.read_text() == "older"


REFUSED = [
    (["--source", "/no/such/clip.mp4"], "no source"),
    (["--source", "4711"], "no camera 4711"),
    (["--source", "ros:camera.image"], "'ros:camera.image' names no topic"),
    (["--param", "source.rate=1000"], "rate is 1000.0"),
    (["--source", "a", "--source", "b"], "2 times"),
    (["--light", "disco:9"], "disco"),
    (["--light", "adalight:/no/such/port:16"], "/no/such/port"),
    (["--light", f"adalight:{__file__}:16"], "test_ambient.py"),
    (["--palette", "neon"], "neon"),
    (["--brightness", "7"], "brightness"),
    (["--model", __file__], "test_ambient.py"),
    (["--model", "/no/model.onnx"], "/no/model.onnx"),
    (["--param", "color.sparkle=1"], "sparkle"),
]


def whole(clip, arguments):
    """These arguments, with a source and a light where they name none."""
    source = [] if "--source" in arguments else ["--source", str(clip)]
    return (*source, *arguments, *([] if "--light" in arguments else ["--light", "none"]))


@pytest.fixture(scope="module")
def refusals(made_once, clip):
    return ends(made_once, "fer_bringup.ambient", [whole(clip, arguments) for arguments, _ in REFUSED])


@pytest.mark.parametrize(("arguments", "said"), REFUSED)
def test_errors_are_one_line_and_no_zero(refusals, clip, arguments, said):
    done = refusals[whole(clip, arguments)]
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert done.returncode == 2, done.stderr
    assert lines[-1].startswith("ambient: ")
    assert said in lines[-1]
    assert "Traceback" not in done.stderr


def test_what_the_layers_below_refuse_is_one_line(clip, tmp_path):
    """Security asked for without its files, and where the files are there, without its plug-ins."""
    asked = {"ROS_SECURITY_ENABLE": "true", "ROS_SECURITY_STRATEGY": "Enforce"}
    enclaves = tmp_path / "enclaves"
    enclaves.mkdir()
    for name in ("identity_ca.cert.pem", "cert.pem", "key.pem", "permissions_ca.cert.pem", "governance.p7s",
                 "permissions.p7s"):  # fmt: skip
        (enclaves / name).write_text("none")
    for keys in ({}, {"ROS_SECURITY_KEYSTORE": str(tmp_path)}):
        code, _, err = run("--source", clip, "--light", "none", **asked, **keys)
        lines = [line for line in err.splitlines() if line.startswith("ambient: ")]
        assert (code, len(lines), "Traceback" in err) == (2, 1, False), err
        assert "ECURITY" in lines[0] or "security" in lines[0]


def test_two_of_them_have_rooms_of_their_own(clip, tmp_path):
    import rclpy

    files = [tmp_path / f"{number}.jsonl" for number in range(2)]
    processes = []
    for file in files:
        processes.append(start("--source", clip, "--loop", "--light", f"record:{file}"))
        assert until(lambda file=file: file.exists() and file.read_text().count('"live"') > 10)
    rclpy.init()
    node = rclpy.create_node("asker")
    counts = {}

    def everything_is_there():
        for topic in ("/image", "/faces", "/ambient_2/image", "/ambient_2/faces"):
            counts[topic] = node.count_publishers(topic)
        return all(counts.values())

    assert until(everything_is_there)
    assert set(counts.values()) == {1}
    assert node.count_publishers("/humans/faces/tracked") <= 1
    node.destroy_node()
    rclpy.shutdown()
    for process in processes:
        process.send_signal(signal.SIGINT)
    notes = [
        process.communicate(timeout=PATIENCE)[1].count("under /ambient_2 (or --namespace") for process in processes
    ]
    assert (notes, [process.returncode for process in processes]) == ([0, 1], [0, 0])


def test_help_ends_with_0():
    code, out, _ = run("--help")
    assert code == 0
    for option in ("--source", "--loop", "--light", "--model", "--detector", "--palette", "--mode", "--brightness"):
        assert option in out
    for option in ("--param", "--duration", "--report"):
        assert option in out


def test_a_fault_in_a_callback_hands_the_light_back(clip, strip):
    code = f"""
import sys
from fer_color.node import ColorNode
from fer_bringup.ambient import main
well, count = ColorNode._on_faces, 0
def on_faces(self, message):
    global count
    well(self, message)
    count += 1
    assert count < 60, "a fault of ours"
ColorNode._on_faces = on_faces
sys.exit(main(["--source", {str(clip)!r}, "--light", "adalight:{strip.port}:{LEDS}"]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "a fault of ours" in done.stderr
    assert until(lambda: strip.frames and strip.frames[-1] == bytes(3 * LEDS))
    assert max(map(max, strip.frames)) > 60, "it was lit before"
