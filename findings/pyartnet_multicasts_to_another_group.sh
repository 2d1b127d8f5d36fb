#!/usr/bin/env bash
# E1.31 (9.3.1) multicasts universe U to 239.255.HIGH.LOW, its two bytes: 255 to 239.255.0.255, 300 to 239.255.1.44, as the
# library sacn does. pyartnet divides by 255 in place of 256: it sends 255 to 239.255.1.0 and 300 to 239.255.1.45, which is
# where universe 301 belongs. Up to 254 both are the same. A lamp that has joined its own group never hears it, and one of
# a neighbouring universe is sent packets that are not its own; by unicast all is well.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check pyartnet==2.0 sacn==1.11.0 2> /dev/null
cd "$work"
cat > groups.py << 'PYTHON'
import asyncio
import socket
import time

import pyartnet
import sacn

GROUPS = ["239.255.0.1", "239.255.0.254", "239.255.0.255", "239.255.1.0", "239.255.1.44", "239.255.1.45"]
SELF = "127.0.0.1"


def joined(group):
    ears = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ears.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    ears.bind((group, 5568))
    ears.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + socket.inet_aton(SELF))
    ears.setblocking(False)
    return ears


def by_pyartnet(universe):
    async def send():
        async with pyartnet.SacnNode.create_multicast(SELF) as node:
            node.add_universe(universe).add_channel(1, 3).set_values((7, 8, 9))
            await asyncio.sleep(0.3)

    asyncio.run(send())


def by_sacn(universe):
    sender = sacn.sACNsender(bind_address=SELF, universeDiscovery=False)
    sender.start()
    sender.activate_output(universe)
    sender[universe].multicast = True
    sender[universe].dmx_data = (7, 8, 9)
    time.sleep(0.3)
    sender.stop()


def heard(send, universe):
    """The groups on which packets of that universe arrive."""
    ears = [joined(group) for group in GROUPS]
    send(universe)
    found = []
    for group, one in zip(GROUPS, ears):
        try:
            packet = one.recv(2048)
        except BlockingIOError:
            continue
        found += [group] if int.from_bytes(packet[113:115], "big") == universe else []
    for one in ears:
        one.close()
    return found


wrong = 0
for universe, right, other in ((1, 0, 0), (254, 1, 1), (255, 2, 3), (300, 4, 5)):
    by = [heard(send, universe) for send in (by_sacn, by_pyartnet)]
    print(f"universe {universe}: sacn sends it to {by[0]}, pyartnet to {by[1]}")
    wrong += by != [[GROUPS[right]], [GROUPS[other]]]
raise SystemExit(wrong)
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^(pyartnet|sacn)'
"$work/venv/bin/python" groups.py
