# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What the tests of robots over DDS share."""

import pytest


@pytest.fixture(scope="module")
def graph():
    import rclpy

    rclpy.init()
    yield
    rclpy.try_shutdown()


@pytest.fixture
def bench(graph):
    from robot_bench import RobotBench

    made = []

    def make(*args, **kwargs):
        made.append(RobotBench(*args, **kwargs))
        return made[-1]

    yield make
    for one in made:
        one.close()
