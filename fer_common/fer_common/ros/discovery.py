# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Whether other computers are heard at all, for lines about somebody who is missing. Needs no rclpy."""

import os
from collections.abc import Mapping

MACHINE_PROFILE = "fastdds_this_machine.xml"
"""The transport profile, of fer_bringup, that keeps nodes to this machine."""
PROFILE_VARIABLES = ("FASTDDS_DEFAULT_PROFILES_FILE", "FASTRTPS_DEFAULT_PROFILES_FILE")
"""The second one is Fast DDS's before version 3 (Humble, Jazzy)."""
_FURTHER = ("ROS_STATIC_PEERS", "ROS_DISCOVERY_SERVER")


def unheard(environment: Mapping[str, str] = os.environ) -> str:
    """Say, as the end of a line, that other computers are not heard and what to do; empty where they are.

    Args:
        environment: the environment's variables.
    """
    wider = "ROS_AUTOMATIC_DISCOVERY_RANGE=SUBNET"
    if not any(environment.get(name, "").endswith(MACHINE_PROFILE) for name in PROFILE_VARIABLES):
        reach = environment.get("ROS_AUTOMATIC_DISCOVERY_RANGE", "")
        if not reach and environment.get("ROS_LOCALHOST_ONLY") == "1":  # what Humble has for it; all else is none there
            reach, wider = "LOCALHOST", "ROS_LOCALHOST_ONLY=0"
        if reach != "LOCALHOST" or any(environment.get(name) for name in _FURTHER):
            return ""
    return (
        "; this machine alone is heard: for another computer's give --reach network with make ambient, reach:=network "
        f"with launch, or else {wider}"
    )
