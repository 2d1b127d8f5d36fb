# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""A core that drives an `mqtt` light, and somebody else who hears it, over a real broker."""

import json
import socket
import threading
import time

import paho.mqtt.client as mqtt
from driven_core import DrivenCore
from paho.mqtt.enums import CallbackAPIVersion
from waiting import PATIENCE

SAD, HAPPY, NEUTRAL = ([float(k == index) for k in range(7)] for index in (5, 3, 4))


class Listener:
    """Somebody else on the broker: hears everything, with times, and can publish."""

    def __init__(self, port):
        self.heard, self.retained = [], {}
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self.client.on_message = self.hear
        self.client.on_connect = lambda client, *_: client.subscribe("#", qos=1)
        self.client.reconnect_delay_set(1, 1)
        self.client.connect("127.0.0.1", port)
        listening = threading.Event()
        self.client.on_subscribe = lambda *_: listening.set()
        self.client.loop_start()
        assert listening.wait(PATIENCE)

    def hear(self, _client, _data, message):
        self.heard.append((time.monotonic(), message.topic, message.payload))
        if message.retain:
            self.retained[message.topic] = message.payload

    def say(self, topic, content, *, retain=False):
        payload = content if isinstance(content, (str, bytes)) else json.dumps(content)
        self.client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(PATIENCE)

    def on(self, topic):
        return [(at, payload) for at, where, payload in self.heard if where == topic]

    def light(self, topic):
        """The frames at a topic as bytes: colour times brightness, as Home Assistant takes it."""
        return [(at, light_of(json.loads(payload))) for at, payload in self.on(topic)]

    def shows(self, topic, color):
        frames = self.light(topic)
        return bool(frames) and near(frames[-1][1], color)

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


def light_of(state):
    if state["state"] == "OFF":
        return (0, 0, 0)
    return tuple(state["color"][name] * state["brightness"] / 255 for name in "rgb")


def near(one, other):
    return max(abs(a - b) for a, b in zip(one, other)) <= 1.0


class Driver(DrivenCore):
    """A core with a light at a broker."""

    def __init__(self, port, topic, emotion, options=""):
        super().__init__(f"mqtt:127.0.0.1:{port}:{topic}{options}", emotion, smoothing_time=0.05)


def check(judge, frames):
    for lamp in ("linear", "srgb"):
        judge(frames, lamp)


WHITE = {"state": "ON", "brightness": 255, "color": {"r": 255, "g": 255, "b": 255}}
LIT = WHITE | {"brightness": 150}
"""So bright that to begin in the dark would break the promise, and near enough for both ways within six seconds."""


def ramp_to_white(at, level=255):
    """Going there slowly before costs nothing of what is judged."""
    return [(at - 100 + k, (level / 100 * k,) * 3) for k in range(101)]


def lose_broker(light):
    """As when a network breaks."""
    light._broker._client.socket().shutdown(socket.SHUT_RDWR)
