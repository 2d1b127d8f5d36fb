#!/usr/bin/env bash
# Of an RGB colour for a WiZ lamp pywizlight takes a darker one for a paler one. A red of half the light comes out as full
# red with the white LEDs at 127 beside it, an eighth of it as a weak red on white at 128, and black is the very message
# that full white is: no colour, white at 128. So a light that fades to black through `rgb=` ends in white. Brightness is
# to be given apart: scale the colour up to full, say `brightness=` beside it, and turn the lamp off for black.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check pywizlight==0.6.6 2> /dev/null
cd "$work"
cat > fade.py << 'PYTHON'
from pywizlight import PilotBuilder


def sent(*rgb):
    return PilotBuilder(rgb=rgb).set_pilot_message()["params"]


for share in (1, 1 / 2, 1 / 4, 1 / 8, 0):
    red = round(255 * share)
    print(f"red {red:3} of 255: {sent(red, 0, 0)}")
print("white, full:   ", sent(255, 255, 255))
dark = {"r": 0, "g": 0, "b": 0, "w": 128}
right = [
    sent(255, 0, 0) == {"r": 255, "g": 0, "b": 0, "w": 0},
    sent(128, 0, 0) == {"r": 255, "g": 0, "b": 0, "w": 127},
    sent(32, 0, 0) == {"r": 64, "g": 0, "b": 0, "w": 128},
    sent(0, 0, 0) == sent(255, 255, 255) == dark,
]
raise SystemExit(not all(right))
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -i '^pywizlight'
"$work/venv/bin/python" fade.py
