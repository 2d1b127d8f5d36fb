#!/usr/bin/env bash
# A parameter file that is given last does not win: rcl ranks values by the place at which the *name* above them appeared
# first, in any file. Launch writes a node's arguments under the node's full name, before and after a user's file; the
# user's wildcard name is then the later one, and wins over the arguments. Under a name that appears nowhere else, the
# last file does win; `/**/**/NAME` is one that no one writes and that means the node in any namespace.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check ros-rclpy==9.1.2 ros-rmw-fastrtps-cpp==9.3.3 numpy pyyaml 2> /dev/null
export AMENT_PREFIX_PATH="$work/venv" ROS_AUTOMATIC_DISCOVERY_RANGE=LOCALHOST ROS_DOMAIN_ID=87 ROS_LOG_DIR="$work"
cd "$work"
file() { printf '%s:\n  ros__parameters: {rate: %s}\n' "$2" "$3" > "$1.yaml"; }
file first /color 1
file user '/**/color' 2
file last /color 3
file other '/**/**/color' 3
cat > read.py << 'PYTHON'
import sys
import rclpy
words = [word for name in sys.argv[1:] for word in ("--params-file", f"{name}.yaml")]
rclpy.init(args=["--ros-args", *words])
node = rclpy.create_node("color", automatically_declare_parameters_from_overrides=True)
print(node.get_parameter("rate").value)
PYTHON
python="$work/venv/bin/python"
"$work/venv/bin/pip" list 2> /dev/null | grep -i '^ros-rclpy'
a=$("$python" read.py user last) b=$("$python" read.py first user last) c=$("$python" read.py first user other)
echo "rate is 2 in the user's file (/**/color) and 3 in the last one:"
echo "  user, last (/color):                     $a"
echo "  first (/color), user, last (/color):     $b   <- the last file loses, since its name has stood before"
echo "  first (/color), user, last (/**/**/color): $c"
[ "$a $b $c" = "3 2 3" ]
