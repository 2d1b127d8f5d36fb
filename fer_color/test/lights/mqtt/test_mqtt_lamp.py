# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Somebody's lamp behind its command topic: found, commanded, lost, and given back, through a real broker."""

import json
import signal

import pytest
from waiting import until

pytest.importorskip("paho.mqtt.client", reason="paho-mqtt is not installed")
from mqtt_stage import LIT, SAD, WHITE, Driver, check, light_of, lose_broker, ramp_to_white


def test_lamp_is_commanded_and_gets_its_state_back(broker, listener, judge):
    before = {"state": "ON", "brightness": 128, "color_mode": "color_temp", "color_temp": 370, "linkquality": 9}
    listener.say("zigbee2mqtt/lamp", before, retain=True)
    with Driver(broker.port, "zigbee2mqtt/lamp/set", SAD, "?rate=10") as driver:
        assert driver.light.initial == (128, 128, 128)
        assert until(lambda: listener.shows("zigbee2mqtt/lamp/set", (26, 97, 175)))
        driver.hand_back()
    back = {"state": "ON", "brightness": 128, "color_temp": 370, "transition": 0}
    assert until(lambda: json.loads(listener.on("zigbee2mqtt/lamp/set")[-1][1]) == back)
    assert not any(topic.startswith("homeassistant/") for _, topic, _ in listener.heard)
    ramp = [(listener.heard[0][0] - 100 + k, (1.28 * k,) * 3) for k in range(100)]
    received = listener.on("zigbee2mqtt/lamp/set")[:-1]
    check(judge, ramp + [(at, light_of(json.loads(payload))) for at, payload in received])


def test_lamp_that_retains_nothing_is_asked(broker, listener):
    listener.client.message_callback_add(
        "z/lamp/get",
        lambda client, *_: client.publish("z/lamp", json.dumps({"state": "OFF", "brightness": 7})),
    )
    with Driver(broker.port, "z/lamp/set", SAD) as driver:
        assert until(lambda: listener.on("z/lamp/set"))
        driver.hand_back()
    back = {"state": "OFF", "brightness": 7, "transition": 0}
    assert until(lambda: json.loads(listener.on("z/lamp/set")[-1][1]) == back)


def test_lamp_behind_a_broker_that_is_silent_at_the_start(broker, listener, judge):
    listener.say("z/lamp", LIT, retain=True)
    broker.process.send_signal(signal.SIGSTOP)
    with Driver(broker.port, "z/lamp/set", SAD) as driver:
        assert until(lambda: any("it does not answer" in text for text in driver.told))
        broker.process.send_signal(signal.SIGCONT)
        assert until(lambda: listener.shows("z/lamp/set", (26, 97, 175)))
        assert driver.light.returns_to == (150, 150, 150)
        driver.hand_back()
    assert until(lambda: json.loads(listener.on("z/lamp/set")[-1][1]) == LIT | {"transition": 0})
    frames = listener.light("z/lamp/set")
    check(judge, ramp_to_white(frames[0][0], 150) + frames)


def test_lamp_that_answers_late_but_before_the_first_frame(broker, listener, judge):
    driver = Driver(broker.port, "z/lamp/set", SAD)
    listener.say("z/lamp", LIT)
    assert until(lambda: driver.light.returns_to == (150, 150, 150))
    with driver:
        assert until(lambda: listener.shows("z/lamp/set", (26, 97, 175)))
        driver.hand_back()
    assert until(lambda: json.loads(listener.on("z/lamp/set")[-1][1]) == LIT | {"transition": 0})
    frames = listener.light("z/lamp/set")
    check(judge, ramp_to_white(frames[0][0], 150) + frames)


def test_lamp_that_is_white_when_the_broker_is_back(broker, listener, judge):
    """Somebody else may have made it so; from there to blue at once would be a change of 0.9."""
    listener.say("z/lamp", {"state": "OFF"}, retain=True)
    with Driver(broker.port, "z/lamp/set", SAD) as driver:
        assert until(lambda: listener.shows("z/lamp/set", (26, 97, 175)))
        listener.say("z/lamp", WHITE, retain=True)
        lose_broker(driver.light)
        assert until(lambda: any("is lost" in text for text in driver.told))
        count = len(listener.light("z/lamp/set"))
        assert until(lambda: len(driver.told) == 2), "is lost, is back"
        assert until(lambda: len(listener.light("z/lamp/set")) > count)
        assert until(lambda: listener.shows("z/lamp/set", (26, 97, 175)))
        assert driver.light.returns_to == (0, 0, 0), "as it was found first"
    frames = listener.light("z/lamp/set")[count:]
    check(judge, ramp_to_white(frames[0][0]) + frames)


def test_a_lamp_that_says_nonsense_is_taken_to_be_dark_and_left_so(broker, listener):
    listener.say("z/lamp", b'{"state": "ON", "color": ' + b"[" * 60_000, retain=True)
    with Driver(broker.port, "z/lamp/set", SAD) as driver:
        assert driver.light.initial == (0, 0, 0)
        assert until(lambda: listener.shows("z/lamp/set", (26, 97, 175)))
        driver.hand_back()


def test_a_lit_lamp_is_faded_from_what_it_shows(broker, listener):
    """Not plunged into darkness at the first frame, because a mood begins in the dark."""
    listener.say("z/lamp", LIT, retain=True)
    with Driver(broker.port, "z/lamp/set", SAD) as driver:
        assert until(lambda: listener.shows("z/lamp/set", (26, 97, 175)))
        driver.hand_back()
    assert until(lambda: json.loads(listener.on("z/lamp/set")[-1][1]) == LIT | {"transition": 0})
    assert min(sum(color) for _, color in listener.light("z/lamp/set")) >= sum((26, 97, 175)) - 3


def test_a_lamp_that_also_tells_single_values_gets_its_whole_state_back(broker, listener):
    whole = {"state": "ON", "brightness": 128, "color_mode": "color_temp", "color_temp": 370}

    def answer(client, *_):
        for content in ({"linkquality": 80}, whole, {"update": {"state": "idle"}}):
            client.publish("z/lamp", json.dumps(content), qos=1)

    listener.client.message_callback_add("z/lamp/get", answer)
    with Driver(broker.port, "z/lamp/set", SAD) as driver:
        assert until(lambda: listener.shows("z/lamp/set", (26, 97, 175)))
        assert driver.light.returns_to == (128, 128, 128)
        driver.hand_back()
    back = {"state": "ON", "brightness": 128, "color_temp": 370, "transition": 0}
    assert until(lambda: json.loads(listener.on("z/lamp/set")[-1][1]) == back)


@pytest.mark.parametrize(
    ("mode", "color"),
    [("white", {"w": 255}), ("cwww", {"c": 255, "w": 128}), ("rgbw", {"r": 0, "g": 0, "b": 0, "w": 255})],
)
def test_a_lamp_with_white_chips_and_an_effect_shows_our_colour_alone(broker, listener, judge, mode, color):
    """As ESPHome's do by their source (light_json_schema.cpp, light_call.cpp): what they are not told stays."""
    found = {"state": "ON", "brightness": 150, "color_mode": mode, "color": color, "effect": "Rainbow"}
    listener.say("esp/lamp", found, retain=True)
    with Driver(broker.port, "esp/lamp/set", SAD) as driver:
        assert until(lambda: listener.shows("esp/lamp/set", (26, 97, 175)))
        driver.hand_back()
    back = {"state": "ON", "brightness": 150, "color": color, "effect": "Rainbow", "transition": 0}
    assert until(lambda: json.loads(listener.on("esp/lamp/set")[-1][1]) == back)
    shown, effect, frames = dict(color), "Rainbow", []
    for at, payload in listener.on("esp/lamp/set")[:-1]:
        order = json.loads(payload)
        shown, effect = shown | order["color"], order.get("effect", effect)
        assert effect == "none"
        assert not shown["w"]
        assert not shown.get("c")
        frames.append((at, light_of(order)))
    check(judge, ramp_to_white(frames[0][0], 150) + frames)
