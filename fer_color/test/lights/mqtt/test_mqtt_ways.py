# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The way to a broker: restarted, silent, behind a password or TLS."""

import shutil
import socket
import subprocess
import threading
import time

import pytest
from waiting import PATIENCE, until

pytest.importorskip("paho.mqtt.client", reason="paho-mqtt is not installed")
from mosquitto_broker import MOSQUITTO, Broker
from mqtt_stage import HAPPY, SAD, Driver, Listener, check

from fer_color.errors import ColorError
from fer_color.lights import Frame, LightOptions, make_light

pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed (apt-get install mosquitto)")


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
        second = Listener(broker.port)
        assert until(lambda: second.shows("home/ambient", (74, 184, 71)))
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


def test_broker_that_keeps_nothing_is_named(tmp_path):
    broker = Broker(tmp_path, "allow_anonymous true", "retain_available false")
    with pytest.raises(ColorError, match=r"it refuses us: Retain not supported\): our own light needs QoS 1"):
        make_light(f"mqtt:127.0.0.1:{broker.port}:home/x", LightOptions(), clock=time.monotonic).open()
    broker.stop()


def test_broker_that_wants_a_password_is_named(tmp_path):
    broker = Broker(tmp_path, "allow_anonymous false")
    light = make_light(f"mqtt:127.0.0.1:{broker.port}:home/x", LightOptions(), clock=time.monotonic)
    with pytest.raises(ColorError, match=r"it refuses us: Not authorized.*FER_MQTT_PASSWORD"):
        light.open()
    broker.stop()


def test_what_the_broker_does_not_let_us_do_is_said_once(tmp_path):
    """By its receipts of MQTT 5: a list of rights that has the topic itself, not what stands beside it."""
    rights = tmp_path / "rights"
    rights.write_text("topic readwrite home/x\n")
    for path in (tmp_path, rights):
        path.chmod(0o755)
    broker = Broker(tmp_path, "allow_anonymous true", f"acl_file {rights}", "user root")
    light = make_light(f"mqtt:127.0.0.1:{broker.port}:home/x", LightOptions(), clock=time.monotonic)
    light.open()
    for red in (10, 20, 30):
        sent = threading.Event()
        assert until(light.ready)
        light.send(Frame((red, 0, 0)), sent.set)
        assert sent.wait(PATIENCE)
    light.close()
    broker.stop()
    told = [event.text for event in light.take_events() if event.text]
    assert [text.split("'")[3] for text in told] == [
        "homeassistant/light/fer_color_home_x/config",
        "home/x/availability",
        "home/x/control",
    ]
    assert all("does not let us write to" in text and "(Not authorized): allow it" in text for text in told)


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


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("?tls=true&ca_file=/no/such.pem", "ca_file '/no/such.pem' cannot be read"),
        ("?ca_file=/etc/hostname", "ca_file is for TLS: add tls=true"),
        ("?tls=true&ca_file=/etc/hostname", "ca_file '/etc/hostname' has no certificate"),
        ("?tls=true&ca_file=/etc", "ca_file '/etc' cannot be read"),
        ("?ca_file=", "option 'ca_file' has no value"),
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
        threading.Thread(target=lambda: [server.accept()[0].close() for _ in range(4)], daemon=True).start()
        with pytest.raises(ColorError, match="where the port is for TLS, add tls=true"):
            make_light(f"mqtt:127.0.0.1:{server.getsockname()[1]}:x", LightOptions(), clock=time.monotonic).open()
