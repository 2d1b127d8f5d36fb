# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The switch at the wall: perception leaves the image topic and shows it; by topic, by service, over real DDS."""

import pytest

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

from node_bench import SAD, image
from std_msgs.msg import Bool
from std_srvs.srv import SetBool

from fer_common.ros import qos
from fer_common.ros.qos import LASTING
from fer_perception.nodes import rep155


@pytest.fixture
def room(bench):
    return bench()


@pytest.fixture
def shown(room):
    heard = []
    room.peer.create_subscription(Bool, "perception/looking", lambda message: heard.append(message.data), LASTING)
    return heard


def service(room, on):
    client = room.peer.create_client(SetBool, "perception/set_on")
    assert room.until(client.service_is_ready)
    future = client.call_async(SetBool.Request(data=on))
    assert room.until(future.done)
    room.peer.destroy_client(client)
    return future.result()


def topic(room, on):
    publisher = room.peer.create_publisher(Bool, "perception/on", 10)
    assert room.until(publisher.get_subscription_count)
    publisher.publish(Bool(data=on))


@pytest.mark.parametrize("switch", [topic, service])
def test_off_no_image_is_taken_and_all_see_it_and_on_again_it_looks(room, shown, switch):
    camera = room.camera()
    assert room.until(lambda: shown == [True]), shown
    switch(room, False)
    assert room.until(lambda: shown == [True, False]), shown
    assert room.node.state == "inactive"
    assert room.until(lambda: not camera.get_subscription_count()), "it still subscribes"
    switch(room, True)
    assert room.until(lambda: shown == [True, False, True]), shown
    assert room.until(camera.get_subscription_count)
    camera.publish(image(7, level=1))
    assert room.emotion_of(7) == SAD
    assert not room.result_of(6)


def test_who_comes_later_hears_it_too(room):
    assert service(room, False).success
    late = []
    room.peer.create_subscription(Bool, "perception/looking", lambda message: late.append(message.data), LASTING)
    assert room.until(lambda: late == [False]), late


def test_what_is_so_already_is_no_fault_and_unconfigured_it_says_what_to_do(room):
    assert service(room, True).success
    assert service(room, False).success
    assert service(room, False).success
    room.node.trigger_cleanup()
    assert service(room, False).success, "it does not look"
    refused = service(room, True)
    assert not refused.success
    assert refused.message == "perception is unconfigured: 'ros2 lifecycle set /perception configure' first"


def test_who_comes_later_hears_what_is_done_with_faces(bench):
    privacy_msgs = pytest.importorskip("hri_privacy_msgs.msg", reason="hri_privacy_msgs is not installed")
    room, heard = bench(), []
    lasting = qos.profile("reliable", "transient_local", 1)
    room.peer.create_subscription(privacy_msgs.PersonalDataProcessor, rep155.PRIVACY, heard.append, lasting)
    assert room.until(lambda: heard)
    assert (heard[0].data_source_node, heard[0].data_purpose, heard[0].path) == ("/perception", rep155.PURPOSE, "")
