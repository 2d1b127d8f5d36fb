# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""sACN and Art-Net as the Open Lighting Architecture's daemon takes them (Debian's package ola)."""

import fcntl
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from waiting import until

from fer_color.core import ColorCore
from fer_color.lights import LightOptions, make_light
from fer_color.settings import Settings

OLAD = shutil.which("olad")
pytestmark = pytest.mark.skipif(OLAD is None, reason="OLA is not installed (apt-get install ola)")
PAUSE = 0.05  # the daemon is asked over HTTP
SAD = [0, 0, 0, 0, 0, 1, 0]
PLUGINS = "espnet gpio karate kinet milinst opendmx openpixelcontrol osc renard sandnet shownet spi stageprofi"
QUIET = f"{PLUGINS} usbserial usbdmx uartdmx usbpro ftdidmx dummy pathport"


def free_port():
    with socket.socket() as box:
        box.bind(("127.0.0.1", 0))
        return box.getsockname()[1]


def unused(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as box:
        try:
            box.bind(("", port))
        except OSError:
            return False
    return True


class Ola:
    """A daemon of this machine, on the loopback interface alone."""

    def __init__(self, folder):
        self.port = free_port()
        (folder / "ola-e131.conf").write_text("enabled = true\ninput_ports = 2\noutput_ports = 0\nip = 127.0.0.1\n")
        (folder / "ola-artnet.conf").write_text(
            "enabled = true\nip = 127.0.0.1\nuse_loopback = true\noutput_ports = 0\n"
        )
        for plugin in QUIET.split():
            (folder / f"ola-{plugin}.conf").write_text("enabled = false\n")
        command = [OLAD, "-c", str(folder), "-r", str(free_port()), "-p", str(self.port), "-l", "1"]
        who = {}
        if os.geteuid() == 0:  # which it refuses to be
            nobody = pwd.getpwnam("nobody")
            for path in (folder, *folder.iterdir()):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
            who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self.log = (folder / "log").open("w+")
        environment = os.environ | {"HOME": str(folder)}
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, env=environment, **who)

    def ask(self, path, **form):
        data = urllib.parse.urlencode(form).encode() if form else None
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", data, timeout=5) as answer:
            return json.loads(answer.read())

    def ports(self):
        try:
            return self.ask("/json/get_ports")
        except OSError:
            return []

    def listen_on(self, device, universe):
        """Have what comes in from that device shown as `universe`."""
        port = next(p["id"] for p in self.ports() if p["device"].startswith(device) and not p["is_output"])
        assert self.ask("/new_universe", id=universe, name="room", add_ports=port)["ok"]

    def slots(self, universe):
        return self.ask(f"/get_dmx?u={universe}")["dmx"]


@pytest.fixture
def ola():
    # DMX's ports are the protocols' own: of two daemons on one machine one would hear nothing.
    alone = Path(tempfile.gettempdir()) / f"fer_ola.{os.getuid()}.lock"
    with alone.open("w") as lock, tempfile.TemporaryDirectory() as folder:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not until(lambda: unused(5568) and unused(6454), 20.0, PAUSE):
            pytest.skip("another program listens on DMX's own ports, 5568 and 6454 (a soak?)")
        os.chmod(folder, 0o755)
        made = Ola(Path(folder))
        until(lambda: {"E1.31", "ArtNet"} <= {port["device"].split(" ")[0] for port in made.ports()}, pause=PAUSE)
        yield made
        made.process.terminate()
        made.process.wait()


@pytest.mark.parametrize(
    ("device", "spec"),
    [("E1.31", "sacn:{universe}:4?host=127.0.0.1"), ("ArtNet", "artnet:127.0.0.1:{universe}:4")],
)
def test_fixtures_show_the_colour_and_end_dark(ola, device, spec):
    universe = 1
    ola.listen_on(device, universe)
    light = make_light(spec.format(universe=universe), LightOptions(), clock=time.monotonic)
    light.open()
    core = ColorCore(Settings(smoothing_time=0.05), [light])

    def shows(wanted):
        now = time.monotonic()
        if not core.leaving:
            core.on_emotion(SAD, 0, now)
        core.tick(now)
        return ola.slots(universe)[:12] == wanted

    assert until(lambda: shows([26, 97, 175] * 4), pause=PAUSE), (ola.slots(universe)[:12], ola.log.name)
    core.begin_hand_back(time.monotonic())
    assert until(lambda: shows([0] * 12), pause=PAUSE)
    core.close()
