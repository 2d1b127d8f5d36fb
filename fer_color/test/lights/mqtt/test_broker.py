# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The connection itself: certificates of TLS, and brokers that know MQTT 3.1.1 alone."""

import shutil
import socket
import subprocess
import threading
import time

import pytest
from mosquitto_broker import MOSQUITTO, Broker
from waiting import PATIENCE, until

pytest.importorskip("paho.mqtt.client", reason="paho-mqtt is not installed")

from fer_color.errors import ColorError
from fer_color.lights import Frame, LightOptions, make_light
from fer_color.lights.mqtt import broker as broker_module

pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed (apt-get install mosquitto)")


def lit(port, options="", host="127.0.0.1"):
    """Open a light there, and have one frame received."""
    light = make_light(f"mqtt:{host}:{port}:home/x{options}", LightOptions(), clock=time.monotonic)
    light.open()
    received = threading.Event()
    assert until(light.ready)
    light.send(Frame((1, 2, 3)), received.set)
    try:
        return received.wait(PATIENCE)
    finally:
        light.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A folder with two authorities' certificates, and of the first a broker's for 127.0.0.1 and one for elsewhere."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("authority")

    def openssl(*words):
        subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)

    def request(name, *words):
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}",
                "-keyout", f"{name}.key", *words)  # fmt: skip

    for name in ("ours", "theirs"):
        request(name, "-x509", "-days", "2", "-out", f"{name}.pem")
    for name, where in (("here", "IP:127.0.0.1"), ("elsewhere", "DNS:elsewhere.example")):
        request(name, "-out", f"{name}.csr")
        (folder / f"{name}.ext").write_text(f"subjectAltName={where}\n")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ours.pem", "-CAkey", "ours.key", "-CAcreateserial",
                "-days", "2", "-extfile", f"{name}.ext", "-out", f"{name}.pem")  # fmt: skip
    for path in (folder, *folder.iterdir()):  # mosquitto gives up being root before it reads them
        path.chmod(0o755)
    return folder


def tls_broker(folder, authority, name):
    folder.chmod(0o755)
    return Broker(
        folder,
        f"certfile {authority}/{name}.pem",
        f"keyfile {authority}/{name}.key",
        "allow_anonymous true",
        "user root",
    )


def test_a_broker_with_an_authority_of_its_own_is_reached_by_its_certificate_alone(tmp_path, authority):
    broker = tls_broker(tmp_path, authority, "here")
    assert lit(broker.port, f"?tls=true,ca_file={authority}/ours.pem")
    for options, says in (
        ("?tls=true", "certificate verify failed"),
        (f"?tls=true,ca_file={authority}/theirs.pem", "certificate verify failed"),
        (f"?tls=true,ca_file={authority}/theirs.pem", "ca_file=FILE"),
        ("", f"port {broker.port} is for TLS: add tls=true"),
    ):
        with pytest.raises(ColorError, match=says) as caught:
            lit(broker.port, options)
        assert "\n" not in str(caught.value)
    broker.stop()


def test_a_certificate_for_another_host_is_refused(tmp_path, authority):
    broker = tls_broker(tmp_path, authority, "elsewhere")
    with pytest.raises(ColorError, match=r"certificate is not valid for '127\.0\.0\.1'"):
        lit(broker.port, f"?tls=true,ca_file={authority}/ours.pem")
    broker.stop()


class OldBroker:
    """A broker that knows MQTT 3.1.1 alone: a mosquitto, and before it what such a broker does with another level.

    MQTT 3.1.1, 3.1.2.2: it answers with the return code 1 and closes ("refuses"); some close without a word ("closes"),
    or wait for more of what they take for 3.1.1 ("waits": amqtt 0.12.1, where there are properties).
    """

    def __init__(self, port, manner, level=4):
        self.port, self.manner, self.level, self.levels = port, manner, level, []
        self.server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                line, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(line,), daemon=True).start()

    def serve(self, line):
        with line:
            head = b""
            while len(head) < 12:  # type, length, 'MQTT', level
                if not (more := line.recv(4096)):
                    return
                head += more
            if b"MQTT" not in head:  # somebody asks whether it speaks TLS
                return
            level = head[head.index(b"MQTT") + 4]
            self.levels.append(level)
            if level != self.level:
                line.sendall(b"\x20\x02\x00\x01" if self.manner == "refuses" else b"")
                while self.manner == "waits" and line.recv(4096):
                    pass
                return
            with socket.create_connection(("127.0.0.1", self.port)) as behind:
                behind.sendall(head)
                back = threading.Thread(target=self.copy, args=(behind, line), daemon=True)
                back.start()
                self.copy(line, behind)
                back.join()

    @staticmethod
    def copy(source, target):
        try:
            while data := source.recv(4096):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


@pytest.mark.parametrize("manner", ["refuses", "closes", "waits"])
def test_a_broker_of_mqtt_311_is_spoken_to_in_it(tmp_path, monkeypatch, manner):
    if manner == "waits":
        monkeypatch.setattr(broker_module, "_PATIENCE", 1.0)
    broker = Broker(tmp_path)
    old = OldBroker(broker.port, manner)
    assert lit(old.server.getsockname()[1])
    assert old.levels[:2] == [5, 4]
    old.server.close()
    broker.stop()


def test_a_broker_that_knows_mqtt_5_alone_is_spoken_to_in_it_after_a_silence(tmp_path):
    """It said nothing for a while, and was therefore asked in 3.1.1."""
    broker = Broker(tmp_path)
    new = OldBroker(broker.port, "refuses", level=5)
    light = make_light(f"mqtt:127.0.0.1:{new.server.getsockname()[1]}:home/x", LightOptions(), clock=time.monotonic)
    light._broker._version = 4
    with pytest.raises(ColorError, match="takes us"):
        light.open()
    light.open()
    light.close()
    assert new.levels == [4, 5]
    new.server.close()
    broker.stop()


def test_a_broker_of_today_is_spoken_to_in_mqtt_5(tmp_path):
    broker = Broker(tmp_path)
    light = make_light(f"mqtt:127.0.0.1:{broker.port}:home/x", LightOptions(), clock=time.monotonic)
    light.open()
    light.close()
    broker.process.terminate()
    assert b" (p5, c1, k5)" in broker.process.communicate()[0], "its log: protocol, clean start, keep alive"
