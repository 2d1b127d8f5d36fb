# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The node's lifecycle, its model, its QoS and its debug image, over real DDS: one line each, and it lives."""

import pytest

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

import cv2
import numpy as np
import onnx
import rclpy
from lifecycle_msgs.msg import Transition
from lifecycle_msgs.srv import ChangeState, GetState
from node_bench import HAPPY, SAD, image, seen, value
from onnx import numpy_helper
from rclpy.parameter import Parameter
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import CompressedImage, Image

from fer_common.ros.executor import withdraw
from fer_perception import PerceptionError
from fer_perception.node import PerceptionNode

CONFIGURE, CLEANUP = Transition.TRANSITION_CONFIGURE, Transition.TRANSITION_CLEANUP
ACTIVATE, DEACTIVATE = Transition.TRANSITION_ACTIVATE, Transition.TRANSITION_DEACTIVATE


def ask(room, kind, service, **fields):
    client = room.peer.create_client(kind, service)
    assert room.until(client.service_is_ready)
    future = client.call_async(kind.Request(**fields))
    assert room.until(future.done)
    room.peer.destroy_client(client)
    return future.result()


def change(room, number):
    return ask(room, ChangeState, "/perception/change_state", transition=Transition(id=number)).success


def state(room):
    return ask(room, GetState, "/perception/get_state").current_state.label


def test_it_configures_and_activates_itself_and_says_so_in_one_line(bench, log):
    room = bench()
    assert state(room) == "active"
    (line,) = log.lines("configured and activated by itself")
    for word in ("/image", "best_effort", "detector bright", "model brightness.onnx", "backend onnxruntime (CPU)"):
        assert word in line


def test_told_to_wait_it_says_what_it_waits_for_and_then_does_it(bench, log):
    room = bench(autostart=False)
    assert state(room) == "unconfigured"
    (line,) = log.lines("waits unconfigured")
    assert "ros2 lifecycle set /perception configure" in line
    assert change(room, CONFIGURE)
    assert state(room) == "inactive"
    assert room.node.count_subscribers("/image") == 0
    assert change(room, ACTIVATE)
    assert seen(room, 5)


def test_a_transition_out_of_order_is_one_line_and_the_node_goes_on(bench, log):
    room = bench()
    for number, name in ((CONFIGURE, "configure"), (CLEANUP, "cleanup"), (99, "99")):
        assert not change(room, number)
        assert state(room) == "active"
        (line,) = log.lines("out of order")
        assert "the node is active" in line
        assert "deactivate" in line
        assert name in line or f"number {number}" in line
        assert not log.lines("rcl_lifecycle")
        log.text = ""
        assert seen(room, 100 + number)


def test_inactive_it_is_silent_and_active_again_it_goes_on(bench, log):
    room = bench()
    assert seen(room, 1)
    assert change(room, DEACTIVATE)
    assert state(room) == "inactive"
    assert room.until(lambda: room.node.count_subscribers("/image") == 0)
    assert room.until(lambda: [status for status in room.diagnostics if status.message == "inactive"])
    assert change(room, CLEANUP)
    assert change(room, CONFIGURE)
    assert change(room, ACTIVATE)
    assert seen(room, 2)
    assert len(room.result_of(2)[0].faces) == 1
    assert len(log.lines("configured and activated by itself")) == len(log.lines("active; listening to /image")) == 1


def test_an_image_at_hand_is_finished_before_it_is_inactive(bench):
    room = bench()
    camera = room.camera()
    for stamp in range(1, 30):
        camera.publish(image(stamp))
    assert room.until(lambda: room.node.frames_processed)
    room.node.trigger_deactivate()
    published = room.node.frames_processed
    room.until(lambda: False, seconds=0.3)
    assert room.node.frames_processed == published


def test_a_model_that_is_not_there_leaves_the_node_unconfigured_and_a_second_try_works(bench, tiny_model, log):
    """The bench's perception is given; a node of its own loads one."""
    room = bench()
    with pytest.raises(PerceptionError, match="no model file"):
        PerceptionNode(parameter_overrides=[Parameter("model", value="/nowhere.onnx")], namespace="alone")
    node = PerceptionNode(
        parameter_overrides=[
            Parameter("model", value="/nowhere.onnx"),
            Parameter("detector", value="haar"),
            Parameter("autostart", value=False),
        ],
        namespace="later",
    )
    room.executor.add_node(node)
    service = {"kind": ChangeState, "service": "/later/perception/change_state"}
    assert not ask(room, **service, transition=Transition(id=CONFIGURE)).success
    assert len(log.lines("not configured", "no model file /nowhere.onnx")) == 1
    assert node.state == "unconfigured"
    assert node.set_parameters([Parameter("model", value=tiny_model)])[0].successful
    assert ask(room, **service, transition=Transition(id=CONFIGURE)).success
    assert node.state == "inactive"
    room.executor.remove_node(node)
    let_go = room.executor.create_task(lambda: None)  # after it the executor has let go of the node
    assert room.until(let_go.done)
    node.destroy_node()


def other_model(make_model, path, answer):
    """A model that answers the same for every face."""
    model = make_model()
    for constant in model.graph.initializer:
        if constant.name == "levels":
            levels = np.full((1, 7), 9.0, np.float32)
            levels[0, answer] = 0.5
            constant.CopyFrom(numpy_helper.from_array(levels, "levels"))
    onnx.save(model, path)
    return str(path)


def test_a_model_is_swapped_while_images_come_and_a_bad_one_leaves_the_last_good(bench, make_model, tmp_path, log):
    room = bench()
    assert seen(room, 1)
    assert room.emotion_of(1) == HAPPY
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no model")
    no_text = tmp_path / "no_text.onnx"
    no_text.write_bytes(make_model().SerializeToString().replace(b"brightness", b"\xff" * 10))
    for wrong, says in (
        ("/nowhere.onnx", "no model file /nowhere.onnx"),
        ("~nobody_has_this_name/model.onnx", "no model file ~nobody_has_this_name/model.onnx"),
        (str(broken), "can't be loaded"),
        (str(no_text), "no_text.onnx"),
    ):
        (result,) = room.node.set_parameters([Parameter("model", value=wrong)])
        assert not result.successful
        assert says in result.reason
        assert len(log.lines("brightness.onnx goes on reading the faces", says)) == 1
        assert room.node.get_parameter("model").value == ""
    assert seen(room, 2)
    assert room.emotion_of(2) == HAPPY
    angry = other_model(make_model, tmp_path / "angry.onnx", 0)
    assert room.node.set_parameters([Parameter("model", value=angry)])[0].successful
    assert log.lines("angry.onnx reads the faces from now on")
    assert seen(room, 3)
    assert room.emotion_of(3) == 0
    assert room.until(lambda: [s for s in room.diagnostics if value(s, "model") == "angry.onnx"])


def test_a_model_that_waited_for_an_image_is_forgotten_when_the_node_is_cleaned_up(bench, make_model, tmp_path):
    room = bench()
    angry = other_model(make_model, tmp_path / "angry.onnx", 0)
    assert change(room, DEACTIVATE)
    assert room.node.set_parameters([Parameter("model", value=angry)])[0].successful
    assert change(room, CLEANUP)
    assert room.node.set_parameters([Parameter("model", value="")])[0].successful
    assert change(room, CONFIGURE)
    assert change(room, ACTIVATE)
    assert seen(room, 1)
    assert room.emotion_of(1) == HAPPY


def test_a_model_that_is_set_while_another_is_taken_over_is_not_lost(bench, make_model, tmp_path):
    room = bench()
    angry, sad = (other_model(make_model, tmp_path / f"{n}.onnx", n) for n in (0, SAD))
    perception = room.node._perception
    swap = perception.swap

    def swap_while_somebody_asks_for_another(classifier):
        perception.swap = swap
        assert room.node.set_parameters([Parameter("model", value=sad)])[0].successful
        swap(classifier)

    perception.swap = swap_while_somebody_asks_for_another
    assert room.node.set_parameters([Parameter("model", value=angry)])[0].successful
    assert seen(room, 1)
    assert room.emotion_of(1) == 0
    assert seen(room, 2)
    assert room.emotion_of(2) == SAD


def test_a_provider_that_is_not_there_falls_back_to_the_cpu_and_says_so(bench, log):
    room = bench()
    assert room.node.set_parameters([Parameter("provider", value="openvino")])[0].successful
    assert len(log.lines("can't use 'openvino' here, the CPU serves")) == 1
    assert seen(room, 1)
    assert room.until(lambda: [s for s in room.diagnostics if value(s, "backend") == "onnxruntime (CPU)"])


def test_the_debug_image_is_drawn_only_while_somebody_looks(bench):
    room = bench()
    assert seen(room, 1)
    assert room.node._debug.published == 0
    pictures, coded = [], []
    raw = room.peer.create_subscription(Image, "debug_image", pictures.append, 1)
    room.peer.create_subscription(CompressedImage, "debug_image/compressed", coded.append, 1)
    assert room.until(lambda: room.node._debug._raw.get_subscription_count())
    assert room.until(lambda: room.node._debug._compressed.get_subscription_count())
    assert seen(room, 2)
    # On a busy machine the first image may still have been at the drawing when somebody came to look.
    assert room.until(lambda: pictures and coded and pictures[-1].header.stamp.sec == coded[-1].header.stamp.sec == 2)
    assert (pictures[-1].width, pictures[-1].height, pictures[-1].encoding) == (64, 48, "bgr8")
    drawn = np.frombuffer(bytes(pictures[-1].data), np.uint8).reshape(48, 64, 3)
    assert np.any(drawn != 255)
    again = cv2.imdecode(np.frombuffer(bytes(coded[-1].data), np.uint8), cv2.IMREAD_COLOR)
    assert np.abs(again.astype(int) - drawn).mean() < 20
    assert coded[-1].format == "bgr8; jpeg compressed bgr8"
    withdraw(room.peer, raw)
    assert room.until(lambda: room.node._debug._raw.get_subscription_count() == 0)
    assert seen(room, 3)
    assert room.until(lambda: coded[-1].header.stamp.sec == 3)
    assert pictures[-1].header.stamp.sec == 2


def test_latencies_are_measured_on_the_simulated_clock(bench):
    """The image was taken 40 ms before the clock's time: p50 is 40 ms, whatever this machine's time is."""
    room = bench(use_sim_time=True)
    clock = room.peer.create_publisher(Clock, "/clock", 10)
    assert room.until(clock.get_subscription_count)
    tick = Clock()
    tick.clock.sec, tick.clock.nanosec = 1000, 40_000_007
    clock.publish(tick)
    assert room.until(lambda: room.node.get_clock().now().nanoseconds == 1000_040_000_007)
    assert seen(room, 1000)
    assert room.until(lambda: [s for s in room.diagnostics if value(s, "latency p50 (ms)") == "40.0"])
    status = room.diagnostics[-1]
    assert float(value(status, "processing p99 (ms)")) > 0
    assert value(status, "state") == "active"


def test_in_a_namespace_every_topic_is(bench, tiny_model):
    room = bench()
    node = PerceptionNode(
        parameter_overrides=[Parameter("model", value=tiny_model), Parameter("detector", value="haar")],
        namespace="hall/left",
    )
    try:
        names = {name for name, _ in node.get_topic_names_and_types() if name.startswith("/hall/left/")}
        topics = ("image", "faces", "emotion", "debug_image", "debug_image/compressed")
        assert {f"/hall/left/{topic}" for topic in topics} <= names
    finally:
        node.destroy_node()
    assert rclpy.ok()
    assert room.node.state == "active"
