# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Home Assistant's messages, without a broker."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_color.control.commands import Command, Control
from fer_color.errors import ColorError
from fer_color.lights import LightOptions, make_light
from fer_color.lights.mqtt import home_assistant

byte = st.integers(0, 255)


@given(st.tuples(byte, byte, byte), st.floats(0, 1))
def test_state_says_what_is_shown_whatever_the_slider_says(rgb, brightness):
    """Judged as Home Assistant does: colour x brightness / 255."""
    state = home_assistant.state(rgb, Control(brightness=brightness))
    assert 1 <= state["brightness"] <= 255
    assert all(0 <= value <= 255 for value in state["color"].values())
    for name, value in zip("rgb", rgb):
        assert abs(state["color"][name] * state["brightness"] / 255 - value) <= 0.51
    assert home_assistant.shown(json.dumps(state).encode()) == rgb


@given(st.tuples(byte, byte, byte))
def test_order_to_a_lamp_says_what_is_shown(rgb):
    assert home_assistant.shown(json.dumps(home_assistant.orders(rgb)[-1]).encode()) == rgb


def test_dark_is_off_only_when_it_was_switched_off():
    assert home_assistant.state((0, 0, 0), Control())["state"] == "ON"
    assert home_assistant.state((0, 0, 0), Control(on=False)) == {"state": "OFF"}
    assert home_assistant.state((0, 0, 9), Control(on=False))["state"] == "ON"


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ('{"state": "ON"}', Command(on=True)),
        ('{"state": "OFF"}', Command(on=False)),
        ('{"state": "ON", "brightness": 51}', Command(on=True, brightness=0.2)),
        ('{"effect": "hold"}', Command(paused=True)),
        ('{"state": "ON", "effect": "live", "color": {"r": 1}, "transition": 3}', Command(on=True, paused=False)),
        ("{}", Command()),
    ],
)
def test_commands(text, command):
    assert home_assistant.command(text.encode()) == command


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("on", "is no JSON object"),
        ("[1]", "is no JSON object"),
        ('{"state": "on"}', "does not exist"),
        ('{"state": ["ON"]}', "does not exist"),
        ('{"effect": "strobe"}', "does not exist"),
        ('{"brightness": 300}', "brightness is 300"),
        ('{"brightness": "full"}', "brightness is 'full'"),
        ('{"brightness": NaN}', "brightness is nan"),
        ('{"brightness": true}', "brightness is True"),
        (b"\xff\xfe", "is no JSON object"),
    ],
)
def test_wrong_commands_are_one_line(text, says):
    with pytest.raises(ColorError, match=says):
        home_assistant.command(text if isinstance(text, bytes) else text.encode())


@given(
    st.binary()
    | st.text().map(str.encode)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ).map(lambda value: json.dumps(value).encode())
)
def test_nothing_that_arrives_breaks_us(payload):
    assert len(home_assistant.shown(payload)) == 3
    assert 1 <= home_assistant.slider(payload) <= 255
    home_assistant.restored(payload)
    home_assistant.orders((1, 2, 3), 1, home_assistant.put_out(payload))
    home_assistant.is_state(payload)
    with contextlib.suppress(ColorError):
        home_assistant.command(payload)


@pytest.mark.parametrize(
    ("state", "level"),
    [
        ({"state": "ON", "brightness": 51}, 51),
        ({"state": "ON"}, 255),
        ({"state": "ON", "brightness": None}, 255),
        ({"state": "OFF", "brightness": 51}, 1),
        ({"state": "ON", "brightness": 0}, 1),
        ({"state": "ON", "brightness": 1e999}, 1),
        ({"state": "ON", "brightness": 3000}, 255),
        ({"state": "ON", "brightness": "half"}, 1),
    ],
)
def test_what_brightness_stands_beside_it(state, level):
    assert home_assistant.slider(json.dumps(state).encode()) == level


@pytest.mark.parametrize(
    ("state", "rgb"),
    [
        ({"state": "OFF", "brightness": 255}, (0, 0, 0)),
        ({"state": "ON"}, (255, 255, 255)),
        ({"state": "ON", "brightness": 51}, (51, 51, 51)),
        ({"state": "ON", "brightness": 255, "color": {"h": 120, "s": 100}}, (0, 255, 0)),
        ({"state": "ON", "brightness": 255, "color": {"hue": 240, "saturation": 100}}, (0, 0, 255)),
        ({"state": "ON", "brightness": 255, "color": {"x": 0.3127, "y": 0.329}}, (255, 255, 255)),
        ({"state": "ON", "brightness": 255, "color": {"x": 0.64, "y": 0.33}}, (255, 0, 0)),
        ({"state": "ON", "brightness": 255, "color": {"x": 0.64, "y": 0}}, (0, 0, 0)),
        ({"state": "ON", "color_mode": "color_temp", "color": {"r": 1, "g": 2, "b": 3}}, (255, 255, 255)),
        ({"state": "ON", "color": 5}, (0, 0, 0)),
        ({"state": "ON", "brightness": None}, (255, 255, 255)),
        ({"state": "ON", "brightness": 51, "color": {"x": None, "y": None}, "color_mode": "xy"}, (51, 51, 51)),
        ({"state": "ON", "brightness": 51, "color_mode": "brightness", "color": {}}, (51, 51, 51)),
        ({"state": "ON", "brightness": 255, "color_mode": "white", "color": {"w": 255}}, (255, 255, 255)),
        ({"state": "ON", "brightness": 255, "color_mode": "cwww", "color": {"c": 102, "w": 51}}, (102, 102, 102)),
        ({"state": "ON", "color_mode": "rgbw", "color": {"r": 255, "g": 0, "b": 0, "w": 51}}, (255, 51, 51)),
        ({"state": "ON", "color_mode": "rgbww", "color": {"r": 0, "g": 0, "b": 0, "c": 255, "w": 0}}, (255, 255, 255)),
        ({"state": "ON", "color": {"h": 120, "s": 100, "w": 51}}, (51, 255, 51)),
        ({"state": "ON", "color": {"hue": 240, "saturation": 100, "w": 0, "c": None}}, (0, 0, 255)),
    ],
)
def test_what_a_lamps_state_shows(state, rgb):
    assert home_assistant.shown(json.dumps(state).encode()) == pytest.approx(rgb, abs=3)


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("mqtt", "write mqtt:HOST"),
        ("mqtt:127.0.0.1", "write mqtt:HOST"),
        ("mqtt:127.0.0.1:1883", "write mqtt:HOST"),
        ("mqtt:127.0.0.1:1883:", "write mqtt:HOST"),
        ("mqtt:127.0.0.1:1883:home/+/x", "is no topic to publish on"),
        ("mqtt:127.0.0.1:$SYS/x", "is no topic to publish on"),
        ("mqtt:no.such.host.invalid:home/x", "is not known"),
        ("mqtt:127.0.0.1:1:home/x", "no MQTT broker at 127.0.0.1:1"),
        ("mqtt:127.0.0.1:home/x?tls=maybe", "tls is 'maybe'"),
    ],
)
def test_wrong_notation_is_one_line(spec, says):
    with pytest.raises(ColorError, match=says) as caught:
        make_light(spec, LightOptions(), clock=lambda: 0.0).open()
    assert "\n" not in str(caught.value)


def test_each_topic_has_an_identifier_of_its_own():
    topics = [
        "home/ambient",
        "home/a",
        "home_a",
        "home/A",
        "HOME/a",
        "home//a",
        "/home/a",
        "лампа/1",
        "лампа/2",
        "灯",
        "a b",
        "a_b",
    ]
    found = [home_assistant.discovery(topic, "ha") for topic in topics]
    assert len({where for where, _ in found}) == len(topics)
    assert len({config["unique_id"] for _, config in found}) == len(topics)
    assert len({config["device"]["name"] for _, config in found}) == len(topics)
    assert all(config["unique_id"].isascii() and "/" not in config["unique_id"] for _, config in found)
    assert found[0][0] == "ha/light/fer_color_home_ambient/config"
