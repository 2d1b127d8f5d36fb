#!/usr/bin/env bash
# A light that does not change is sent again so that E1.31's receivers, which give a source up after 2.5 seconds, keep it.
# pyartnet does so every 2 seconds by default. Measured, its packets come 2 to 4 seconds apart: it sleeps for as long as has
# passed since the last packet, instead of what is left, so its sleeps double until one ends after the time is up. The
# library sacn as the receiver reports the steady source as gone and back, again and again.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check pyartnet==2.0 sacn==1.11.0 2> /dev/null
cd "$work"
cat > refresh.py << 'PYTHON'
import asyncio
import socket
import time

import pyartnet
import sacn

SECONDS, HOST = 60, "127.0.0.1"
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
    free.bind((HOST, 0))
    port = free.getsockname()[1]
told, times = [], []
receiver = sacn.sACNreceiver(bind_address=HOST, bind_port=port)
receiver.register_listener("availability", lambda universe, changed: told.append(changed))
receiver.start()


async def shine():
    """One colour for a minute; the moments at which its packets leave."""
    async with pyartnet.SacnNode.create(HOST, port, refresh_every=2) as node:
        send = node._send_data
        node._send_data = lambda *packet: (times.append(time.monotonic()), send(*packet))
        node.add_universe(1).add_channel(1, 3).set_values((1, 2, 3))
        await asyncio.sleep(SECONDS)


asyncio.run(shine())
receiver.stop()
apart = [after - before for before, after in zip(times, times[1:])]
late = sum(gap > 2.5 for gap in apart)
print(f"{len(apart)} times sent again, {min(apart):.2f} to {max(apart):.2f} s apart, {late} of them over 2.5 s")
print(f"sacn's receiver: {told.count('timeout')} times gone, {told.count('available')} times there")
raise SystemExit(not (late and told.count("timeout") and told.count("available") > 1 and max(apart) < 4.5))
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^(pyartnet|sacn)'
"$work/venv/bin/python" refresh.py
