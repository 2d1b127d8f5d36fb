# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The node over real DDS."""

import pytest
from waiting import PATIENCE

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

from color_bench import BEST_EFFORT, HAPPY, RELIABLE, SAD, parts
from rclpy.parameter import Parameter
from rclpy.qos import DurabilityPolicy, QoSProfile

from fer_color.errors import ColorError
from fer_color.node import ColorNode
from fer_color.settings import Settings
from fer_msgs import msg as messages

pytestmark = pytest.mark.usefixtures("color_graph")


@pytest.mark.parametrize("qos", [RELIABLE, BEST_EFFORT], ids=["reliable", "best effort"])
def test_emotion_in_colour_out_with_its_stamp(node_bench, qos):
    room = node_bench(qos)
    for stamp in range(100, 130):
        room.show(SAD, stamp)
        # Reliable: each one comes. Best effort: DDS may drop one.
        patience = 1.0 if qos is BEST_EFFORT else PATIENCE
        came = room.until(lambda stamp=stamp: [c for c in room.colors if c.header.stamp.sec == stamp], patience)
        assert came or qos is BEST_EFFORT
        assert all(color.header.stamp.nanosec == 5 for color in came)
        room.until(lambda: False, 0.06)  # more slowly than `rate`
    assert room.colors
    assert room.colors[-1].header.frame_id == "camera"
    assert room.colors[-1].mode == "live"
    color = room.colors[-1].color
    assert 0 < color.r < color.g < color.b <= 175 / 255 + 1e-6
    assert color.a == 1
    assert room.until(lambda: room.plain and room.plain[-1] == color)
    stamps = [frame.stamp_ns for frame in room.frames if frame.stamp_ns is not None]
    assert stamps
    assert set(stamps) <= {stamp * 1_000_000_000 + 5 for stamp in range(100, 130)}
    assert stamps == sorted(set(stamps))
    assert any(frame.stamp_ns is None for frame in room.frames), "frames go out between images, too"
    assert [frame.sent_ns for frame in room.frames] == sorted(frame.sent_ns for frame in room.frames)


def test_silent_before_the_first_image(node_bench):
    room = node_bench(lights=["none"])
    room.until(lambda: False, 0.5)
    assert room.frames == []
    assert room.colors == []


def test_fades_with_a_warning_that_names_the_topic(node_bench, capfd):
    room = node_bench(idle_after=0.3, fade_time=0.2, input_timeout=0.5, smoothing_time=0.05)
    room.show(HAPPY)
    assert room.until(lambda: room.colors)
    assert room.until(lambda: any(color.mode == "fading" for color in room.colors))
    assert room.until(lambda: room.colors[-1].mode == "idle")
    assert room.colors[-1].header.stamp.sec > 1_000_000, "the time of the fade"
    assert room.until(lambda: [round(255 * part) for part in parts(room.colors[-1])] == [48, 32, 16])
    room.until(lambda: False, 0.5)
    room.show(HAPPY)
    assert room.until(lambda: room.colors[-1].mode == "live")
    text = capfd.readouterr().err
    assert text.count("nothing has arrived on '/faces'") == 1
    assert text.count("arrive on '/faces' again") == 1


def test_nan_is_ignored_and_the_node_lives_on(node_bench, capfd):
    room = node_bench()
    room.show([float("nan")] * 7)
    room.show([0.2] * 7)
    room.show(SAD, 7)
    assert room.until(lambda: room.colors and room.colors[-1].mode == "live")
    assert {message.header.stamp.sec for message in room.colors if message.mode == "live"} == {7}
    assert capfd.readouterr().err.count("ignored an emotion") == 1


def test_a_colour_that_stays_is_told_again_with_its_images_stamp(node_bench):
    room = node_bench(input_timeout=3600.0, idle_after=3600.0)
    room.show(SAD, 7)
    assert room.until(lambda: len(room.colors) >= 3)
    assert {(message.mode, message.header.stamp.sec) for message in room.colors} == {("live", 7)}


def test_stamp_going_backwards_is_kept(node_bench):
    room = node_bench()
    for stamp in (50, 40, 45):
        room.show(SAD, stamp)
        assert room.until(lambda stamp=stamp: room.colors and room.colors[-1].header.stamp.sec == stamp)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("brightness", 2.0, "brightness"),
        ("smoothing_time", -1.0, "smoothing_time"),
        ("mode", "rainbow", "choose one of continuous, discrete"),
        ("palette", "pastel", "unknown palette 'pastel'"),
        ("palette", "~no.such.user/p.yaml", "palette file '~no.such.user/p.yaml' cannot be read"),
        ("blending", "cmyk", "choose one of srgb, linear, oklab"),
        ("idle_color", [1, 2], "three whole numbers"),
        ("rate", 10.0, "read-only"),
    ],
)
def test_wrong_change_is_refused_with_the_reason(node_bench, name, value, says):
    room = node_bench()
    before = room.node.get_parameter(name).value
    (result,) = room.node.set_parameters([Parameter(name, value=value)])
    assert not result.successful
    assert says in result.reason
    assert room.node.get_parameter(name).value == before


def test_change_that_fails_in_an_unforeseen_way_is_refused(node_bench, monkeypatch):
    room = node_bench()

    def configure(settings):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(room.node._core, "configure", configure)
    (result,) = room.node.set_parameters([Parameter("brightness", value=0.5)])
    assert not result.successful
    assert "a fault of ours" in result.reason
    assert room.node.get_parameter("brightness").value == 1.0


def test_right_change_takes_effect(node_bench):
    room = node_bench(smoothing_time=0.0)
    (result,) = room.node.set_parameters([Parameter("brightness", value=0.5)])
    assert result.successful
    room.show(SAD)
    assert room.until(lambda: room.frames and room.frames[-1].rgb in ((13, 48, 87), (13, 48, 88), (13, 49, 88)))


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("brightness", 2.0, "brightness"),
        ("brightness", "full", "brightness is 'full'; it must be a number"),
        ("rate", 0.0, "rate"),
        ("baud", 5, "baud"),
        ("lights", ["laser"], "unknown light 'laser'"),
        ("lights", ["adalight:/dev/ttyNOPE:3"], "no serial port"),
        ("lights", ["record:a", "none", "record:a?leds=3"], "light 'record:a' is named twice: leave one out"),
        ("palette", "pastel", "unknown palette"),
        ("mode", "rainbow", "choose one of"),
        ("input", "telepathy", "choose one of fer, rep155"),
        ("blending", "cmyk", "choose one of srgb, linear, oklab"),
        ("color_order", "RGW", "use one of"),
        ("idle_color", [300, 0, 0], "three whole numbers"),
    ],
)
def test_wrong_start_is_one_line(name, value, says):
    with pytest.raises(ColorError, match=says) as caught:
        ColorNode(parameter_overrides=[Parameter(name, value=value)])
    assert "\n" not in str(caught.value)


def test_whole_number_is_taken_for_a_float(node_bench):
    assert node_bench(brightness=1).node.get_parameter("brightness").value == 1.0


def test_every_parameter_is_described(node_bench):
    room = node_bench()
    for name in Settings.__dataclass_fields__:
        descriptor = room.node.describe_parameter(name)
        assert descriptor.description
        assert descriptor.read_only == (name in ("lights", "input", "rate", "color_order", "baud"))


def test_mismatch_is_named_with_the_remedy(node_bench, capfd):
    room = node_bench()
    wants = QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)
    room.peer.create_subscription(messages.LightColor, "color", lambda message: None, wants)
    seen = []

    def named():
        seen.append(capfd.readouterr().err)
        return (
            "/peer gets nothing from /color: its durability asks for more than this node offers (volatile)"
            in "".join(seen)
        )

    assert room.until(named)
    assert "subscribe with volatile there" in "".join(seen)


def test_works_while_simulated_time_stands_still(node_bench):
    room = node_bench(use_sim_time=True)
    room.show(SAD)
    assert room.until(lambda: len(room.frames) > 20)
