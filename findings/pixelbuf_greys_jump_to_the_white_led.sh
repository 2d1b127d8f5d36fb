#!/usr/bin/env bash
# On a strip with white LEDs Adafruit's pixelbuf, on which `neopixel` is built, shows a colour of three equal bytes by the
# white LED alone, and any other one by the three colours alone. A fade that passes an exact grey changes over to another
# light for one frame: 128,128,127 is 383 steps of red, green and blue, 128,128,128 is 128 of white and none of these, and
# it is as bright as the strip's white LED happens to be. With a fourth number, 0, the three colours stay; what blends its
# colours towards white or black is to give all four.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check adafruit-circuitpython-pixelbuf==2.1.0 2> /dev/null
cd "$work"
cat > fade.py << 'PYTHON'
import adafruit_pixelbuf


class Strip(adafruit_pixelbuf.PixelBuf):
    """One LED of red, green, blue and white, which keeps what it is sent."""

    def _transmit(self, buffer):
        self.sent = list(buffer)


def sent(*color):
    strip = Strip(1, byteorder="RGBW", auto_write=True)
    strip[0] = color
    print(f"{color!s:20} red, green, blue, white: {strip.sent}")
    return strip.sent


right = [
    sent(128, 128, 126) == [128, 128, 126, 0],
    sent(128, 128, 127) == [128, 128, 127, 0],
    sent(128, 128, 128) == [0, 0, 0, 128],
    sent(128, 128, 129) == [128, 128, 129, 0],
    sent(128, 128, 128, 0) == [128, 128, 128, 0],
]
raise SystemExit(not all(right))
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -i 'pixelbuf'
"$work/venv/bin/python" fade.py
