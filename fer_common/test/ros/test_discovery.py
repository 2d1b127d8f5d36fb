# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What is said of other computers, by the environment alone."""

import pytest

from fer_common.ros.discovery import MACHINE_PROFILE, unheard

LOCALHOST = {"ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"}
PROFILE = {"FASTDDS_DEFAULT_PROFILES_FILE": f"/share/{MACHINE_PROFILE}"}


@pytest.mark.parametrize(
    "environment",
    [
        LOCALHOST,
        {"ROS_LOCALHOST_ONLY": "1"},
        {**PROFILE, "ROS_AUTOMATIC_DISCOVERY_RANGE": "SYSTEM_DEFAULT"},
        {"FASTRTPS_DEFAULT_PROFILES_FILE": f"/share/{MACHINE_PROFILE}"},
        {**PROFILE, "ROS_STATIC_PEERS": "10.0.0.2"},  # whose sockets are bound to this machine all the same
    ],
)
def test_it_is_said_with_what_to_do_where_this_machine_alone_is_heard(environment):
    said = unheard(environment)
    assert said.startswith("; this machine alone is heard")
    assert "reach:=network" in said
    assert "--reach network" in said


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"ROS_LOCALHOST_ONLY": "0"},
        {"ROS_LOCALHOST_ONLY": ""},  # as `export ROS_LOCALHOST_ONLY=` leaves it; rcl compares with 1
        {"ROS_LOCALHOST_ONLY": "", "ROS_AUTOMATIC_DISCOVERY_RANGE": ""},
        {"ROS_AUTOMATIC_DISCOVERY_RANGE": "SUBNET", "ROS_LOCALHOST_ONLY": "1"},
        {**LOCALHOST, "ROS_STATIC_PEERS": "10.0.0.2"},
        {**LOCALHOST, "ROS_DISCOVERY_SERVER": "10.0.0.2:11811"},
        {"FASTDDS_DEFAULT_PROFILES_FILE": "/mine.xml", "ROS_AUTOMATIC_DISCOVERY_RANGE": "SUBNET"},
    ],
)
def test_nothing_is_said_where_others_are(environment):
    assert unheard(environment) == ""


def test_the_remedy_is_what_that_ros_2_heeds():
    assert unheard(LOCALHOST).endswith("or else ROS_AUTOMATIC_DISCOVERY_RANGE=SUBNET")
    assert unheard({"ROS_LOCALHOST_ONLY": "1"}).endswith("or else ROS_LOCALHOST_ONLY=0")
