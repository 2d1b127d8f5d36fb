#!/usr/bin/env bash
# One file of parameters, two readers, other values: at the start rcl's own parser reads it (`--params-file`, what launch
# writes); `ros2 param load` reads it later by rclpy with PyYAML, writes each value out again and parses that: quotes are
# lost ('1' is 1 then) and .nan becomes the text nan. Beyond YAML rcl takes what C's strtol and strtod take: 1e3, 08 (a
# double, while 07 is an integer), nan and infinity are numbers, n is false. So a text that PyYAML writes without quotes,
# since it is none of these to PyYAML (a lamp's serial number 12e4, a name Nan), arrives at the node as a number.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check ros-rclpy==9.1.2 ros-rmw-fastrtps-cpp==9.3.3 numpy==2.2.6 \
    pyyaml==6.0.3 2> /dev/null
export AMENT_PREFIX_PATH="$work/venv" ROS_AUTOMATIC_DISCOVERY_RANGE=LOCALHOST ROS_DOMAIN_ID=88 ROS_LOG_DIR="$work"
cd "$work"
cat > read.py << 'PYTHON'
import rclpy
import yaml
from rclpy.parameter import Parameter, parameter_dict_from_yaml_file

TEXTS = ("1.0", "'1'", "07", "08", "12e4", "5.0e3", "n", "Nan", ".nan", "1_000", "0b101")
lines = "".join(f"    p{i}: {text}\n" for i, text in enumerate(TEXTS))
with open("one.yaml", "w") as file:
    file.write("/color:\n  ros__parameters:\n" + lines)
strings = ("12e4", "08", "Nan", "1e3", "0x10", "12")
with open("written.yaml", "w") as file:
    yaml.safe_dump({"/color": {"ros__parameters": {f"w{i}": text for i, text in enumerate(strings)}}}, file)
rclpy.init(args=["--ros-args", "--params-file", "one.yaml", "--params-file", "written.yaml"])
node = rclpy.create_node("color", automatically_declare_parameters_from_overrides=True)
loaded = parameter_dict_from_yaml_file("one.yaml", True, target_nodes=["/color"])


def said(parameter):
    value = list(parameter.value) if parameter.type_ == Parameter.Type.INTEGER_ARRAY else parameter.value
    return f"{parameter.type_.name} {value!r}"


for i, text in enumerate(TEXTS):
    later = Parameter.from_parameter_msg(loaded[f"p{i}"])
    print(f"{text}: at the start {said(node.get_parameter(f'p{i}'))}, loaded {said(later)}")
for i, text in enumerate(strings):
    print(f"string {text!r}, written by PyYAML: {said(node.get_parameter(f'w{i}'))}")
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^(ros-rclpy|ros-rcl-yaml-param-parser|pyyaml) '
"$work/venv/bin/python" read.py | tee said
for line in '1.0: at the start DOUBLE 1.0, loaded DOUBLE 1.0' "'1': at the start STRING '1', loaded INTEGER 1" \
    '07: at the start INTEGER 7, loaded INTEGER 7' "08: at the start DOUBLE 8.0, loaded STRING '08'" \
    "5.0e3: at the start DOUBLE 5000.0, loaded STRING '5.0e3'" "n: at the start BOOL False, loaded STRING 'n'" \
    ".nan: at the start DOUBLE nan, loaded STRING 'nan'" "0b101: at the start STRING '0b101', loaded INTEGER 5" \
    "string '12e4', written by PyYAML: DOUBLE 120000.0" "string '08', written by PyYAML: DOUBLE 8.0" \
    "string 'Nan', written by PyYAML: DOUBLE nan" "string '12', written by PyYAML: STRING '12'"; do
    grep -qxF "$line" said || { echo "no longer so: $line"; exit 1; }
done
