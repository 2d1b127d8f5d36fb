#!/usr/bin/env bash
# ROS 2's `byte` and `char` are both 0 to 255. Of two libraries that read bags without ROS each has another of the two signed: a
# std_msgs/Byte of 200 is -56 to rosbags and 200 to mcap-ros2-support, a Char of 200 is 200 to rosbags and -56 to
# mcap-ros2-support, which can't write a Char above 127 either.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check rosbags==0.11.9 mcap-ros2-support==0.6.0 mcap==1.6.0 \
    ros-rclpy==9.1.2 ros-rmw-fastrtps-cpp==9.3.3 ros-std-msgs==5.5.1 ros-ament-package==0.17.2 2> /dev/null
cd "$work"
cat > signs.py << 'PYTHON'
import io

from mcap.writer import Writer
from mcap_ros2.reader import read_ros2_messages
from mcap_ros2.writer import Writer as Ros2Writer
from rclpy.serialization import deserialize_message, serialize_message
from rosbags.typesys import Stores, get_typestore
from std_msgs.msg import Byte, Char

store = get_typestore(Stores.ROS2_KILTED)
for kind, message in ((Byte, Byte(data=bytes([200]))), (Char, Char(data=200))):
    name = f"std_msgs/msg/{kind.__name__}"
    definition = f"{kind.__name__.lower()} data"
    content = serialize_message(message)
    file = io.BytesIO()
    writer = Writer(file)
    writer.start(profile="ros2")
    schema = writer.register_schema(name=name, encoding="ros2msg", data=definition.encode())
    channel = writer.register_channel(topic="/value", message_encoding="cdr", schema_id=schema)
    writer.add_message(channel, log_time=0, publish_time=0, data=content)
    writer.finish()
    file.seek(0)
    (by_mcap,) = [one.ros_msg.data for one in read_ros2_messages(file)]
    by_rosbags = store.deserialize_cdr(content, name).data
    print(f"{kind.__name__} {deserialize_message(content, kind).data!r}: rosbags {by_rosbags}, mcap-ros2-support {by_mcap}")
    other = Ros2Writer(io.BytesIO())
    try:
        other.write_message("/value", other.register_msgdef(name, definition), {"data": 200})
        print(f"mcap-ros2-support writes {kind.__name__} 200")
    except Exception as error:
        print(f"mcap-ros2-support does not write {kind.__name__} 200: {error}")
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^(rosbags|mcap|mcap-ros2-support|ros-rclpy|ros-std-msgs) '
"$work/venv/bin/python" signs.py | tee said
grep -q "^Byte b'\\\\xc8': rosbags -56, mcap-ros2-support 200$" said
grep -q '^mcap-ros2-support writes Byte 200$' said
grep -q '^Char 200: rosbags 200, mcap-ros2-support -56$' said
grep -q '^mcap-ros2-support does not write Char 200' said
