#!/usr/bin/env bash
# LedFx's Adalight device says in a frame's header how many LEDs follow, where the protocol says that number less one. Whoever
# reads by the header takes the first three bytes of the next frame ('Ada') for the last LED's and misses that frame: of ten
# frames five are read, and each time the rest of one lies between frames, where a controller that takes commands there may
# find one. A reader of Adalight takes a header inside a frame for the end of it, or LedFx is told one LED fewer.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check numpy 2> /dev/null
"$work/venv/bin/pip" download -q --disable-pip-version-check --no-deps -d "$work" ledfx==2.2.1 2> /dev/null
cd "$work"
cat > read.py << 'PYTHON'
import importlib.util
import zipfile
from pathlib import Path

import numpy as np

wheel = next(Path().glob("ledfx-*.whl"))
zipfile.ZipFile(wheel).extract("ledfx/devices/packets.py")
spec = importlib.util.spec_from_file_location("packets", "ledfx/devices/packets.py")
packets = importlib.util.module_from_spec(spec)
spec.loader.exec_module(packets)

LEDS, FRAMES = 60, 10
frame = bytes(packets.build_adalight_packet(np.full((LEDS, 3), 0x55, dtype=float), "RGB"))
described = bytes([*b"Ada", 0, LEDS - 1, (LEDS - 1) ^ 0x55])
print(wheel.name.split("-py")[0], "header", frame[:6].hex(), "described", described.hex())

stream, found, between = frame * FRAMES, 0, 0
while stream:
    if stream[:3] == b"Ada" and len(stream) > 5 and stream[5] == stream[3] ^ stream[4] ^ 0x55:
        size = 6 + 3 * (stream[3] * 256 + stream[4] + 1)
        found += len(stream) >= size
        stream = stream[size:]
    else:
        stream, between = stream[1:], between + 1
print(f"{FRAMES} frames sent, {found} read, {between} bytes between frames")
raise SystemExit((frame[:6].hex(), found, between) != ("416461003c69", 5, 915))
PYTHON
"$work/venv/bin/python" read.py
