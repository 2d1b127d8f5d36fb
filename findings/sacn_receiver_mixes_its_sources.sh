#!/usr/bin/env bash
# sacn's receiver keeps one memory a universe where E1.31 wants one a source. Sequence numbers of two sources are compared
# with each other: of two consoles side by side, the one whose counter is up to 19 behind the other's is not heard at all.
# And the priority of a source outlives it: after a source of 150 has ended its stream with the packets that say so, the
# light of priority 100 stays unheard for two and a half seconds, just as if the other had only fallen silent; the listener
# is told "timeout" at once and, by the very packet that is then thrown away, "available".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check sacn==1.11.0 2> /dev/null
cd "$work"
cat > receive.py << 'PYTHON'
import socket
import time

import sacn
from sacn.messages.data_packet import DataPacket

ENDED = 0x40  # of the options, E1.31's Stream_Terminated
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]


def send(source, sequence, value, priority=100, options=0):
    packet = DataPacket(cid=(source,) * 16, sourceName="console", universe=1, dmxData=(value,) * 512, priority=priority,
                        sequence=sequence % 256)
    content = bytearray(packet.getBytes())
    content[112] |= options
    sender.sendto(content, ("127.0.0.1", port))
    time.sleep(0.02)


def listen():
    """A receiver that has heard a first packet, and what its listeners are told: (when, value or word)."""
    receiver, told = sacn.sACNreceiver(bind_address="127.0.0.1", bind_port=port), []
    receiver.register_listener("universe", lambda packet: told.append((time.monotonic(), packet.dmxData[0])), universe=1)
    receiver.register_listener("availability", lambda universe, changed: told.append((time.monotonic(), changed)))
    receiver.start()
    until(told, lambda: send(1, 1, 1), 1)
    return receiver, told


def until(told, step, value):
    """Take steps until the value is heard, for eight seconds at most."""
    end = time.monotonic() + 8
    while value not in [one[1] for one in told] and time.monotonic() < end:
        step()


heard = []
for behind in (0, 5, 19, 40):
    receiver, told = listen()
    for i in range(50, 80):
        send(1, i, i)
        send(2, i - behind, 100 + i)
    until(told, lambda: time.sleep(0.02), 79)
    values = [one[1] for one in told]
    heard.append([sum(first <= value < first + 30 for value in values if value != "available") for first in (50, 150)])
    print(f"two consoles, the second's counter {behind} behind: of 30 packets of each, {heard[-1]} are heard")
    receiver.stop()
waits = []
for words, options in (("falls silent", 0), ("ends its stream", ENDED)):
    receiver, told = listen()
    until(told, lambda: send(2, 100, 200, 150), 200)
    del told[:]
    for i in range(101, 104):
        send(2, i, 200, 150, options)
    gone = time.monotonic()
    numbers = iter(range(150, 10_000))
    until(told, lambda: send(1, next(numbers), 7), 7)
    waits.append(told[-1][0] - gone)
    print(f"the source of priority 150 {words}: the other is heard after {waits[-1]:.1f} s; told:", [one[1] for one in told])
    receiver.stop()
raise SystemExit(heard != [[30, 0], [30, 0], [30, 0], [30, 30]] or not all(2.3 < wait < 5 for wait in waits))
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -i '^sacn'
"$work/venv/bin/python" receive.py
