# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A lamp that is off on the same network, and one whose controller restarts: noticed once, no flash, and back."""

import errno
import os
import shutil
import socket
import subprocess
import sys
import time

import pytest

from fer_color.core import ColorCore
from fer_color.errors import ColorError
from fer_color.lights import Frame, LightOptions, make_light
from fer_color.lights.base import EventKind
from fer_color.lights.transport.address import Address
from fer_color.lights.transport.name_watch import NameWatch
from fer_color.settings import Settings

NEUTRAL, SAD = [0, 0, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 1, 0]
HEARS = "import socket, sys\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.bind(('', 4048))\n"
HEARS += "for _ in iter(lambda: s.recv(2048), None): print('.', end='', flush=True)\n"


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture
def cable():
    """A cable to a machine that is switched off: its address, and what switches it on."""
    name = f"lamp{os.getpid() % 10000}"
    if shutil.which("ip") is None:
        pytest.skip("iproute2 is not installed")
    try:
        ip("netns", "add", name)
        ip("link", "add", f"{name}a", "type", "veth", "peer", "name", f"{name}b", "netns", name)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no network namespace can be made here: {error.stderr.decode().strip()}")
    ip("addr", "add", "10.231.77.1/24", "dev", f"{name}a")
    ip("link", "set", f"{name}a", "up")
    ip("-n", name, "link", "set", f"{name}b", "up")
    started = []

    def switch_on():
        ip("-n", name, "addr", "add", "10.231.77.5/24", "dev", f"{name}b")
        command = ["ip", "netns", "exec", name, sys.executable, "-c", HEARS]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE))
        return started[-1]

    yield "10.231.77.5", switch_on
    for process in started:
        process.kill()
        process.wait()
    ip("netns", "del", name)


def test_a_lamp_that_is_off_on_the_same_network_is_lost_once_and_lit_when_it_is_there(cable):
    host, switch_on = cable
    light = make_light(f"ddp:{host}:1", LightOptions(), clock=time.monotonic)
    light.open()
    core, told = ColorCore(Settings(), [light]), []

    def run(condition, seconds):
        end = time.monotonic() + seconds
        while not condition() and time.monotonic() < end:
            core.on_emotion(SAD, 0, time.monotonic())
            told.extend(notice.text for notice in core.take_notices())
            time.sleep(0.02)
        return condition()

    assert run(lambda: told, 20), "the kernel looks for it for some seconds"
    run(lambda: len(told) > 1, 8)
    assert [text.endswith("trying until it is back") for text in told] == [True], "it does not come and go"
    lamp = switch_on()
    assert run(lambda: len(told) > 1, 20)
    assert told[1].endswith("is back")
    run(lambda: False, 0.5)
    lamp.kill()
    assert len(lamp.stdout.read()) > 3, "it is lit"
    core.close()


def test_a_frame_that_is_refused_is_taken_back(judge):
    """A controller's program ends and starts again: what tries the way costs nothing, and lights what it arrives at."""
    now, port, received = [100.0], 0, []
    box = None

    def start():
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.bind(("127.0.0.1", port))
        made.setblocking(False)
        return made

    box = start()
    port = box.getsockname()[1]
    light = make_light(f"ddp:127.0.0.1:{port}:1?transfer=linear", LightOptions(), clock=lambda: now[0])
    light.open()
    core = ColorCore(Settings(smoothing_time=0.0), [light])

    def run(seconds):
        for _ in range(round(seconds / 0.025)):
            now[0] += 0.025
            core.on_emotion(NEUTRAL, 0, now[0])
            while box is not None:
                try:
                    datagram = box.recv(2048)
                except BlockingIOError:
                    break
                assert datagram[3] == 1, "nothing but pixels comes to that port"
                received.append((now[0], tuple(datagram[10:13])))

    run(8)
    box.close()
    box = None
    run(30)
    box, before = start(), len(received)
    back = now[0]
    run(4)
    assert received[before][0] - back <= 0.6
    assert received[-1][1] == (255, 255, 255), "thirty seconds of trying have cost no budget"
    judge(received, "linear")
    judge(received[before:], "linear")
    core.close()
    box.close()


@pytest.mark.parametrize("number", [errno.EAGAIN, errno.ENOBUFS])
def test_a_full_queue_is_no_loss(monkeypatch, number):
    light = make_light("ddp:127.0.0.1:1", LightOptions(), clock=time.monotonic)
    light.open()

    def full(_self, _data):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fer_color.lights.udp.way.Way.send", full)
    light.send(Frame((1, 2, 3)), lambda: pytest.fail("it was not sent"))
    events = light.take_events()
    assert [(event.kind, event.text, event.dark) for event in events] == [
        (EventKind.LOST, "", False),
        (EventKind.BACK, "", True),
    ]
    light.close()


def test_broadcast_is_refused_for_what_it_is():
    with pytest.raises(ColorError, match=r"255\.255\.255\.255 is a broadcast address"):
        make_light("ddp:255.255.255.255:30", LightOptions(), clock=time.monotonic).open()


def test_a_name_is_looked_up_again_and_an_address_is_not(monkeypatch):
    asked = []

    def answer(self, kind):
        asked.append(self.host)
        return socket.AF_INET, ("127.0.0.2", 1)

    monkeypatch.setattr(Address, "resolve", answer)
    watch, fixed = (NameWatch(Address(host, 1), socket.SOCK_DGRAM, 5.0) for host in ("lamp.local", "127.0.0.1"))
    assert watch.look(100.0) is None
    deadline = time.monotonic() + 10
    while (found := watch.look(101.0)) is None and time.monotonic() < deadline:
        time.sleep(0.005)
    assert found == (socket.AF_INET, ("127.0.0.2", 1))
    assert fixed.look(100.0) is fixed.look(200.0) is None
    assert asked == ["lamp.local"]
