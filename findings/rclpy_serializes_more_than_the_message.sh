#!/usr/bin/env bash
# rclpy's serialize_message gives more bytes than the message has where a sequence of 8-byte numbers is empty, as a
# JointState's velocities and efforts often are: 60 in place of the 52 that the same node sends. rosbags takes at most three
# more and refuses it ("CDR message size mismatch"), so that such messages can't be read from a bag that a Python program wrote
# with serialize_message, while a recorded topic can. With velocities and efforts the lengths agree.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check rosbags==0.11.9 ros-rclpy==9.1.2 ros-rmw-fastrtps-cpp==9.3.3 \
    ros-sensor-msgs==5.5.1 ros-ament-package==0.17.2 2> /dev/null
cd "$work"
cat > lengths.py << 'PYTHON'
import time

import rclpy
from rclpy.serialization import serialize_message
from rosbags.serde import SerdeError
from rosbags.typesys import Stores, get_typestore
from sensor_msgs.msg import JointState

TYPE = "sensor_msgs/msg/JointState"
store = get_typestore(Stores.ROS2_KILTED)
rclpy.init()
node = rclpy.create_node("head")
received = []
node.create_subscription(JointState, "joint_states", received.append, 10, raw=True)
publisher = node.create_publisher(JointState, "joint_states", 10)


def sent(message):
    received.clear()
    end = time.monotonic() + 30
    while not received and time.monotonic() < end:
        publisher.publish(message)
        rclpy.spin_once(node, timeout_sec=0.1)
    return received[0]


def read(content):
    try:
        return f"reads {store.deserialize_cdr(content, TYPE).name}"
    except SerdeError as error:
        return str(error)


for title, message in (
    ("a position only", JointState(name=["pan"], position=[0.5])),
    ("with velocity and effort", JointState(name=["pan"], position=[0.5], velocity=[0.0], effort=[0.0])),
):
    for way, content in (("sent", sent(message)), ("serialize_message", serialize_message(message))):
        print(f"{title}: {way}, {len(content)} bytes, rosbags: {read(content)}")
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^(rosbags|ros-rclpy|ros-rmw-fastrtps-cpp) '
ROS_AUTOMATIC_DISCOVERY_RANGE=LOCALHOST ROS_DOMAIN_ID=$((1 + $$ % 99)) "$work/venv/bin/python" lengths.py | tee said
grep -q "^a position only: sent, 52 bytes, rosbags: reads \['pan'\]$" said
grep -q "^a position only: serialize_message, 60 bytes, rosbags: CDR message size mismatch for 'sensor_msgs/msg/JointState'.$" said
grep -q "^with velocity and effort: sent, 76 bytes, rosbags: reads \['pan'\]$" said
grep -q "^with velocity and effort: serialize_message, 76 bytes, rosbags: reads \['pan'\]$" said
