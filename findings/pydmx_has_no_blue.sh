#!/usr/bin/env bash
# A colour of PyDMX, asked for its blue, answers with its red. What is sent is right as long as nobody calculates: dimmed by
# half, blue goes out as black and red as a purple, since the new blue is made of the red. Nor does `colour * 0.5` give
# anything back: it changes the colour itself, in the module's own constants, too, so that after one `RED * 0.5` every
# program's RED is that purple.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check PyDMX==0.1.0 2> /dev/null
cd "$work"
cat > dim.py << 'PYTHON'
from dmx import colour

blue = colour.Colour(0, 0, 255)
said = [blue.serialise(), blue.blue]
given = blue * 0.5
said += [given, blue.serialise()]
given = colour.RED * 0.5
said += [given, colour.RED.serialise()]
print(f"blue, as it is sent: {said[0]}; its blue: {said[1]}; times 0.5 gives {said[2]} and leaves {said[3]}")
print(f"RED times 0.5 gives {said[4]}; RED is now {said[5]}")
raise SystemExit(said != [[0, 0, 255], 0, None, [0, 0, 0], None, [127, 0, 63]])
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -i '^pydmx'
"$work/venv/bin/python" dim.py
