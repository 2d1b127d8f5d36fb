#!/usr/bin/env bash
# sensor_msgs/Image has a `step`, the bytes from one row to the next, since cameras and GPUs align their rows. rosbags-image
# doesn't read it: of an image whose rows end in padding it takes the padding for pixels, so that each row begins further to the
# right (a skewed picture), and says nothing.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check rosbags==0.11.9 'rosbags-image[opencv-headless]==0.10.4' 2> /dev/null
cd "$work"
cat > rows.py << 'PYTHON'
import numpy as np
from rosbags.image import message_to_cvimage
from rosbags.typesys import Stores, get_typestore

types = get_typestore(Stores.ROS2_KILTED).types
header = types["std_msgs/msg/Header"](stamp=types["builtin_interfaces/msg/Time"](0, 0), frame_id="")
WIDTH, HEIGHT = 6, 4


def image(encoding, channels, padding):
    """Rows of 10, 20, 30 and 40, and 255 in the padding behind each."""
    data = np.full((HEIGHT, WIDTH * channels + padding), 255, np.uint8)
    data[:, : WIDTH * channels] = 10 * np.arange(1, HEIGHT + 1)[:, None]
    return types["sensor_msgs/msg/Image"](header, HEIGHT, WIDTH, encoding, 0, data.shape[1], data.ravel())


for encoding, channels in (("mono8", 1), ("bgr8", 3)):
    for padding in (0, 2 * channels):
        found = message_to_cvimage(image(encoding, channels, padding)).reshape(HEIGHT, WIDTH, channels)[..., 0]
        print(f"{encoding}, {padding} bytes behind each row: {found.tolist()}")
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^(rosbags|rosbags-image) '
"$work/venv/bin/python" rows.py | tee said
right='[[10, 10, 10, 10, 10, 10], [20, 20, 20, 20, 20, 20], [30, 30, 30, 30, 30, 30], [40, 40, 40, 40, 40, 40]]'
skewed='[[10, 10, 10, 10, 10, 10], [255, 255, 20, 20, 20, 20], [20, 20, 255, 255, 30, 30], [30, 30, 30, 30, 255, 255]]'
grep -qxF "mono8, 0 bytes behind each row: $right" said
grep -qxF "mono8, 2 bytes behind each row: $skewed" said
grep -qxF "bgr8, 0 bytes behind each row: $right" said
grep -qxF "bgr8, 6 bytes behind each row: $skewed" said
