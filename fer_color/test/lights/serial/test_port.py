# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A serial port's names, and who else may open it, at real pseudo-terminals."""

import os
import pty
import subprocess
import sys
import tty

import pytest

from fer_color.errors import ColorError
from fer_color.lights import LightOptions, make_light
from fer_color.lights.serial.port import SerialPort, claim


@pytest.fixture
def plug():
    """Plugs boards in, each of which has a name that no other has; gives its two ends."""
    ends = []

    def plugged():
        ends.append(pty.openpty())
        tty.setraw(ends[-1][1])
        return ends[-1]

    yield plugged
    for end in (end for pair in ends for end in pair):
        try:
            os.close(end)
        except OSError:
            continue  # unplugged by the test


def unplug(board):
    for end in board:
        os.close(end)


def link(name, board):
    name.unlink(missing_ok=True)
    name.symlink_to(os.ttyname(board[1]))


def arrives(port, board):
    port.write(memoryview(b"Ada"), 1.0)
    return os.read(board[0], 64) == b"Ada"


def test_a_board_that_is_back_under_another_number_is_found_at_its_socket(plug, tmp_path):
    old = plug()
    link(tmp_path / "usb-0:2", old)
    port = SerialPort(os.ttyname(old[1]), 115200, tmp_path)
    port.open()
    assert not port.replaced()
    new = plug()
    link(tmp_path / "usb-0:2", new)
    assert port.replaced()
    unplug(old)
    port.open()
    assert arrives(port, new)
    assert not port.replaced()
    port.close()


def test_a_board_in_another_socket_is_found_by_the_name_that_was_given(plug, tmp_path):
    given, old, new = tmp_path / "by-id", plug(), plug()
    sockets = tmp_path / "sockets"
    sockets.mkdir()
    link(sockets / "usb-0:1", old)
    link(given, old)
    port = SerialPort(str(given), 115200, sockets)
    port.open()
    link(given, new)  # and somebody else's board is where it was
    port.open()
    assert arrives(port, new)
    port.close()
    by_number = SerialPort(os.ttyname(old[1]), 115200, sockets)
    by_number.open()
    (sockets / "usb-0:1").unlink()
    link(sockets / "usb-0:3", old)
    by_number.open()
    assert arrives(by_number, old)
    by_number.close()


def test_a_name_may_begin_with_the_home(plug, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    link(tmp_path / "strip", plug())
    light = make_light("adalight:~/strip:4", LightOptions(), clock=lambda: 0.0)
    light.open()
    light.close()


def test_another_light_on_the_same_port_is_told_as_that(plug):
    name = os.ttyname(plug()[1])
    lights = [make_light(f"{kind}:{name}:4", LightOptions(), clock=lambda: 0.0) for kind in ("adalight", "tpm2")]
    lights[0].open()
    with pytest.raises(ColorError, match="in use by another program, or by another light of yours: end that one"):
        lights[1].open()
    lights[0].close()


def test_a_claimed_port_is_opened_by_nobody_else(plug):
    """By nobody without rights, that is: root may open whatever it wants."""
    slave = plug()[1]
    name = os.ttyname(slave)
    os.chmod(name, 0o666)
    script = "import os, sys; os.getuid() or os.setuid(65534); os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)"

    def tried():
        return subprocess.run([sys.executable, "-S", "-c", script, name], capture_output=True, text=True, check=False)

    assert tried().returncode == 0
    claim(slave)
    assert "Device or resource busy" in tried().stderr


@pytest.mark.parametrize("kind", ["adalight", "tpm2"])
def test_four_bytes_an_led_are_told_of(kind):
    for order, told in (("RGB", 0), ("GRBW", 1), ("WRGB", 1)):
        light = make_light(f"{kind}:/dev/ttyUSB0:100?color_order={order}", LightOptions(), clock=lambda: 0.0)
        texts = [event.text for event in light.take_events() if "four bytes an LED" in event.text]
        assert len(texts) == told
        assert all(f"color_order={order}" in text and "LED_CHANNELS 4" in text for text in texts)


@pytest.mark.parametrize("kind", ["missing", "file", "folder", "null", "in use"])
def test_wrong_port_is_one_line(tmp_path, kind):
    file = tmp_path / "plain"
    file.write_text("")
    master, slave = pty.openpty()
    name = os.ttyname(slave)
    port, says = {
        "missing": ("/dev/ttyNOPE7", "no serial port"),
        "file": (str(file), "is a file, no serial port"),
        "folder": (str(tmp_path), "is a folder, no serial port"),
        "null": ("/dev/null", "is no serial port"),
        "in use": (name, "in use by another program"),
    }[kind]
    holder = make_light(f"adalight:{name}:1", LightOptions(), clock=lambda: 0.0)
    if kind == "in use":
        holder.open()
    with pytest.raises(ColorError, match=says) as caught:
        make_light(f"adalight:{port}:16", LightOptions(), clock=lambda: 0.0).open()
    assert "\n" not in str(caught.value)
    holder.close()
    os.close(master)
    os.close(slave)


def test_port_without_permission_names_the_group(tmp_path):
    master, slave = pty.openpty()
    name = os.ttyname(slave)
    os.chmod(name, 0o000)
    code = (
        "import os, sys\n"
        "sys.path[:0] = sys.argv[2:]\n"
        "from fer_color.lights import LightOptions, make_light\n"
        "from fer_color.errors import ColorError\n"
        "light = make_light(f'adalight:{sys.argv[1]}:16', LightOptions(), clock=lambda: 0.0)\n"
        "if os.getuid() == 0: os.setgroups([]); os.setegid(65534); os.seteuid(65534)\n"
        "try: light.open()\n"
        "except ColorError as error: print(error)\n"
    )
    run = subprocess.run([sys.executable, "-c", code, name, *sys.path], capture_output=True, text=True, check=False)
    os.close(master)
    os.close(slave)
    assert run.stdout.startswith(f"no permission to open '{name}': add yourself to its group"), run.stdout + run.stderr
    assert "usermod -aG dialout" in run.stdout
    assert "log in again" in run.stdout
    assert run.stdout.count("\n") == 1
