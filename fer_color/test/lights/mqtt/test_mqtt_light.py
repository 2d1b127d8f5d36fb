# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""MQTT through a real broker, heard by a client of the test's own."""

import json
import time

import pytest
from waiting import until

pytest.importorskip("paho.mqtt.client", reason="paho-mqtt is not installed")
from mqtt_stage import HAPPY, SAD, Driver, Listener, check

from fer_color.lights import LightOptions, make_light


def test_state_follows_the_face_and_ends_dark(broker, listener, judge):
    with Driver(broker.port, "home/ambient", SAD) as driver:
        assert until(lambda: listener.shows("home/ambient", (26, 97, 175)))
        driver.hand_back()
    assert until(lambda: listener.on("home/ambient/availability")[-1][1] == b"offline")
    assert json.loads(listener.on("home/ambient")[-1][1]) == {"state": "OFF"}
    assert [payload for _, payload in listener.on("home/ambient/availability")] == [b"online", b"offline"]
    check(judge, listener.light("home/ambient"))
    late = Listener(broker.port)
    assert until(lambda: {"home/ambient", "home/ambient/availability"} <= late.retained.keys())
    assert late.retained["home/ambient"] == b'{"state": "OFF"}'
    late.close()


def test_home_assistant_finds_it(broker, listener):
    with Driver(broker.port, "home/ambient", SAD):
        where = "homeassistant/light/fer_color_home_ambient/config"
        assert until(lambda: listener.on(where))
        config = json.loads(listener.on(where)[0][1])
        check_schema(config)
        assert config["schema"] == "json"
        assert config["state_topic"] == "home/ambient"
        assert config["command_topic"] == "home/ambient/set"
        assert config["availability_topic"] == "home/ambient/availability"
        assert until(lambda: listener.on("home/ambient"))
        state = json.loads(listener.on("home/ambient")[-1][1])
        assert state["color_mode"] in config["supported_color_modes"]
        assert state["effect"] in config["effect_list"]
    late = Listener(broker.port)
    assert until(lambda: where in late.retained)
    late.close()


# home-assistant.io/integrations/light.mqtt, 'JSON schema - Configuration variables', and the keys of every MQTT entity.
SCHEMA = {
    "schema": str,
    "name": str,
    "unique_id": str,
    "state_topic": str,
    "command_topic": str,
    "availability_topic": str,
    "payload_available": str,
    "payload_not_available": str,
    "supported_color_modes": list,
    "brightness": bool,
    "brightness_scale": int,
    "effect": bool,
    "effect_list": list,
    "optimistic": bool,
    "flash": bool,
    "transition": bool,
    "qos": int,
    "retain": bool,
    "device": dict,
    "origin": dict,
}
COLOR_MODES = {"onoff", "brightness", "color_temp", "hs", "xy", "rgb", "rgbw", "rgbww", "white"}


def check_schema(config):
    assert {"schema", "command_topic", "unique_id"} <= config.keys() <= SCHEMA.keys()
    for name, value in config.items():
        assert type(value) is SCHEMA[name], name
    assert set(config["supported_color_modes"]) <= COLOR_MODES
    # onoff and brightness stand alone; a device needs something to be told by, an origin its name.
    assert not {"onoff", "brightness"} & set(config["supported_color_modes"])
    assert config["device"]["identifiers"]
    assert config["origin"]["name"]
    assert config["qos"] in (0, 1, 2)


def test_discovery_can_be_left_out_or_moved(broker, listener):
    with Driver(broker.port, "a/b", SAD, "?discovery="), Driver(broker.port, "c", SAD, "?discovery=ha/found"):
        assert until(lambda: listener.on("a/b") and listener.on("c"))
    topics = {topic for _, topic, _ in listener.heard if topic.endswith("/config")}
    assert topics == {"ha/found/light/fer_color_c/config"}


def test_commands_of_home_assistant(broker, listener, judge):
    topic = "home/ambient"
    with Driver(broker.port, topic, SAD) as driver:
        assert until(lambda: listener.shows(topic, (26, 97, 175)))
        listener.say(f"{topic}/set", {"state": "ON", "brightness": 128})
        assert until(lambda: listener.shows(topic, (13, 49, 88)))
        assert until(lambda: json.loads(listener.on(topic)[-1][1])["brightness"] == 128)
        listener.say(f"{topic}/set", {"state": "ON", "effect": "hold"})
        assert until(lambda: driver.core.control.paused)
        driver.emotion = HAPPY
        assert until(lambda: json.loads(listener.on(topic)[-1][1])["effect"] == "hold")
        count = len(driver.told)
        assert not until(lambda: not listener.shows(topic, (13, 49, 88)), 0.5)
        listener.say(f"{topic}/set", {"state": "ON", "effect": "live", "brightness": 255})
        assert until(lambda: listener.shows(topic, (74, 184, 71)))
        listener.say(f"{topic}/set", {"state": "OFF"})
        assert until(lambda: json.loads(listener.on(topic)[-1][1]) == {"state": "OFF"})
        listener.say(f"{topic}/set", "not JSON")
        assert until(lambda: len(driver.told) > count)
        assert "ignored a command" in driver.told[-1]
    check(judge, listener.light(topic))


def test_retained_state_is_where_the_light_starts(broker, listener, judge):
    """As after a crash: who listens still shows it, so a jump from dark would be one that is not counted."""
    shown = {"state": "ON", "brightness": 255, "color": {"r": 255, "g": 255, "b": 255}}
    listener.say("home/ambient", shown, retain=True)
    with Driver(broker.port, "home/ambient", SAD) as driver:
        assert driver.light.initial == (255, 255, 255)
        assert until(lambda: listener.shows("home/ambient", (26, 97, 175)))
    ramp = [(listener.heard[0][0] - 100 + k, (2.55 * k,) * 3) for k in range(100)]
    check(judge, ramp + listener.light("home/ambient"))


def test_a_run_that_saw_no_image_says_farewell(broker, listener):
    light = make_light(f"mqtt:127.0.0.1:{broker.port}:home/ambient", LightOptions(), clock=time.monotonic)
    light.open()
    assert until(lambda: listener.on("home/ambient/availability"))
    light.close()
    assert until(lambda: listener.on("home/ambient/availability")[-1][1] == b"offline")
    assert not listener.on("home/ambient")


@pytest.mark.parametrize("where", ["command", "state"])
def test_no_message_ends_the_listening_or_fills_the_log(broker, listener, where):
    topic = "home/ambient"
    with Driver(broker.port, topic, SAD) as driver:
        assert until(lambda: listener.shows(topic, (26, 97, 175)))
        for payload in (b"x" * 1_000_000, b"[" * 60_000, b'{"state":' * 7_000, b"\xff" * 100, b'{"brightness": 1e999}'):
            listener.say(topic if where == "state" else f"{topic}/set", payload)
        listener.say(f"{topic}/set", {"state": "ON", "brightness": 128})
        assert until(lambda: driver.core.control.brightness == 128 / 255), "it still listens"
    assert len(driver.told) <= 1, "one line in five seconds"
    assert all(len(text) < 250 and text.isprintable() for text in driver.told)
