# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""The executable `color_node`."""

if __name__ == "__main__":
    from fer_common import program

    program.loading()

import sys
from collections.abc import Sequence

import rclpy
from rclpy.exceptions import ParameterException
from rclpy.executors import SingleThreadedExecutor
from rclpy.signals import SignalHandlerOptions

from fer_color.errors import ColorError
from fer_color.node import ColorNode
from fer_color.settings import Settings
from fer_common.errors import FerError
from fer_common.interrupts import Interrupts
from fer_common.ros.help import shows_help
from fer_common.ros.run import RCLError, refusal


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the node until SIGINT or SIGTERM, then fade the lights to dark; one more, a second later, ends it at once.

    Returns:
        0; 2 with one line on the standard error when it could not start.

    Raises:
        Exception: a callback's fault; the lights were faded to dark all the same.
    """
    if shows_help("color_node", Settings, arguments):
        return 0
    interrupts = Interrupts()
    interrupts.heed()
    try:
        # rclpy's own handlers would end the graph at once, before the light is dark.
        rclpy.init(
            args=list(arguments) if arguments is not None else None, signal_handler_options=SignalHandlerOptions.NO
        )
    except RuntimeError as error:  # the arguments after --ros-args
        return _refuse(error)
    # Not the EventsExecutor: it does not hand on a callback's fault, and the lights have to be handed back then.
    executor = SingleThreadedExecutor()
    try:
        try:
            node = ColorNode()
        except (FerError, ParameterException) as error:
            return _refuse(error)
        except (RCLError, MemoryError) as error:
            return _refuse(ColorError(refusal(error)))
        executor.add_node(node)
        failure: Exception | None = None
        try:
            try:
                while not interrupts.asked:
                    executor.spin_once(timeout_sec=0.1)
            except Exception as error:  # whatever it was, the lights are handed back
                failure = error
            node.begin_hand_back()
            while not interrupts.again and not node.handed_back():
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
        interrupts.ignore()


def _refuse(error: Exception) -> int:
    print(f"color: {ColorError(str(error))}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    program.run(main)
