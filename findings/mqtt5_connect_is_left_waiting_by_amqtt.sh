#!/usr/bin/env bash
# A broker that knows MQTT 3.1.1 alone answers a CONNECT of MQTT 5 with 'unacceptable protocol version' (3.1.1, 3.1.2.2), and
# a client falls back on that. amqtt does so only where the CONNECT has neither properties nor a will: with a property it
# reads the rest as if it were 3.1.1, waits for more bytes and says nothing; with a will it closes the connection without a
# word, seconds later. A client that waits for the refusal never gets in.
set -eu
work=$(mktemp -d)
trap 'kill "$broker" 2> /dev/null || true; rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check amqtt==0.12.1 paho-mqtt==2.1.0 2> /dev/null
cd "$work"
port=$(python3 -c "import socket; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1])")
cat > amqtt.yaml << YAML
listeners:
  default:
    type: tcp
    bind: 127.0.0.1:$port
plugins:
  amqtt.plugins.authentication.AnonymousAuthPlugin:
    allow_anonymous: true
YAML
venv/bin/amqtt -c amqtt.yaml > broker.log 2>&1 &
broker=$!
cat > ask.py << 'PYTHON'
import socket
import sys
import threading
import time

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

port = int(sys.argv[1])
for _ in range(200):
    if socket.socket().connect_ex(("127.0.0.1", port)) == 0:
        break
    time.sleep(0.1)
largest = Properties(PacketTypes.CONNECT)
largest.MaximumPacketSize = 262144
for name, version, properties, will in (
    ("3.1.1", MQTTProtocolVersion.MQTTv311, None, False),
    ("5", MQTTProtocolVersion.MQTTv5, None, False),
    ("5 with a property", MQTTProtocolVersion.MQTTv5, largest, False),
    ("5 with a will", MQTTProtocolVersion.MQTTv5, None, True),
):
    said, heard = ["nothing within 3 s"], threading.Event()
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="somebody", protocol=version, reconnect_on_failure=False)

    def answered(client, data, flags, code, properties):
        said[0] = f"answered: {code}"
        heard.set()

    client.on_connect = answered
    if will:
        client.will_set("somebody/state", b"gone", qos=1)
    client.connect("127.0.0.1", port, keepalive=60, **({"properties": properties} if properties else {}))
    client.loop_start()
    heard.wait(3)
    print(f"MQTT {name}: {said[0]}", flush=True)
    client.disconnect()
    client.loop_stop()
PYTHON
venv/bin/pip list 2> /dev/null | grep -iE '^(amqtt|paho-mqtt) '
venv/bin/python ask.py "$port" | tee said
grep -q '^MQTT 3.1.1: answered: Success$' said
grep -q '^MQTT 5: answered: Unsupported protocol version$' said
grep -q '^MQTT 5 with a property: nothing within 3 s$' said
grep -q '^MQTT 5 with a will: nothing within 3 s$' said
