# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""At any moment a signal ends `make ambient` with 0, and leaves the light dark."""

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import termios
import time

import pytest
from ambient_process import LEDS, start
from waiting import PATIENCE, until


def test_interrupted_it_hands_the_light_back(clip, strip):
    process = start("--source", clip, "--loop", "--light", f"adalight:{strip.port}:{LEDS}")
    assert until(lambda: any(any(frame) for frame in strip.frames))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    assert strip.caught_up()[-1] == bytes(3 * LEDS)


@pytest.mark.usefixtures("hangup")
def test_a_terminal_that_is_closed_leaves_no_light(clip, strip):
    """Which hears SIGHUP, and can write to its terminal no more."""
    ours, theirs = os.openpty()
    lights = ("--light", "console", "--light", f"adalight:{strip.port}:{LEDS}")
    process = subprocess.Popen(
        [sys.executable, "-m", "fer_bringup.ambient", "--source", clip, "--loop", "--no-page", *lights],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(theirs)
    os.set_blocking(ours, False)

    def lit():
        with contextlib.suppress(BlockingIOError):
            os.read(ours, 65536)
        return any(any(frame) for frame in strip.frames)

    assert until(lit)
    os.close(ours)
    assert process.wait(timeout=120) == 0
    assert strip.caught_up()[-1] == bytes(3 * LEDS)


@pytest.mark.parametrize("numbers", [(signal.SIGINT, signal.SIGTERM), (signal.SIGTERM, signal.SIGTERM)])
def test_two_signals_at_once_are_one_and_the_light_is_handed_back(clip, strip, numbers):
    """As when a terminal and what started it both pass Ctrl-C on."""
    process = start("--source", clip, "--loop", "--light", f"adalight:{strip.port}:{LEDS}")
    assert until(lambda: strip.frames and max(strip.frames[-1]) > 60)
    for number in numbers:
        process.send_signal(number)
        time.sleep(0.02)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    assert strip.caught_up()[-1] == bytes(3 * LEDS)


@pytest.mark.parametrize("after", [0.0, 0.5, 1.0, 1.6, 2.5, 4.0])
def test_at_any_moment_it_ends_with_0_and_the_light_dark(clip, strip, after):
    """From its first lines on; before them Python itself has the signal."""
    process = start("--source", clip, "--loop", "--light", f"adalight:{strip.port}:{LEDS}", PYTHONUNBUFFERED="1")
    assert until(lambda: heeds_signals(process.pid))
    time.sleep(after)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, "Traceback" in err) == (0, False), err
    assert not strip.caught_up() or strip.frames[-1] == bytes(3 * LEDS)


@pytest.mark.parametrize("program", ["ambient", "source_node"])
@pytest.mark.parametrize("scheme", ["rtsp", "http"])
def test_while_a_camera_is_connected_to_it_ends_with_0_and_without_a_word(program, scheme):
    """The camera takes the connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as camera:
        address = f"{scheme}://127.0.0.1:{camera.getsockname()[1]}/live"
        words = ["--light", "none", "--source", address] if program == "ambient" else ["--ros-args"]
        words += [] if program == "ambient" else ["-p", f"source:={address}"]
        command = [sys.executable, "-m", f"fer_bringup.{program}", *words]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        camera.settimeout(PATIENCE)
        line, _ = camera.accept()
        with line:
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (0, "", "")


def heeds_signals(pid):
    """Whether a process has a handler of its own for SIGTERM."""
    with open(f"/proc/{pid}/status") as status:
        (caught,) = [line.split()[1] for line in status if line.startswith("SigCgt:")]
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


INTERRUPT = """
import importlib.abc, os, runpy, signal, sys
moment = sys.argv.pop(1)
class Interrupt(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == moment:
            del sys.meta_path[0]
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupt())
runpy.run_module("fer_bringup.ambient", run_name="__main__", alter_sys=True)
"""
"""Ctrl-C in the moment in which a module is imported, which says how far the start has come."""


def interrupt(moment, *arguments):
    command = [sys.executable, "-c", INTERRUPT, moment, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("moment", ["rclpy", "cv2", "fer_color.node"])
def test_interrupted_while_it_loads_it_ends_silently(clip, moment):
    done = interrupt(moment, "--source", clip, "--light", "none")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("moment", ["rclpy.experimental.events_executor", "fer_perception.backends.onnx_backend"])
def test_interrupted_while_its_nodes_are_made_it_shows_no_image(clip, strip, tmp_path, moment):
    report = tmp_path / "r.json"
    done = interrupt(moment, "--source", clip, "--light", f"adalight:{strip.port}:{LEDS}", "--report", report)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(report.read_text())["frames_in"] == 0
    assert not any(any(frame) for frame in strip.caught_up())
