# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""What spins the nodes: rclpy's executor that is told of events, where there is one. And how topics leave it."""

import os
from typing import Any

from rclpy.context import Context
from rclpy.executors import Executor, SingleThreadedExecutor
from rclpy.node import Node
from rclpy.publisher import Publisher

VARIABLE = "FER_EXECUTOR"
"""The environment's variable that chooses: `events` (the default) or `single`."""


def make_executor(context: Context | None = None) -> Executor:
    """Make an executor for one thread; spin it by `spin_once` with a timeout, or a signal may not be noticed.

    From Jazzy's 7.1.6 on rclpy has an `EventsExecutor`, which the middleware tells what has happened. Elsewhere, and if
    FER_EXECUTOR is `single`, a `SingleThreadedExecutor` serves. It goes through all that could happen each time that
    it waits, several times an image: a fifth of all processor time.

    An `EventsExecutor` heeds no guard conditions: call `create_task` to have something done by its thread. Some
    releases of it take SIGINT and SIGTERM for themselves; whoever handles these does so after it was made.
    """
    if os.environ.get(VARIABLE, "events") == "events":
        try:
            from rclpy.experimental.events_executor import EventsExecutor

            return EventsExecutor(context=context)
        except ImportError:
            pass
    return SingleThreadedExecutor(context=context)


def withdraw(node: Node, *entities: Any) -> None:
    """Destroy a node's publishers and subscriptions; whoever spins it does so, after the executor let go of them.

    An `EventsExecutor` (rclpy 9.1) reads memory that was freed where an entity goes before its QoS events do, or goes
    with one of them still to be told: https://github.com/ros2/rclpy/issues/1644. So what has happened is told first,
    then the events go, then the entity. For the same reason an executor is shut down before its nodes are destroyed.
    """
    executor = node.executor
    for entity in entities:
        if executor is None:
            _destroy(node, entity, [])
        else:
            executor.create_task(_let_go, executor, node, entity)


def _let_go(executor: Executor, node: Node, entity: Any) -> None:
    handlers = list(entity.event_handlers)
    for handler in handlers:
        node.remove_waitable(handler)
    entity.event_handlers.clear()
    executor.create_task(_destroy, node, entity, handlers)


def _destroy(node: Node, entity: Any, handlers: list[Any]) -> None:
    for handler in handlers:
        handler.destroy()
    if isinstance(entity, Publisher):
        node.destroy_publisher(entity)
    else:
        node.destroy_subscription(entity)
