#!/usr/bin/env bash
# Two callbacks that rclpy's SingleThreadedExecutor calls as written and its EventsExecutor does not. A timer's callback that keeps
# a loop's value as a default argument (`lambda number=number: ...`, the usual way) is given a TimerInfo in place of that value,
# silently. A subscription's callback that also takes the message's MessageInfo ends the spinning with a SystemError.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check ros-rclpy==9.1.2 ros-rmw-fastrtps-cpp==9.3.3 ros-std-msgs==5.5.1 \
    ros-ament-package==0.17.2 2> /dev/null
cd "$work"
cat > call.py << 'PYTHON'
import os
import time

import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.experimental.events_executor import EventsExecutor
from rclpy.subscription import MessageInfo
from std_msgs.msg import Int32


def spin(executor, node, got, step=lambda: None):
    executor.add_node(node)
    end = time.monotonic() + 30
    while not got and time.monotonic() < end:
        step()
        executor.spin_once(timeout_sec=0.05)
    return got[0]


def timer(kind):
    node, got = rclpy.create_node(f"timer_{kind.__name__.lower()}"), []
    for number in (7,):
        node.create_timer(0.02, lambda number=number: got.append(number))
    return type(spin(kind(), node, got)).__name__


def subscription(kind):
    node, got = rclpy.create_node(f"subscription_{kind.__name__.lower()}"), []

    def hear(message, info: MessageInfo):
        got.append(type(message).__name__)

    node.create_subscription(Int32, node.get_name(), hear, 10)
    publisher = node.create_publisher(Int32, node.get_name(), 10)
    try:
        return spin(kind(), node, got, lambda: publisher.publish(Int32(data=7)))
    except SystemError as error:
        return f"SystemError: {error}"


rclpy.init()
for kind in (SingleThreadedExecutor, EventsExecutor):
    for case in (timer, subscription):
        print(f"{kind.__name__}, {case.__name__}: {case(kind)}", flush=True)
os._exit(0)
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^(ros-rclpy|ros-rmw-fastrtps-cpp) '
ROS_AUTOMATIC_DISCOVERY_RANGE=LOCALHOST ROS_DOMAIN_ID=$((1 + $$ % 99)) "$work/venv/bin/python" call.py | tee said
grep -qx 'SingleThreadedExecutor, timer: int' said
grep -qx 'SingleThreadedExecutor, subscription: Int32' said
grep -qx 'EventsExecutor, timer: TimerInfo' said
grep -q '^EventsExecutor, subscription: SystemError: ' said
