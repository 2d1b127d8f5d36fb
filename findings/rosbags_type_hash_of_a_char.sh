#!/usr/bin/env bash
# The type hash (RIHS01, REP 2016) that rosbags writes into a bag's metadata for a message with a `char` is not ROS 2's: rosidl
# makes a uint8 of a char before it hashes, rosbags hashes it as a character. Of the messages in ROS's own wheels all others
# have the same hash. What compares hashes takes the recorded type for another one than the running system's.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check rosbags==0.11.9 ros-std-msgs==5.5.1 ros-service-msgs==2.3.0 \
    ros-sensor-msgs==5.5.1 ros-diagnostic-msgs==5.5.1 pyyaml 2> /dev/null
cd "$work"
cat > compare.py << 'PYTHON'
import json
import sys
from pathlib import Path

import yaml
from rosbags.rosbag2 import Writer
from rosbags.typesys import Stores, get_typestore

store = get_typestore(Stores.ROS2_KILTED)
ours = {}
for package in ("std_msgs", "service_msgs", "sensor_msgs", "diagnostic_msgs"):
    for path in sorted(Path(sys.prefix, "share", package, "msg").glob("*.json")):
        name = f"{package}/msg/{path.stem}"
        said = {item["type_name"]: item["hash_string"] for item in json.loads(path.read_text())["type_hashes"]}
        ours[name] = said[name]
other = [name for name, said in ours.items() if store.hash_rihs01(name) != said]
print(f"of {len(ours)} messages, another hash: {', '.join(other)}")
for name in other:
    print(f"{name} has a char:", [line for line in store.generate_msgdef(name, ros_version=2)[0].splitlines() if "char" in line])
with Writer("bag", version=9) as writer:
    connection = writer.add_connection("/letter", "std_msgs/msg/Char", typestore=store)
    writer.write(connection, 0, store.serialize_cdr(store.types["std_msgs/msg/Char"](65), "std_msgs/msg/Char"))
(topic,) = yaml.safe_load(Path("bag/metadata.yaml").read_text())["rosbag2_bagfile_information"]["topics_with_message_count"]
print("in the bag:", topic["topic_metadata"]["type_description_hash"], "by rosidl:", ours["std_msgs/msg/Char"])
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^(rosbags|ros-std-msgs|ros-service-msgs) '
"$work/venv/bin/python" compare.py | tee said
grep -q 'another hash: std_msgs/msg/Char, service_msgs/msg/ServiceEventInfo$' said
grep -q 'in the bag: RIHS01_8914cecc.* by rosidl: RIHS01_3ad2d04d' said
