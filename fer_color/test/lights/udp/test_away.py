# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A lamp that is off on the same network, and one whose controller restarts: noticed once, no flash, and back."""

import errno
import itertools
import os
import select
import shutil
import socket
import subprocess
import sys
import time

import pytest
from waiting import Patience, until

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


class Cable:
    """A cable to a machine that is switched off, with a network that no other test process has on this machine."""

    numbers = itertools.count()

    def __init__(self):
        domain = os.environ["ROS_DOMAIN_ID"]
        number = next(Cable.numbers) % 16  # a cable that was pulled is gone only a moment later
        self.name = f"lamp{domain}{number:x}"
        self.interface, self.started = f"{self.name}n", []
        self.address, self.other_address, self.host = (f"10.231.{domain}.{16 * number + k}" for k in (1, 2, 5))

    def plug_in(self):
        self.pull()  # what a run that was killed has left
        ip("netns", "add", self.name)
        ip("link", "add", self.interface, "type", "veth", "peer", "name", f"{self.name}f", "netns", self.name)
        ip("addr", "add", f"{self.address}/28", "dev", self.interface)
        ip("link", "set", self.interface, "up")
        ip("-n", self.name, "link", "set", f"{self.name}f", "up")

    def switch_on(self):
        """Give it its address, and a program that prints a point for each frame."""
        ip("-n", self.name, "addr", "add", f"{self.host}/28", "dev", f"{self.name}f")
        command = ["ip", "netns", "exec", self.name, sys.executable, "-c", HEARS]
        self.started.append(subprocess.Popen(command, stdout=subprocess.PIPE))
        return self.started[-1]

    def pull(self):
        for process in self.started:
            process.kill()
            process.wait()
        subprocess.run(["ip", "netns", "del", self.name], check=False, capture_output=True)


@pytest.fixture
def cable():
    if shutil.which("ip") is None:
        pytest.skip("iproute2 is not installed")
    made = Cable()
    try:
        made.plug_in()
    except subprocess.CalledProcessError as error:
        made.pull()
        pytest.skip(f"no network namespace can be made here: {error.stderr.decode().strip()}")
    yield made
    made.pull()


def test_a_lamp_that_is_off_on_the_same_network_is_lost_once_and_lit_when_it_is_there(cable):
    light = make_light(f"ddp:{cable.host}:1", LightOptions(), clock=time.monotonic)
    light.open()
    core, told = ColorCore(Settings(), [light]), []

    def run(condition, seconds):
        patience = Patience(seconds)
        while not condition() and patience.lasts():
            core.on_emotion(SAD, 0, time.monotonic())
            told.extend(notice.text for notice in core.take_notices())
            time.sleep(0.02)
        return condition()

    assert run(lambda: told, 20), "the kernel looks for it for some seconds"
    run(lambda: len(told) > 1, 8)
    assert [text.endswith("trying until it is back") for text in told] == [True], "it does not come and go"
    lamp = cable.switch_on()
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


def test_a_lamp_that_refuses_is_tried_no_oftener_than_a_machine_refuses():
    """A Linux machine refuses one datagram a second (icmp_ratelimit): what it leaves out would look like an arrival."""
    now, sent = [100.0], []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    light = make_light(f"ddp:127.0.0.1:{port}:1", LightOptions(), clock=lambda: now[0])
    light.open()
    for _ in range(1200):
        now[0] += 0.025
        if light.ready():
            light.send(Frame((1, 2, 3)), lambda: sent.append(now[0]))
    assert len([event for event in light.take_events() if event.text]) == 1, "is lost"
    light.close()
    tries = sent[2:]
    assert len(tries) > 20
    assert min(after - before for before, after in itertools.pairwise(tries)) > 1.0


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


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("ddp:255.255.255.255:30", r"255\.255\.255\.255 is a broadcast address"),
        ("artnet:127.255.255.255:0:30", r"127\.255\.255\.255 is a broadcast address"),
        ("sacn:1:30?host=255.255.255.255", r"255\.255\.255\.255 is a broadcast address"),
        ("wled:255.255.255.255", r"255\.255\.255\.255 is a broadcast address"),
        ("mqtt:127.255.255.255:home/x", r"127\.255\.255\.255 is a broadcast address"),
        ("sacn:1:30?interface=203.0.113.9", r"no network here has the address 203\.0\.113\.9"),
    ],
)
def test_what_is_no_ones_address_is_refused_for_what_it_is(spec, says):
    with pytest.raises(ColorError, match=says) as caught:
        make_light(spec, LightOptions(), clock=time.monotonic).open()
    assert "\n" not in str(caught.value)


def test_a_forbidden_route_is_no_broadcast():
    """For both the kernel says EACCES."""
    try:
        ip("route", "add", "prohibit", "203.0.113.77")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no route can be set here")
    try:
        with pytest.raises(ColorError, match=r"there is no way to 203\.0\.113\.77:4048 \(Permission denied\)"):
            make_light("ddp:203.0.113.77:30", LightOptions(), clock=time.monotonic).open()
    finally:
        ip("route", "del", "prohibit", "203.0.113.77")


def test_a_lamp_is_lit_again_when_this_machine_has_another_address(cable):
    """As after it has joined another network, or its own gave it another address."""
    lamp = cable.switch_on()
    light = make_light(f"ddp:{cable.host}:1", LightOptions(), clock=time.monotonic)
    light.open()
    told = []

    def send_until(condition):
        def tried():
            if light.ready():
                light.send(Frame((1, 2, 3)), lambda: None)
            told.extend(event.text for event in light.take_events() if event.text)
            return condition()

        assert until(tried)

    send_until(lambda: select.select([lamp.stdout], [], [], 0)[0])
    ip("addr", "del", f"{cable.address}/28", "dev", cable.interface)
    send_until(lambda: len(told) == 1)
    ip("addr", "add", f"{cable.other_address}/28", "dev", cable.interface)
    send_until(lambda: len(told) == 2)
    assert told[0].endswith("trying until it is back")
    assert told[1].endswith("is back")
    light.close()


def test_a_name_that_leads_where_there_is_no_way_is_looked_up_again(monkeypatch):
    """The lamp's name has another address while it is lost: first one without a way there, then the right one."""
    now, where = [100.0], ["127.0.0.1"]
    monkeypatch.setattr(Address, "resolve", lambda self, kind: (socket.AF_INET, (where[0], self.port)))
    lamp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    lamp.bind(("127.0.0.3", 0))
    light = make_light(f"ddp:lamp.local:{lamp.getsockname()[1]}:1", LightOptions(), clock=lambda: now[0])
    light.open()
    told = []

    def try_until(condition):
        def tried():
            now[0] += 0.25
            if light.ready():
                light.send(Frame((1, 2, 3)), lambda: None)
            told.extend(event.text for event in light.take_events() if event.text)
            return condition()

        assert until(tried)

    try_until(lambda: told)
    where[0] = "255.255.255.255"  # which can't be connected to
    asked = now[0]
    try_until(lambda: now[0] > asked + 20)
    where[0] = "127.0.0.3"
    try_until(lambda: len(told) == 2)
    assert told[1].endswith("is back")
    assert lamp.recv(2048)[10:] == bytes((1, 2, 3))
    light.close()
    lamp.close()


def test_a_name_is_looked_up_again_and_an_address_is_not(monkeypatch):
    asked = []

    def answer(self, kind):
        asked.append(self.host)
        return socket.AF_INET, ("127.0.0.2", 1)

    monkeypatch.setattr(Address, "resolve", answer)
    watch, fixed = (NameWatch(Address(host, 1), socket.SOCK_DGRAM, 5.0) for host in ("lamp.local", "127.0.0.1"))
    assert watch.look(100.0) is None
    patience = Patience()
    while (found := watch.look(101.0)) is None and patience.lasts():
        time.sleep(0.005)
    assert found == (socket.AF_INET, ("127.0.0.2", 1))
    assert fixed.look(100.0) is fixed.look(200.0) is None
    assert asked == ["lamp.local"]
