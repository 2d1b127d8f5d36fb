#!/usr/bin/env bash
# What Kilted's rclpy sends where ROS_PYTHON_CHECK_FIELDS is not set, as it is by default: every truth that is not the
# object True itself arrives as false (1, or the result of comparing a NumPy number), a uint8 keeps its low byte, an int32
# that is too big becomes another number, and a NumPy integer is taken for int32 but ends the publication for uint8.
# Nothing is logged. With the variable set to 1 each of these is refused when the message is made.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check ros-rclpy==9.1.2 ros-rmw-fastrtps-cpp==9.3.3 \
    ros-std-msgs==5.5.1 numpy==2.2.6 pyyaml 2> /dev/null
export AMENT_PREFIX_PATH="$work/venv" ROS_LOG_DIR="$work"
cd "$work"
cat > send.py << 'PYTHON'
import numpy as np
from rclpy.serialization import deserialize_message, serialize_message
from std_msgs.msg import Bool, Int32, UInt8

for kind, value in ((Bool, True), (Bool, 1), (Bool, np.float32(0.9) > 0.5), (UInt8, 300), (Int32, 2**32 + 7),
                    (Int32, np.int64(5)), (UInt8, np.uint8(7))):
    what = f"{kind.__name__} of {type(value).__name__} {value}"
    try:
        message = kind(data=value)
    except AssertionError:
        print(what, "is refused")
        continue
    try:
        print(what, "arrives as", deserialize_message(serialize_message(message), kind).data)
    except SystemError:
        print(what, "ends in SystemError when it is sent")
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^(ros-rclpy|ros-std-msgs|numpy) '
env -u ROS_PYTHON_CHECK_FIELDS "$work/venv/bin/python" send.py | tee unchecked
echo "with ROS_PYTHON_CHECK_FIELDS=1:"
ROS_PYTHON_CHECK_FIELDS=1 "$work/venv/bin/python" send.py | tee checked
for line in 'Bool of bool True arrives as True' 'Bool of int 1 arrives as False' 'Bool of bool.* True arrives as False' \
    'UInt8 of int 300 arrives as 44' 'Int32 of int 4294967303 arrives as 7' 'Int32 of int64 5 arrives as 5' \
    'UInt8 of uint8 7 ends in SystemError when it is sent'; do
    grep -qxE "$line" unchecked || { echo "no longer so: $line"; exit 1; }
done
[ "$(grep -c 'is refused' checked)" -ge 4 ]
