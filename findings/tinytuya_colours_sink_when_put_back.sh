#!/usr/bin/env bash
# For a Tuya bulb (its newer format, hsv16) tinytuya rounds down when it sets a colour and again when it reads one, so that
# putting back what the bulb was read to show, as an effect does at its end, sets another colour: grey 200 is 199 after one
# such turn and stays at 153 after 47, a dim blue (10, 20, 30) is black after 30, an orange (255, 128, 64) turns into a red
# (255, 64, 64), as its hue falls by a degree or two each time. Whoever borrows such a bulb keeps the twelve digits that it
# gave and sends these back.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check tinytuya==1.20.0 2> /dev/null
cd "$work"
cat > borrow.py << 'PYTHON'
from tinytuya import BulbDevice

FORMAT = "hsv16"


def put_back(colour):
    """What is read after a colour was set."""
    return BulbDevice.hexvalue_to_rgb(BulbDevice.rgb_to_hexvalue(*colour, FORMAT), FORMAT)


def followed(colour):
    """The colour after one turn, how many turns change something, and where they end."""
    first, count = put_back(colour), 0
    while (after := put_back(colour)) != colour:
        colour, count = after, count + 1
    return first, count, colour


shown = {colour: followed(colour) for colour in [(200, 200, 200), (10, 20, 30), (255, 128, 64)]}
for colour, (first, count, last) in shown.items():
    print(f"{colour!s:16} once {first!s:16} after {count} turns {last}")
raise SystemExit(
    shown
    != {
        (200, 200, 200): ((199, 199, 199), 47, (153, 153, 153)),
        (10, 20, 30): ((9, 19, 29), 30, (0, 0, 0)),
        (255, 128, 64): ((255, 127, 64), 21, (255, 64, 64)),
    }
)
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -i '^tinytuya'
"$work/venv/bin/python" borrow.py
