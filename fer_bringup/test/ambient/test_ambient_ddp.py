# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The whole way over the network, as a user starts it: a clip in, DDP out, judged by the design's table."""

import contextlib
import socket
import struct
import subprocess
import sys
import threading

import numpy as np
import pytest
from waiting import until

LEDS = 30
SO_TIMESTAMPNS = 35  # of Linux: when a datagram came in, which no busy machine puts off as it does the reading


class Display:
    """A DDP display on a port of this machine, written from the protocol's description."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.socket.settimeout(0.05)
        self.port = self.socket.getsockname()[1]
        self.times, self.frames, self.wrong = [], [], []
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        while not self.stop.is_set():
            with contextlib.suppress(TimeoutError):
                datagram, ((_, _, stamp),), _, _ = self.socket.recvmsg(2048, socket.CMSG_SPACE(16))
                flags, _, kind, destination = datagram[:4]
                offset, length = int.from_bytes(datagram[4:8], "big"), int.from_bytes(datagram[8:10], "big")
                if (flags, kind, destination, offset, length) != (0x41, 0x0B, 1, 0, len(datagram) - 10):
                    self.wrong.append(datagram)
                    continue
                seconds, nanoseconds = struct.unpack("qq", stamp)
                self.times.append(seconds + nanoseconds / 1e9)
                self.frames.append(datagram[10:])

    def close(self):
        self.stop.set()
        self.thread.join()
        self.socket.close()


@pytest.fixture
def display():
    display = Display()
    yield display
    display.close()


def test_clip_becomes_light_within_the_flash_promise(display, shared_folder):
    source = shared_folder / "media" / "noface_face.mov"
    if not source.is_file():
        pytest.skip(f"the clip {source.name} is not in ../shared/media")
    words = ["--source", source, "--light", f"ddp:127.0.0.1:{display.port}:{LEDS}", "--duration", "15"]
    command = [sys.executable, "-m", "fer_bringup.ambient", *map(str, words)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
    assert run.returncode == 0, run.stderr
    assert until(lambda: display.frames and display.frames[-1] == bytes(3 * LEDS)), "its last may wait to be read"
    assert display.wrong == []
    assert {len(frame) for frame in display.frames} == {3 * LEDS}
    times = np.array(display.times)
    assert len(times) > 50, "a stream; how many a second is the machine's business"
    assert all(frame == frame[:3] * LEDS for frame in display.frames)
    assert max(map(max, display.frames)) > 60, "somebody was seen"
    linear = np.array([[0, 0, 0], *(list(frame[:3]) for frame in display.frames)]) / 255
    luminance = np.abs(np.diff(linear @ [0.2126, 0.7152, 0.0722]))
    red = np.abs(np.diff(np.maximum(0, linear[:, 0] - linear[:, 1] - linear[:, 2])))
    for seconds, most_luminance, most_red in ((1.0, 0.6, 0.4), (6.0, 1.5, 0.9)):
        for first in times:
            inside = (times >= first) & (times <= first + seconds)
            assert luminance[inside].sum() <= most_luminance
            assert red[inside].sum() <= most_red
