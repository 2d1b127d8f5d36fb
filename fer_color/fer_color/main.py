"""The executable `color_node`."""

import signal
import sys
import time
from collections.abc import Sequence
from types import FrameType

import rclpy
from rclpy.exceptions import ParameterException
from rclpy.executors import SingleThreadedExecutor
from rclpy.signals import SignalHandlerOptions

from fer_color.errors import ColorError
from fer_color.node import ColorNode
from fer_common.errors import FerError

SAME_S = 1.0
"""A terminal's Ctrl-C reaches a launched node twice, from the terminal and from launch: within this time it is one."""


def main(args: Sequence[str] | None = None) -> int:
    """Run the node until SIGINT or SIGTERM, then fade the lights to dark; one more, a second later, ends it at once.

    Returns:
        0; 2 with one line on the standard error when it could not start.

    Raises:
        Exception: a callback's fault; the lights were faded to dark all the same.
    """
    try:
        # rclpy's own handlers would end the graph at once, before the light is dark.
        rclpy.init(args=list(args) if args is not None else None, signal_handler_options=SignalHandlerOptions.NO)
    except RuntimeError as error:  # the arguments after --ros-args
        return _refuse(error)
    first: float | None = None
    abandoned = False

    def on_signal(number: int, frame: FrameType | None) -> None:
        nonlocal first, abandoned
        now = time.monotonic()
        first = now if first is None else first
        abandoned = abandoned or now - first >= SAME_S

    # Not the EventsExecutor: it does not hand on a callback's fault, and the lights have to be handed back then.
    executor = SingleThreadedExecutor()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    try:
        try:
            node = ColorNode()
        except (FerError, ParameterException) as error:
            return _refuse(error)
        executor.add_node(node)
        failure: Exception | None = None
        try:
            try:
                while first is None:
                    executor.spin_once(timeout_sec=0.1)
            except Exception as error:  # whatever it was, the lights are handed back
                failure = error
            node.begin_hand_back()
            while not abandoned and not node.handed_back():
                try:
                    executor.spin_once(timeout_sec=0.1)
                except Exception as error:
                    failure = failure or error
        finally:
            node.close()
            executor.shutdown()  # before its node goes, see `withdraw`
            node.destroy_node()
        if failure is not None:
            raise failure
        return 0
    finally:
        rclpy.try_shutdown()


def _refuse(error: Exception) -> int:
    print(f"color: {ColorError(str(error))}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
