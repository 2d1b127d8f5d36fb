#!/usr/bin/env bash
# Art-Net's data length is even, so a sender of five RGB fixtures (15 slots) has to add a slot. stupidArtnet adds it to the
# size that it asks its own caller for: `set` with the 15 values for which the object was made prints an error line, keeps
# the zeros, and `show` goes on sending darkness; with 16 values the same object sends them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check stupidArtnet==1.6.0 2> /dev/null
cd "$work"
cat > send.py << 'PYTHON'
import socket

from stupidArtnet import StupidArtnet

box = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
box.bind(("127.0.0.1", 0))
box.settimeout(5)
for slots, given in ((15, 15), (15, 16), (12, 12)):
    sender = StupidArtnet("127.0.0.1", 0, slots, port=box.getsockname()[1])
    sender.set(bytearray([200] * given))
    sender.show()
    packet = box.recv(2048)
    print(f"made for {slots}, given {given}: length {int.from_bytes(packet[16:18], 'big')}, first slots {list(packet[18:21])}")
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -i '^stupidartnet'
"$work/venv/bin/python" send.py | tee said
grep -q 'made for 15, given 15: length 16, first slots \[0, 0, 0\]' said
grep -q 'made for 15, given 16: length 16, first slots \[200, 200, 200\]' said
grep -q 'made for 12, given 12: length 12, first slots \[200, 200, 200\]' said
