#!/usr/bin/env bash
# For a MagicHome controller of RGBW strips flux_led takes for brightness the mean of the colour's and the white LEDs'. A
# full red is at 128 of 255 for it, and what goes beyond that is added as white: at 200 the red has 145 of white beside it,
# at 255 all of it. Back at 128 the white stays (163 of red, 93 of white), so a brightness that was set twice alike gives
# two colours, and 0 is taken for "nothing to change": the strip stays lit. Whoever fades a colour on such a strip scales
# its four numbers, and leaves `async_set_brightness` alone.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check flux_led==1.2.0 2> /dev/null
cd "$work"
cat > fade.py << 'PYTHON'
import asyncio

from flux_led.aio import AIOWifiLedBulb
from flux_led.const import COLOR_MODE_RGBW


class Controller(AIOWifiLedBulb):
    """A controller in the mode RGBW, which keeps what it is sent."""

    rgbw = (255, 0, 0, 0)
    color_mode = COLOR_MODE_RGBW
    effect = None

    async def async_set_levels(self, *levels):
        self.rgbw = levels


async def fade():
    controller = Controller("192.0.2.1")
    shown = [controller.rgbw]
    print(f"{'a red':14}", *shown)
    for brightness in (128, 200, 128, 0):
        await controller.async_set_brightness(brightness)
        shown.append(controller.rgbw)
        print(f"brightness {brightness:3}", controller.rgbw)
    return shown


shown = asyncio.run(fade())
raise SystemExit(shown != [(255, 0, 0, 0), (255, 0, 0, 0), (255, 0, 0, 145), (163, 0, 0, 93), (163, 0, 0, 93)])
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -i '^flux'
"$work/venv/bin/python" fade.py
