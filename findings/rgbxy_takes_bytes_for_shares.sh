#!/usr/bin/env bash
# rgbxy turns bytes into the xy that Hue and Zigbee lamps take, by Philips' own formula; but that is for shares of 0 to 1,
# and it is handed 0 to 255 as they are. Nearly every colour then lies above the knee of sRGB's curve, and the weaker parts
# of a colour come out too weak: full colours are hardly off, pink is (0.014 in x), and the darker a colour is the more it
# is pushed to the edge. A dim orange of (10, 5, 2) becomes a deep one, 0.135 away in x; the way back, xy to RGB, knows
# nothing of it. Divided by 255 beforehand the same function is right to the last digit.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check setuptools==82.0.1 2> /dev/null
"$work/venv/bin/pip" install -q --disable-pip-version-check rgbxy==0.5 2> /dev/null
cd "$work"
cat > bytes.py << 'PYTHON'
from rgbxy import Converter, GamutC

convert = Converter(GamutC)


def xy_of_srgb(*rgb):
    """By IEC 61966-2-1's curve and the matrix that Philips gives for its lamps; for colours that they can show."""
    shares = [value / 255 for value in rgb]
    red, green, blue = (((s + 0.055) / 1.055) ** 2.4 if s > 0.04045 else s / 12.92 for s in shares)
    x = red * 0.664511 + green * 0.154324 + blue * 0.162028
    y = red * 0.283881 + green * 0.668433 + blue * 0.047685
    z = red * 0.000088 + green * 0.072310 + blue * 0.986039
    return x / (x + y + z), y / (x + y + z)


found = []
for rgb in ((128, 128, 128), (255, 160, 90), (255, 128, 128), (64, 32, 16), (16, 16, 32), (10, 5, 2)):
    right, bytes_, shares = xy_of_srgb(*rgb), convert.rgb_to_xy(*rgb), convert.rgb_to_xy(*(value / 255 for value in rgb))
    found.append((abs(bytes_[0] - right[0]), abs(shares[0] - right[0])))
    print(rgb, "right x {:.4f}, y {:.4f}; given bytes {:.4f}, {:.4f}; given shares {:.4f}, {:.4f}".format(*right, *bytes_, *shares))
off = [round(one, 3) for one, _ in found]
raise SystemExit(off != [0.0, 0.013, 0.014, 0.054, 0.04, 0.135] or max(one for _, one in found) > 1e-9)
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -i '^rgbxy'
"$work/venv/bin/python" bytes.py
