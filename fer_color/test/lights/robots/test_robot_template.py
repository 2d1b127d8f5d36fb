# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Templates against real message definitions, and every way to get one wrong."""

import pytest

pytest.importorskip("std_msgs.msg", reason="ROS 2's std_msgs is not installed")
pytest.importorskip("sensor_msgs.msg", reason="ROS 2's sensor_msgs is not installed")

from diagnostic_msgs.msg import DiagnosticArray
from sensor_msgs.msg import CameraInfo, Image, Joy
from std_msgs.msg import Bool, ColorRGBA, Header, Int8, Int64, String, UInt8, UInt8MultiArray, UInt32

from fer_color.errors import ColorError
from fer_color.lights.robots.template import Shown, compile_message

SHOWN = Shown((255, 128, 0), "fading", "sad", (12, 34))


def made(kind, fields):
    return compile_message(kind, fields, kind.__name__)(SHOWN)


def test_every_placeholder():
    color = made(ColorRGBA, {"r": "$red", "g": "$green", "b": "$blue", "a": 1})
    assert (color.r, color.g, color.b, color.a) == (1.0, pytest.approx(128 / 255), 0.0, 1.0)
    color = made(ColorRGBA, {"r": "$red8", "g": "$green8", "b": "$blue8"})
    assert (color.r, color.g, color.b, color.a) == (255.0, 128.0, 0.0, 0.0)
    assert made(UInt8, {"data": "$green8"}).data == 128
    assert made(UInt32, {"data": "$rgb24"}).data == 0xFF8000
    assert made(Int64, {"data": "$rgb24"}).data == 0xFF8000
    text = made(String, {"data": "$hex ${mode}/$top $$5 $red8 $rgb24"})
    assert text.data == "#ff8000 fading/sad $5 255 16744448"
    header = made(Header, {"stamp": "$now", "frame_id": "plain"})
    assert (header.stamp.sec, header.stamp.nanosec, header.frame_id) == (12, 34, "plain")


def test_arrays():
    image = made(Image, {"data": {"times": 3, "each": ["$red8", "$green8", 7]}, "header": {"stamp": "$now"}})
    assert bytes(image.data) == bytes((255, 128, 7)) * 3
    assert image.header.stamp.sec == 12
    assert list(made(Joy, {"axes": ["$red", 0.5], "buttons": [1, -2]}).axes) == [1.0, 0.5]
    assert list(made(CameraInfo, {"k": {"times": 3, "each": [1, 2, "$blue"]}}).k) == [1, 2, 0] * 3
    array = made(DiagnosticArray, {"status": {"times": 2, "each": {"name": "$top", "level": 1}}})
    assert [(status.name, status.level) for status in array.status] == [("sad", b"\x01")] * 2
    assert made(UInt8MultiArray, {"layout": {"dim": []}, "data": []}).data.tolist() == []


def test_left_out_fields_keep_their_defaults():
    assert made(ColorRGBA, {}) == ColorRGBA()


@pytest.mark.parametrize(
    ("kind", "fields", "says"),
    [
        (ColorRGBA, {"red": 1.0}, "ColorRGBA has no field 'red': use r, g, b, a"),
        (ColorRGBA, {"r": "$rde"}, r"ColorRGBA.r is of type float: give a number, or \$red, .*, not '\$rde'"),
        (ColorRGBA, {"r": "1"}, "not '1'"),
        (ColorRGBA, {"r": True}, "not 'True'"),
        (UInt8, {"data": "$red"}, r"give a whole number from 0 to 255, or \$red8, .*, not '\$red'"),
        (UInt8, {"data": "$rgb24"}, "not .*rgb24"),
        (UInt8, {"data": 256}, "not '256'"),
        (UInt8, {"data": 1.0}, "not '1.0'"),
        (Int8, {"data": "$red8"}, r"give a whole number from -128 to 127, not '\$red8'"),
        (Bool, {"data": 1}, "give true or false, not '1'"),
        (String, {"data": 5}, "is a text: give one, in quotes, not '5'"),
        (String, {"data": "$colour"}, r"'\$colour' is no placeholder: use \$red, "),
        (String, {"data": "5$"}, "is no placeholder"),
        (Image, {"data": "$red8"}, r"is an array: give a list, or \{times: 6, each: ...\}, not '\$red8'"),
        (Image, {"data": ["$red8", 300]}, r"Image.data\[1\] is of type uint8"),
        (Image, {"data": {"times": 0, "each": 1}}, "times is '0'"),
        (Image, {"data": {"times": "many", "each": 1}}, "times is 'many'"),
        (Image, {"data": {"each": 1}}, "is an array"),
        (Image, {"header": 5}, "Image.header is a std_msgs/Header: give a mapping of its fields, not '5'"),
        (Image, {"header": "$now"}, r"\$now is for a builtin_interfaces/Time"),
        (Image, {"header": {"time": 1}}, "Image.header has no field 'time': use stamp, frame_id"),
        (CameraInfo, {"k": [1.0]}, "CameraInfo.k has 9 entries: 1 are given"),
        (CameraInfo, {"k": 1.0}, "give a list of 9, or"),
        (DiagnosticArray, {"status": [{"level": "x"}]}, r"status\[0\].level is of type octet"),
    ],
)
def test_wrong_template_is_one_line_that_names_the_field(kind, fields, says):
    with pytest.raises(ColorError, match=says) as caught:
        compile_message(kind, fields, kind.__name__)
    assert "\n" not in str(caught.value)
