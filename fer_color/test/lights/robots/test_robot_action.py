# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""PAL's LED manager: each colour is a goal. The server in the test behaves as the LEDs API is documented."""

import time
from importlib import import_module

import pytest

pytest.importorskip("rclpy", reason="ROS 2's rclpy is not installed")
pytest.importorskip("fer_msgs.msg", reason="fer_msgs is not built")

import rclpy
from interface_packages import provide
from rclpy.action import ActionServer, CancelResponse, GoalResponse
from rclpy.task import Future
from robot_bench import NEUTRAL, SAD, RobotBench, byte
from robot_readers import Log
from strip_judge import LAMPS

pytestmark = pytest.mark.timeout(900)  # the first run builds the robot's messages
ACTION = "/led_manager_node/do_effect"


@pytest.fixture(scope="module", autouse=True)
def graph():
    provide("pal_device_msgs")
    rclpy.init()
    yield
    rclpy.try_shutdown()


class LedManager:
    """Shows the newest of the active effects with the highest priority; its own when there is none."""

    def __init__(self, node):
        self.node = node
        self.accepts, self.answers = True, True
        self.goals, self.shown, self.active = [], [], []
        self.server = ActionServer(
            node,
            import_module("pal_device_msgs.action").DoTimedLedEffect,
            ACTION,
            execute_callback=self.execute,
            goal_callback=self.on_goal,
            cancel_callback=lambda handle: CancelResponse.ACCEPT,
        )

    def on_goal(self, goal):
        self.goals.append(goal)
        return GoalResponse.ACCEPT if self.accepts else GoalResponse.REJECT

    async def execute(self, handle):
        color = handle.request.params.fixed_color.color
        effect = (byte(color.r), byte(color.g), byte(color.b))
        assert color.a == 1
        self.active.append(handle)
        self.shown.append((time.monotonic(), effect))
        over = Future()
        ends = time.monotonic() + handle.request.effect_duration.sec

        def check():
            if handle.is_cancel_requested or time.monotonic() > ends:
                over.set_result(None)

        timer = self.node.create_timer(0.01, check)
        await over
        self.node.destroy_timer(timer)
        self.active.remove(handle)
        (handle.canceled if handle.is_cancel_requested else handle.succeed)()
        return import_module("pal_device_msgs.action").DoTimedLedEffect.Result()

    def close(self):
        """May be called again."""
        if self.server is not None:
            self.server.destroy()
        self.server = None


class Room(RobotBench):
    def __init__(self, light, **parameters):
        self.managers = []
        super().__init__(light, **parameters)

    def manager(self):
        self.managers.append(LedManager(self.robot("led_manager_node")))
        return self.managers[-1]

    def close(self):
        for manager in self.managers:
            manager.close()
        super().close()


@pytest.fixture
def room():
    made = Room("robot:pal", smoothing_time=0.0)
    yield made
    made.close()


def settled(manager, wanted):
    return lambda: manager.shown and max(abs(a - b) for a, b in zip(manager.shown[-1][1], wanted)) <= 1


def judge_all(judge, shown):
    for lamp in LAMPS["any"]:
        judge(shown, lamp)


def test_colours_are_goals_and_the_last_one_is_cancelled(room, judge):
    manager = room.manager()
    for probabilities, wanted in ((SAD, (26, 97, 175)), (NEUTRAL, (241, 241, 241))):
        assert room.show_until(probabilities, settled(manager, wanted))
    assert {goal.params.effect_type for goal in manager.goals} == {0}
    assert {tuple(goal.devices) for goal in manager.goals} == {(0, 1, 2)}
    assert {goal.priority for goal in manager.goals} == {100}
    assert {goal.effect_duration.sec for goal in manager.goals} == {2}
    # What was replaced was cancelled: goals do not pile up.
    assert room.show_until(NEUTRAL, lambda: len(manager.active) == 1)
    assert len(manager.goals) > 5
    room.node.begin_hand_back()
    assert room.until(room.node.handed_back)
    assert manager.shown[-1][1] == (0, 0, 0)
    judge_all(judge, manager.shown)
    room.let_go()
    room.node.close()
    assert room.until(lambda: not manager.active), "the robot's own light is back"


def test_manager_away_and_back_is_one_line_each_way(room, capfd, judge, monkeypatch):
    log = Log(capfd)
    monkeypatch.setenv("ROS_AUTOMATIC_DISCOVERY_RANGE", "LOCALHOST")  # read for the line alone
    missing = f"there is no action server '{ACTION}' (pal_device_msgs/action/DoTimedLedEffect)"
    assert room.show_until(SAD, lambda: log.count(missing) == 1)
    manager = room.manager()
    assert room.show_until(SAD, settled(manager, (26, 97, 175)))
    assert log.count("light 'robot:pal' is back") == 1
    manager.close()
    assert room.show_until(SAD, lambda: log.count(missing) == 2)
    again = room.manager()
    assert room.show_until(SAD, settled(again, (26, 97, 175)))
    judge_all(judge, again.shown)
    assert log.count("light 'robot:pal' is back") == 2
    assert log.count("or remap it; this machine alone is heard") == 2


def test_a_manager_that_refuses_is_named_once_and_asked_again(room, capfd, judge):
    log = Log(capfd)
    manager = room.manager()
    manager.accepts = False
    words = f"the action server '{ACTION}' refuses the colour"
    assert room.show_until(SAD, lambda: log.count(words) == 1)
    assert room.show_until(SAD, lambda: len(manager.goals) >= 3)
    assert log.count(words) == 1
    assert log.count("is back") == 0
    manager.accepts = True
    assert room.show_until(SAD, settled(manager, (26, 97, 175)))
    assert log.count("is back") == 1
    judge_all(judge, manager.shown)
