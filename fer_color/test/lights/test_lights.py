# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The notation of the lights, the recorder, and what users get wrong."""

import json
import os
import stat
from importlib.metadata import EntryPoint

import numpy as np
import pytest

from fer_color.errors import ColorError
from fer_color.lights import Frame, LightOptions, known_lights, make_light, make_lights
from fer_color.lights import registry as registry_module
from fer_color.lights.base import Event, EventKind
from fer_color.lights.local.no_light import make_none
from fer_color.lights.pixels import channels
from fer_color.lights.registry import BUILT_IN
from fer_color.lights.serial.adalight import encode, make_adalight
from fer_common.errors import LONGEST

NOTATIONS = {
    "adalight": "adalight:/dev/ttyUSB0:16",
    "artnet": "artnet:127.0.0.1:0:16",
    "ddp": "ddp:127.0.0.1:16",
    "mqtt": "mqtt:127.0.0.1:home/ambient",
    "record": "record:FOLDER/light.jsonl",
    "robot": "robot:rgba",
    "sacn": "sacn:1:16",
    "tpm2": "tpm2:/dev/ttyUSB0:16",
    "wled": "wled:127.0.0.1",
}
TRANSFER = {"console": "srgb"}
"""Of the lights whose curve is known; behind all others there may be any."""


def make(spec, **options):
    return make_light(spec, LightOptions(**options), clock=lambda: 1.5)


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_light_is_made_from_its_notation(name, tmp_path):
    notation = NOTATIONS.get(name, name).replace("FOLDER", str(tmp_path))
    light = make(notation)
    assert light.spec == notation
    assert light.transfer == TRANSFER.get(name, "any")


def test_record_keeps_every_frame(tmp_path):
    path = tmp_path / "light.jsonl"
    light = make(f"record:{path}")
    light.open()
    sent = []
    for k in range(3):
        light.send(Frame((k, 2, 255), "fading"), lambda k=k: sent.append(k))
        # Readable at once, not only after the end.
        assert json.loads(path.read_text().splitlines()[k]) == {"t": 1.5, "rgb": [k, 2, 255], "mode": "fading"}
    light.close()
    assert sent == [0, 1, 2]


def test_recorder_on_a_full_disk_says_so_once():
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no /dev/full here")
    light = make("record:/dev/full")
    light.open()
    for _ in range(3):
        light.send(Frame((1, 2, 3)), lambda: pytest.fail("nothing was written"))
    texts = [event.text for event in light.take_events() if event.text]
    assert len(texts) == 1
    assert "cannot be written to" in texts[0]
    light.close()  # which has something left to write, and nowhere to
    light.close()


def test_a_recording_in_place_of_an_older_one_is_this_users_alone(tmp_path):
    path = tmp_path / "light.jsonl"
    path.touch(0o644)
    light = make(f"record:{path}")
    light.open()
    light.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_that_is_named_as_a_recording_keeps_its_rights(tmp_path):
    tmp_path.chmod(0o755)
    with pytest.raises(ColorError, match="cannot record"):
        make(f"record:{tmp_path}").open()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_recorder_waits_for_no_pipe(tmp_path):
    """Neither for one that nobody reads, nor for one that is read no more."""
    os.mkfifo(tmp_path / "pipe")
    light = make(f"record:{tmp_path / 'pipe'}")
    with pytest.raises(ColorError, match="a pipe that nobody reads"):
        light.open()
    reads = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    light.open()
    sent = []
    for k in range(5000):  # the system keeps 64 kB
        light.send(Frame((1, 2, 3)), lambda k=k: sent.append(k))
        if len(sent) <= k:
            break
    assert 100 < len(sent) < 5000
    assert os.read(reads, 20).startswith(b'{"t": ')
    assert any(event.text for event in light.take_events())
    light.close()
    os.close(reads)


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("laser", r"unknown light 'laser': use one of adalight:PORT:LEDS, artnet:HOST:UNIVERSE:LEDS, console, ddp:"),
        ("", "unknown light"),
        ("adalight", "write adalight:PORT:LEDS"),
        ("adalight:/dev/ttyUSB0", "write adalight:PORT:LEDS"),
        ("adalight:/dev/ttyUSB0:many", "write adalight:PORT:LEDS"),
        ("adalight::16", "write adalight:PORT:LEDS"),
        ("adalight:/dev/ttyUSB0:0", "give 1 to 65536"),
        ("adalight:/dev/ttyUSB0:65537", "give 1 to 65536"),
        ("record:", "needs a file"),
        ("console:x", "takes nothing after it"),
        ("none:x", "takes nothing after it"),
        ("none?color=red", "has no option 'color'"),
        ("none?brightness=much", "brightness is 'much': give a number"),
        ("none?brightness=2", "brightness is 2: give a number from 0 to 1"),
        ("none?brightness=nan", "brightness is nan"),
        ("none?gamma=9", "gamma is 9"),
        ("none?transfer=cubic", "use one of linear, srgb, gamma2.2, gamma2.8, either, any"),
        ("ddp:127.0.0.1:4?color_order=RGW", "use one of RGB"),
        ("record:~no.such.user/x", "cannot record to '~no.such.user/x': there is no such home"),
        ("robot:~no.such.user/x.yaml", "robot profile '~no.such.user/x.yaml' cannot be read"),
        ("mqtt:127.0.0.1:home/x?discovery=a+b", "discovery is 'a\\+b', no topic to publish on"),
        ("none?rate=5", "rate is for lights with a pace of their own"),
        ("console?rate=5", "rate is for lights with a pace of their own"),
        ("record:x?rate=5", "rate is for lights with a pace of their own"),
    ],
)
def test_wrong_notation_is_one_line(spec, says):
    with pytest.raises(ColorError, match=says) as caught:
        make(spec)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("spec", ["ddp:127..0.1:60", "wled:.local", "mqtt:ha..local:t", "artnet:.:0:1"])
def test_host_that_is_no_name_is_one_line(spec):
    with pytest.raises(ColorError, match="is not known") as caught:
        make(spec).open()
    assert "\n" not in str(caught.value)


def test_options_of_one_light():
    light = make("none?brightness=0.5&gamma=2.2&transfer=srgb", brightness=0.8, baud=9600)
    assert light.options == LightOptions(brightness=0.5, gamma=2.2, transfer="srgb", baud=9600)
    assert light.transfer == "srgb"
    half = light.options.shape(np.array([1.0, 0.5, 0.0]), 0.5, 1.0)
    assert half == pytest.approx((0.25, 0.25 * 0.5**2.2, 0.0))


def test_question_mark_in_a_path(tmp_path):
    light = make(f"record:{tmp_path}/what%3F%3d%26.jsonl")
    light.open()
    light.close()
    assert (tmp_path / "what?=&.jsonl").exists()


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("mqtt:127.0.0.1:home/x?tls", "option 'tls' has no value: write tls=VALUE"),
        ("mqtt:127.0.0.1:home/x?tsl=true", "has no option 'tsl': is tls meant"),
        ("mqtt:127.0.0.1:home/x?TLS=true", "has no option 'TLS': is tls meant"),
        ("mqtt:127.0.0.1:home/x?ssl=true", "has no option 'ssl': is tls meant"),
        ("mqtt:127.0.0.1:home/x?ca=x.pem", "is ca_file meant"),
        ("mqtt:127.0.0.1:home/x?tls=yes&user=", "option 'user' has no value: write user=VALUE"),
        ("mqtt:anna@127.0.0.1:home/x", r"'anna@127\.0\.0\.1' is no host: .*write \?user=NAME"),
        ("mqtt:127.0.0.1:home/a\tb", r"'home/a\\tb' is no topic to publish on: leave out what is no letter"),
        ("mqtt:127.0.0.1:home/\udcff", "is no topic to publish on: leave out what is no letter"),
        ("mqtt:127.0.0.1:home/\ufffe", "is no topic to publish on: leave out what is no letter"),
        ("mqtt:127.0.0.1:" + "x/" * 150, "give at most 1000 bytes and 100 levels"),
        ("mqtt:127.0.0.1:home/x?user=\udcff", r"user is '\\udcff': leave out what is no letter"),
        ("mqtt:127.0.0.1:home/x,tls=true", r"as in mqtt:127\.0\.0\.1:home/x\?tls=true;"),
        ("adalight:/dev/ttyUSB0:4&baud=9600", r"as in adalight:/dev/ttyUSB0:4\?baud=9600;"),
        ("adalight:/dev/ttyUSB0:4?speed=9600", "is baud meant"),
        ("ddp:127.0.0.1:4?Color-Order=GRB", "is color_order meant"),
        ("ddp:127.0.0.1:4?bri=0.5", "is brightness meant"),
        ("ddp:127.0.0.1:4?fps=5", "is rate meant"),
        ("dpp:127.0.0.1:4", "unknown light 'dpp:127.0.0.1:4': is ddp meant"),
        ("MQTT:127.0.0.1:home/x", "is mqtt meant"),
        ("mqtt:127.0.0.1:home/x&tls=true", "has '&' before any '.': options follow a question mark"),
        ("mqtt:127.0.0.1:home/tls=true", "has '=' before any"),
        ("mqtt:127.0.0.1:home/x?", "has no option ''"),
        ("mqtt:127.0.0.1:home/x?tls=true&", "has no option ''"),
        ("mqtt:127.0.0.1:home/x?tls=true&tls=false", "option 'tls' is given twice"),
        ("record:light.jsonl?led=60", "is leds meant"),
        ("record:light?.jsonl", "has no option '.jsonl'.*written %3F"),
        ("ddp:127.0.0.1:30?brightnes=1", "is brightness meant"),
        ("ddp:127.0.0.1:30? brightness=1", "has no option ' brightness'"),
        ("none?brightness=0.5&brightness=0.5", "given twice"),
    ],
)
def test_what_is_no_option_never_becomes_a_part_of_a_name(spec, says):
    with pytest.raises(ColorError, match=says) as caught:
        make(spec)
    assert "\n" not in str(caught.value)


def test_port_with_colons():
    port = "/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0"
    light = make_adalight(f"adalight:{port}:30", f"{port}:30", LightOptions(), lambda: 0.0)
    assert light.port == port
    assert light.leds == 30


def test_frame_bytes():
    two = channels(Frame((1, 2, 3)), 2, "GRB")
    assert encode(two, 2) == b"Ada\x00\x01\x54" + bytes((2, 1, 3, 2, 1, 3))
    assert encode(bytes(900), 300)[3:6] == bytes((0x01, 0x2B, 0x01 ^ 0x2B ^ 0x55))


def test_other_packages_add_lights(tmp_path, monkeypatch):
    point = EntryPoint("lava", "fer_color.lights.local.no_light:make_none", registry_module.ENTRY_POINTS)
    about = tmp_path / "fer_lava-1.0.dist-info"  # as pip leaves a package
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: fer_lava\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[{point.group}]\n{point.name} = {point.value}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert make("lava").spec == "lava"
    assert make_none is point.load()
    assert "lava" in known_lights()
    with pytest.raises(ColorError, match="lava"):
        make("laser")


def test_record_where_one_cannot_write(tmp_path):
    with pytest.raises(ColorError, match="cannot record to"):
        make(f"record:{tmp_path}").open()
    with pytest.raises(ColorError, match="cannot record to"):
        make(f"record:{tmp_path}/no/such/folder.jsonl").open()


def test_what_a_lamp_says_is_one_line_that_a_terminal_does_not_obey():
    event = Event(EventKind.LOST, 0.0, text="light 'wled:host' is lost (it answers 500 \x1b[2J\nOops)")
    assert event.text == "light 'wled:host' is lost (it answers 500 \ufffd[2J Oops)"
    assert len(Event(EventKind.NOTE, 0.0, text="a" * 10**6).text) == LONGEST


def test_two_lights_for_one_lamp_are_refused():
    def made(*specs):
        return len(make_lights(specs, LightOptions(), clock=lambda: 0.0))

    for pair in (("console", "console"), ("ddp:127.0.0.1:60", "ddp:127.0.0.1:60?brightness=0.5")):
        with pytest.raises(ColorError, match=f"light '{pair[0]}' is named twice: leave one out"):
            made("none", *pair)
    assert made("none", "console") == 2
    assert made("sacn:1:4?host=127.0.0.1", "sacn:1:4?host=127.0.0.2") == 2, "two receivers"
