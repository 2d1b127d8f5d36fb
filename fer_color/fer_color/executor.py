"""What spins the nodes: rclpy's executor that is told of events, where there is one."""

import os

from rclpy.context import Context
from rclpy.executors import Executor, SingleThreadedExecutor

VARIABLE = "FER_EXECUTOR"
"""The environment's variable that chooses: `events` (the default) or `single`."""


def make_executor(context: Context | None = None) -> Executor:
    """An executor for one thread; to be spun by `spin_once` with a timeout, or a signal may not be noticed.

    From Kilted on rclpy has an `EventsExecutor`, which the middleware tells what has happened. Elsewhere, and where
    FER_EXECUTOR is `single`, a `SingleThreadedExecutor` serves. It goes through all that could happen each time that
    it waits, several times an image, which takes as long as finding and reading a face.

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
