# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""MQTT through a real broker, heard by a client of the test's own."""

import json
import shutil
import signal
import socket
import subprocess
import threading
import time

import pytest
from mosquitto_broker import MOSQUITTO, Broker
from waiting import PATIENCE, until

mqtt = pytest.importorskip("paho.mqtt.client", reason="paho-mqtt is not installed")
from paho.mqtt.enums import CallbackAPIVersion  # noqa: E402

from fer_color.control.commands import Command  # noqa: E402
from fer_color.core import ColorCore  # noqa: E402
from fer_color.errors import ColorError  # noqa: E402
from fer_color.lights import LightOptions, make_light  # noqa: E402
from fer_color.settings import Settings  # noqa: E402

SAD, HAPPY, NEUTRAL = ([float(k == index) for k in range(7)] for index in (5, 3, 4))
pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed (apt-get install mosquitto)")


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


class Driver:
    """A core that shows one emotion, ticked at 50 Hz in a thread."""

    def __init__(self, port, topic, emotion, options=""):
        self.light = make_light(f"mqtt:127.0.0.1:{port}:{topic}{options}", LightOptions(), clock=time.monotonic)
        self.light.open()
        self.core = ColorCore(Settings(smoothing_time=0.05), [self.light])
        self.emotion, self.told, self.done = emotion, [], threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        while not self.done.wait(0.02):
            now = time.monotonic()
            self.core.on_emotion(self.emotion, 0, now)
            self.core.tick(now)
            self.told += [notice.text for notice in self.core.take_notices()]

    def hand_back(self):
        self.core.begin_hand_back(time.monotonic())
        assert until(lambda: self.core.handed_back(time.monotonic()))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()
        self.core.close()


@pytest.fixture
def broker(tmp_path):
    broker = Broker(tmp_path)
    yield broker
    broker.stop()


@pytest.fixture
def listener(broker):
    listener = Listener(broker.port)
    yield listener
    listener.close()


def check(judge, frames):
    for lamp in ("linear", "srgb"):
        judge(frames, lamp)


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


def test_retained_command_holds_over_a_restart(broker, listener):
    listener.say("home/ambient/set", {"state": "OFF"}, retain=True)
    with Driver(broker.port, "home/ambient", SAD) as driver:
        assert until(lambda: not driver.core.control.on)
        assert until(lambda: listener.on("home/ambient"))
        assert not until(lambda: any(any(color) for _, color in listener.light("home/ambient")), 0.5)


def test_retained_state_is_where_the_light_starts(broker, listener, judge):
    """As after a crash: who listens still shows it, so a jump from dark would be one that is not counted."""
    shown = {"state": "ON", "brightness": 255, "color": {"r": 255, "g": 255, "b": 255}}
    listener.say("home/ambient", shown, retain=True)
    with Driver(broker.port, "home/ambient", SAD) as driver:
        assert driver.light.initial == (255, 255, 255)
        assert until(lambda: listener.shows("home/ambient", (26, 97, 175)))
    ramp = [(listener.heard[0][0] - 100 + k, (2.55 * k,) * 3) for k in range(100)]
    check(judge, ramp + listener.light("home/ambient"))


def test_lamp_is_commanded_and_gets_its_state_back(broker, listener, judge):
    before = {"state": "ON", "brightness": 128, "color_mode": "color_temp", "color_temp": 370, "linkquality": 9}
    listener.say("zigbee2mqtt/lamp", before, retain=True)
    with Driver(broker.port, "zigbee2mqtt/lamp/set", SAD, "?rate=10") as driver:
        assert driver.light.initial == (128, 128, 128)
        assert until(lambda: listener.shows("zigbee2mqtt/lamp/set", (26, 97, 175)))
        driver.hand_back()
    back = {"state": "ON", "brightness": 128, "color_temp": 370, "transition": 0.1}
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
    back = {"state": "OFF", "brightness": 7, "transition": 0.25}
    assert until(lambda: json.loads(listener.on("z/lamp/set")[-1][1]) == back)


WHITE = {"state": "ON", "brightness": 255, "color": {"r": 255, "g": 255, "b": 255}}


def ramp_to_white(at):
    """Going there slowly before costs nothing of what is judged."""
    return [(at - 100 + k, (2.55 * k,) * 3) for k in range(100)]


def lose_broker(light):
    """As when a network breaks."""
    light._broker._client.socket().shutdown(socket.SHUT_RDWR)


def test_lamp_behind_a_broker_that_is_silent_at_the_start(broker, listener, judge):
    listener.say("z/lamp", WHITE, retain=True)
    broker.process.send_signal(signal.SIGSTOP)
    with Driver(broker.port, "z/lamp/set", SAD) as driver:
        assert until(lambda: any("it does not answer" in text for text in driver.told))
        broker.process.send_signal(signal.SIGCONT)
        assert until(lambda: listener.shows("z/lamp/set", (26, 97, 175)))
        assert driver.light.returns_to == (255, 255, 255)
        driver.hand_back()
    assert until(lambda: json.loads(listener.on("z/lamp/set")[-1][1]) == WHITE | {"transition": 0.25})
    frames = listener.light("z/lamp/set")
    check(judge, ramp_to_white(frames[0][0]) + frames)


def test_lamp_that_answers_late_but_before_the_first_frame(broker, listener, judge):
    driver = Driver(broker.port, "z/lamp/set", SAD)
    listener.say("z/lamp", WHITE)
    assert until(lambda: driver.light.returns_to == (255, 255, 255))
    with driver:
        assert until(lambda: listener.shows("z/lamp/set", (26, 97, 175)))
        driver.hand_back()
    assert until(lambda: json.loads(listener.on("z/lamp/set")[-1][1]) == WHITE | {"transition": 0.25})
    frames = listener.light("z/lamp/set")
    check(judge, ramp_to_white(frames[0][0]) + frames)


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


def test_retained_command_is_not_obeyed_again_at_each_new_connection(broker, listener):
    topic = "home/ambient"
    listener.say(f"{topic}/set", {"state": "ON", "brightness": 128}, retain=True)
    with Driver(broker.port, topic, SAD) as driver:
        assert until(lambda: driver.core.control.brightness == 128 / 255)
        driver.core.obey(Command(on=False), time.monotonic())
        lose_broker(driver.light)
        assert until(lambda: len(driver.told) == 2), "is lost, is back"
        listener.say(f"{topic}/set", {"brightness": 64})
        assert until(lambda: driver.core.control.brightness == 64 / 255)
        assert not driver.core.control.on
        listener.say(f"{topic}/set", {"state": "ON", "brightness": 128})
        assert until(lambda: driver.core.control.on), "said anew it holds"


def test_retained_command_is_not_obeyed_again_when_the_node_takes_the_light_again(
    broker, listener, monkeypatch, request
):
    rclpy = pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
    from robot_bench import RobotBench, change_state

    from fer_color import node as node_module

    monkeypatch.setattr(node_module, "REST", 0.0)
    topic = "home/ambient"
    listener.say(f"{topic}/set", {"state": "ON", "brightness": 128}, retain=True)
    rclpy.init()
    request.addfinalizer(rclpy.try_shutdown)
    room = RobotBench(f"mqtt:127.0.0.1:{broker.port}:{topic}")
    control = lambda: room.node._core.control  # noqa: E731 - the core is another one after a while
    assert room.show_until(SAD, lambda: control().brightness == 128 / 255)
    room.node._core.obey(Command(on=False), time.monotonic())
    assert change_state(room, "deactivate")
    assert room.until(room.node.handed_back)
    assert room.until(lambda: room.node._handed_back_at is not None)
    assert change_state(room, "activate")
    listener.say(f"{topic}/set", {"brightness": 64})
    assert room.show_until(SAD, lambda: control().brightness == 64 / 255)
    assert not control().on
    room.close()


def test_a_run_that_saw_no_image_says_farewell(broker, listener):
    light = make_light(f"mqtt:127.0.0.1:{broker.port}:home/ambient", LightOptions(), clock=time.monotonic)
    light.open()
    assert until(lambda: listener.on("home/ambient/availability"))
    light.close()
    assert until(lambda: listener.on("home/ambient/availability")[-1][1] == b"offline")
    assert not listener.on("home/ambient")


def test_tls_has_a_port_of_its_own():
    for spec, port in (("mqtt:127.0.0.1:x?tls=true", 8883), ("mqtt:127.0.0.1:1:x?tls=true", 1)):
        with pytest.raises(ColorError, match=f"no MQTT broker at 127.0.0.1:{port} takes us"):
            make_light(spec, LightOptions(), clock=time.monotonic).open()


def test_broker_restarted(broker, judge):
    first = Listener(broker.port)
    with Driver(broker.port, "home/ambient", SAD) as driver:
        assert until(lambda: first.shows("home/ambient", (26, 97, 175)))
        broker.stop()
        assert until(lambda: len(driver.told) == 1)
        first.close()
        driver.emotion = HAPPY
        broker.start()
        begun = time.monotonic()
        second = Listener(broker.port)
        assert until(lambda: second.shows("home/ambient", (74, 184, 71)))
        assert time.monotonic() - begun < 3.0
        assert until(lambda: len(driver.told) == 2)
        assert "is lost" in driver.told[0]
        assert "is back" in driver.told[1]
    second.close()
    check(judge, first.light("home/ambient") + second.light("home/ambient"))


def test_will_says_that_we_are_gone(broker, listener):
    light = make_light(f"mqtt:127.0.0.1:{broker.port}:home/ambient", LightOptions(), clock=time.monotonic)
    light.open()
    assert until(lambda: listener.on("home/ambient/availability"))
    light._broker._client.socket().shutdown(socket.SHUT_RDWR)  # as when the machine dies
    assert until(lambda: listener.on("home/ambient/availability")[-1][1] == b"offline")
    light.close()


def test_broker_that_accepts_and_never_answers_does_not_keep_the_others_from_starting():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        light = make_light(f"mqtt:127.0.0.1:{silent.getsockname()[1]}:home/x", LightOptions(), clock=time.monotonic)
        light.open()
        assert not light.ready()
        assert until(lambda: any("it does not answer" in event.text for event in light.take_events()))
        light.close()


def test_broker_that_wants_a_password_is_named(tmp_path):
    broker = Broker(tmp_path, "allow_anonymous false")
    light = make_light(f"mqtt:127.0.0.1:{broker.port}:home/x", LightOptions(), clock=time.monotonic)
    with pytest.raises(ColorError, match=r"it refuses us: Not authorized.*FER_MQTT_PASSWORD"):
        light.open()
    broker.stop()


def test_password_comes_from_the_environment(tmp_path, monkeypatch):
    if shutil.which("mosquitto_passwd") is None:
        pytest.skip("mosquitto_passwd is not installed")
    words = tmp_path / "passwords"
    words.touch(mode=0o644)
    subprocess.run(["mosquitto_passwd", "-b", words, "anna", "secret"], check=True, capture_output=True)
    words.chmod(0o644)
    tmp_path.chmod(0o755)
    broker = Broker(tmp_path, "allow_anonymous false", f"password_file {words}", "user root")
    monkeypatch.setenv("FER_MQTT_PASSWORD", "secret")
    light = make_light(f"mqtt:127.0.0.1:{broker.port}:home/x?user=anna", LightOptions(), clock=time.monotonic)
    light.open()
    light.close()
    assert "secret" not in light.spec
    broker.stop()


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


def test_a_lamp_that_says_nonsense_is_taken_to_be_dark_and_left_so(broker, listener):
    listener.say("z/lamp", b'{"state": "ON", "color": ' + b"[" * 60_000, retain=True)
    with Driver(broker.port, "z/lamp/set", SAD) as driver:
        assert driver.light.initial == (0, 0, 0)
        assert until(lambda: listener.shows("z/lamp/set", (26, 97, 175)))
        driver.hand_back()


def restarted(broker, listener, before, then=None):
    """What is held after a start, when `before` was asked for in the run before (`then`: without the broker)."""
    topic = "home/ambient"
    with Driver(broker.port, topic, SAD) as driver:
        assert until(lambda: listener.on(topic))
        for command in before:
            listener.say(f"{topic}/set", command, retain=True)
            asked = json.loads(json.dumps(command))
            level = asked.get("brightness")
            assert until(lambda level=level: level is None or driver.core.control.brightness == level / 255)
            assert until(lambda asked=asked: driver.core.control.on == (asked.get("state", "ON") == "ON"))
            paused = asked.get("effect") == "hold"
            assert until(lambda paused=paused: driver.core.control.paused == paused)
        if then is not None:
            driver.core.obey(then, time.monotonic())
        control = driver.core.control
        kept = lambda: [json.loads(text) for _, text in listener.on(f"{topic}/control")]  # noqa: E731
        assert until(lambda: kept() and kept()[-1]["state"] == ("ON" if control.on else "OFF"))
        assert until(lambda: abs(kept()[-1]["brightness"] - 255 * control.brightness) < 0.01)
        driver.hand_back()
    with Driver(broker.port, topic, SAD) as driver:
        assert until(lambda: driver.core.started)
        return driver.core.control


def test_what_was_asked_for_holds_over_a_restart(broker, listener):
    dimmed = {"state": "ON", "brightness": 51}
    control = restarted(broker, listener, [dimmed, {"state": "ON", "effect": "hold"}])
    assert (control.on, control.brightness, control.paused) == (True, 51 / 255, True), "the last one says nothing of it"


def test_off_by_ros_wins_over_an_older_retained_command(broker, listener):
    control = restarted(broker, listener, [{"state": "ON", "brightness": 40}], Command(on=False))
    assert (control.on, control.brightness) == (False, pytest.approx(40 / 255, abs=1e-5))


def test_a_command_that_came_while_we_were_away_wins(broker, listener):
    topic = "home/ambient"
    restarted(broker, listener, [{"state": "ON", "brightness": 40}], Command(on=False))
    listener.say(f"{topic}/set", {"state": "ON"}, retain=True)
    with Driver(broker.port, topic, SAD) as driver:
        assert until(lambda: driver.core.control.brightness == pytest.approx(40 / 255, abs=1e-5))
        assert until(lambda: driver.core.control.on)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("?tls=true&ca_file=/no/such.pem", "ca_file '/no/such.pem' cannot be read"),
        ("?ca_file=/etc/hostname", "ca_file is for TLS: add tls=true"),
        ("?tls=true&ca_file=/etc/hostname", "no MQTT broker at .* takes us"),
    ],
)
def test_wrong_authority_is_one_line(broker, options, says):
    with pytest.raises(ColorError, match=says) as caught:
        make_light(f"mqtt:127.0.0.1:{broker.port}:x{options}", LightOptions(), clock=time.monotonic).open()
    assert "\n" not in str(caught.value)


def test_a_port_for_tls_is_named_where_tls_is_not_asked_for():
    with pytest.raises(ColorError, match="port 8883 is for TLS: add tls=true"):
        make_light("mqtt:127.0.0.1:8883:x", LightOptions(), clock=time.monotonic).open()
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=lambda: [server.accept()[0].close() for _ in range(3)], daemon=True).start()
        with pytest.raises(ColorError, match="where the port is for TLS, add tls=true"):
            make_light(f"mqtt:127.0.0.1:{server.getsockname()[1]}:x", LightOptions(), clock=time.monotonic).open()


def test_a_lit_lamp_is_faded_from_what_it_shows(broker, listener):
    """Not plunged into darkness at the first frame, because a mood begins in the dark."""
    listener.say("z/lamp", WHITE, retain=True)
    with Driver(broker.port, "z/lamp/set", SAD) as driver:
        assert until(lambda: listener.shows("z/lamp/set", (26, 97, 175)))
        driver.hand_back()
    assert until(lambda: json.loads(listener.on("z/lamp/set")[-1][1]) == WHITE | {"transition": 0.25})
    assert min(sum(color) for _, color in listener.light("z/lamp/set")) >= sum((26, 97, 175)) - 3
