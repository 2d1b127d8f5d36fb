#!/usr/bin/env bash
# rclpy's LifecycleNode stays in the graph after destroy_node(), under its name and without its topics, until Python's
# garbage is collected: its state machine, which destroy_node() does not destroy, holds the node, and the node holds it in a
# circle. Where a new node of the same name was made in the same context meanwhile (a restart within one process), that
# late end strikes the new node's publishers from the graph instead: `ros2 node info`, and whoever else asks by the node's
# name, is told of none, for good. A plain Node is gone at once. Destroying the state machine, too, mends it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check ros-rclpy==9.1.2 ros-rmw-fastrtps-cpp==9.3.3 ros-std-msgs==5.5.1 \
  numpy pyyaml 2> /dev/null
export AMENT_PREFIX_PATH="$work/venv" ROS_AUTOMATIC_DISCOVERY_RANGE=LOCALHOST ROS_DOMAIN_ID=86 ROS_LOG_DIR="$work"
cd "$work"
cat > stays.py << 'PYTHON'
import gc
import time
import rclpy
from rclpy.context import Context
from rclpy.lifecycle import LifecycleNode
from rclpy.node import Node
from std_msgs.msg import Empty

gc.disable()
rclpy.init()
elsewhere = Context()
rclpy.init(context=elsewhere)
looking = rclpy.create_node("_looking", context=elsewhere)


def seen(wanted, seconds=10.0):
    """How many nodes named 'one' are in the graph, once it is as wanted or the time is up."""
    end = time.monotonic() + seconds
    while (n := [name for name, _ in looking.get_node_names_and_namespaces()].count("one")) != wanted:
        if time.monotonic() > end:
            break
        time.sleep(0.05)
    return n


def published(wanted, seconds=5.0):
    """Whether the graph says that 'one' publishes /topic, once it is as wanted or the time is up."""
    end = time.monotonic() + seconds
    while (told := "/topic" in dict(looking.get_publisher_names_and_types_by_node("one", "/"))) != wanted:
        if time.monotonic() > end:
            break
        time.sleep(0.05)
    return told


results = []
node = Node("one")
seen(1)
node.destroy_node()
results.append(("plain node, destroyed", seen(0)))
node = LifecycleNode("one")
seen(1)
node.destroy_node()
results.append(("lifecycle node, destroyed, after ten seconds", seen(0)))
fresh = Node("one")
fresh.create_publisher(Empty, "topic", 1)
seen(2)
results.append(("a new node's publisher is found by name", published(True)))
del node
gc.collect()
results.append(("nodes after the garbage's collection", seen(1)))
results.append(("the new node's publisher is found by name then, after five seconds", published(True)))
fresh.destroy_node()
seen(0)
node = LifecycleNode("one")
seen(1)
node.destroy_node()
node._state_machine.destroy_when_not_in_use()
results.append(("lifecycle node, its state machine destroyed, too", seen(0)))
for what, value in results:
    print(f"{what}: {value}")
raise SystemExit([value for _, value in results] != [0, 1, True, 1, False, 0])
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^ros-(rclpy|rmw-fastrtps-cpp) '
"$work/venv/bin/python" stays.py
